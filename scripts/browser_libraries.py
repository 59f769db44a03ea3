"""Lay the browser libraries that pages ask for beside the code that serves them, also compressed, once per set-up.

From node_modules (lock file, install scripts off) into geo/web/vendor, which git ignores and a built wheel holds.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "maplibre-gl"
TARGET = ROOT / "geo" / "web" / "vendor"
FILES = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")


def main() -> None:
    """Write every library, its compressed forms and its licence; an older set is replaced as a whole."""
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
    shutil.rmtree(TARGET, ignore_errors=True)
    aside.rename(TARGET)
    sizes = {name: (TARGET / f"{name}.br").stat().st_size for name in FILES}
    print(f"maplibre-gl {version}: {', '.join(f'{name} {size:,} bytes brotli' for name, size in sizes.items())}")


if __name__ == "__main__":
    main()
