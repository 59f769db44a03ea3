"""Make the table of docs/settings.md from geo/core/settings.py, below the line that says so.

    python scripts/make_settings_doc.py

The introduction above the line is written by hand and kept. Same settings, same bytes.
"""

import sys
from dataclasses import fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs" / "settings.md"
LINE = "<!-- From here on made by scripts/make_settings_doc.py; edit geo/core/settings.py instead. -->\n"


def made(document: str) -> str:
    """Return the document with a fresh table below its line."""
    introduction, line, _ = document.partition(LINE)
    if not line:
        raise SystemExit(f"docs/settings.md has lost its line: {LINE.strip()}")
    return f"{introduction}{LINE}\n{table()}"


def table() -> str:
    """Return one row for each setting, in the order of the class."""
    from geo.core.settings import PREFIX, Settings

    lines = ["| variable | default | what it is for |", "| --- | --- | --- |"]
    for row in fields(Settings):
        default = f"`{row.default}`" if str(row.default) else "empty"
        lines.append(f"| `{PREFIX}{row.name.upper()}` | {default} | {row.metadata['help']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    DOC.write_text(made(DOC.read_text(encoding="utf-8")), encoding="utf-8")
