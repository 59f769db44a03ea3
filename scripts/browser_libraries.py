"""Lay what pages ask a browser to run beside the code that serves it, once per set-up.

Libraries come from node_modules (lock file, install scripts off), our own modules from geo/web/static/explorer. Both
lie in geo/web/vendor, which git ignores and a built wheel holds: libraries compressed as well, and modules that are
always asked for together as one file, because on a slow network each request costs more than its bytes.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[1]
NPM = ROOT / "node_modules"
PACKAGE = NPM / "maplibre-gl"
TARGET = ROOT / "geo" / "web" / "vendor"
FILES = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
SUBSETS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
# What is put into files and pictures: the map library of map.html, the letters that pictures draw.
INLINED = {
    "leaflet": ("leaflet", ("dist/leaflet.js", "dist/leaflet.css")),
    "fonts": (
        "@fontsource/noto-sans",
        tuple(f"files/noto-sans-{subset}-{weight}-normal.woff2" for weight in (400, 700) for subset in SUBSETS),
    ),
}
MODULES = ROOT / "geo" / "web" / "static" / "explorer"
ENTRIES = ("main.js", "search.js", "plain_search.js", "nearest.js", "builder.js")  # what pages name; more comes along


def main() -> None:
    """Lay everything, or with the word `modules` our own modules alone; an older set is replaced as a whole."""
    if sys.argv[1:] != ["modules"]:
        libraries()
    modules()


def is_stale() -> bool:
    """Tell whether a module was changed since the modules were joined."""
    joined = TARGET / "explorer" / ENTRIES[0]
    sources = [path.stat().st_mtime for path in (*MODULES.glob("*.js"), Path(__file__))]
    return not joined.is_file() or joined.stat().st_mtime < max(sources)


def modules() -> None:
    """Join our modules."""
    aside = TARGET / ".explorer.new"
    shutil.rmtree(aside, ignore_errors=True)
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    entries = [str(MODULES / name) for name in ENTRIES]
    how = ("--bundle", "--splitting", "--format=esm", "--minify", "--target=es2022", "--log-level=warning")
    subprocess.run([esbuild, *entries, *how, f"--outdir={aside}"], check=True)
    shutil.rmtree(TARGET / "explorer", ignore_errors=True)
    aside.rename(TARGET / "explorer")


def libraries() -> None:
    """Write every library, its compressed forms and its licence."""
    version = json.loads((PACKAGE / "package.json").read_text("utf-8"))["version"]
    aside = TARGET.with_name(".vendor.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for name in FILES:
        lines = (PACKAGE / "dist" / name).read_bytes().splitlines()
        # The map of the source is another five megabytes that no reader needs.
        content = b"\n".join(line for line in lines if not line.startswith(b"//# sourceMappingURL="))
        (aside / name).write_bytes(content)
        (aside / f"{name}.br").write_bytes(brotli.compress(content, quality=11, lgwin=22))
        (aside / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    shutil.copyfile(PACKAGE / "LICENSE.txt", aside / "maplibre-gl-LICENSE.txt")
    for folder, (package, names) in INLINED.items():
        (aside / folder).mkdir()
        for name in (*names, "LICENSE"):
            shutil.copyfile(NPM / package / name, aside / folder / Path(name).name)
    shutil.rmtree(TARGET, ignore_errors=True)
    aside.rename(TARGET)
    sizes = {name: (TARGET / f"{name}.br").stat().st_size for name in FILES}
    print(f"maplibre-gl {version}: {', '.join(f'{name} {size:,} bytes brotli' for name, size in sizes.items())}")


if __name__ == "__main__":
    main()
