"""Make the tables of docs/errors.md from the message files, below the line that says so.

    python scripts/make_errors_doc.py

The introduction above the line is written by hand and kept. Same messages, same bytes.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "geo" / "web" / "messages"
DOC = ROOT / "docs" / "errors.md"
LINE = "<!-- From here on made by scripts/make_errors_doc.py; edit the message files instead. -->\n"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
FAMILIES = {
    "UP": "Files while they are read",
    "LIM": "Limits",
    "CSV": "Files of figures and lists (CSV)",
    "XLS": "Workbooks (XLSX)",
    "PROF": "Profiles: how a publisher's file becomes entries",
    "BODY": "Bodies: BIN, names, places",
    "GAZ": "The gazetteer: settlements",
    "IN": "Bringing files in",
    "LED": "The ledger of deliveries",
    "LIVE": "Batches of a feed",
    "CTRY": "Descriptions: country.toml and budget.toml",
    "GEO": "Files of borders (GeoJSON)",
    "TIF": "Rasters to divide by (GeoTIFF)",
    "JOIN": "Codes that have to be known",
    "LIN": "Lineage: what one edition of the borders inherits from another",
    "PER": "Periods and years",
    "SUM": "Sums that have to agree",
    "DATA": "Files as a whole",
    "LAW": "Laws of a version",
    "PIC": "Pictures",
    "VER": "Versions",
    "CFG": "Settings and parts",
    "SYS": "The program and its machine",
}


def tables() -> str:
    """Return the tables of all codes in English: publishers' and operators' by family, then readers'."""
    messages = tomllib.loads((MESSAGES / "faults.en.toml").read_text(encoding="utf-8"))
    faults = {code: text for code, text in messages.items() if code.startswith(("E-", "W-"))}
    readers = tomllib.loads((MESSAGES / "en.toml").read_text(encoding="utf-8"))["reader"]
    if strange := {family(code) for code in faults} - set(FAMILIES):
        raise SystemExit(f"no heading for {', '.join(sorted(strange))}; add one to FAMILIES")
    parts = ["## For publishers and operators"]
    for name, title in FAMILIES.items():
        rows = [(code, text["what"], text["do"]) for code, text in sorted(faults.items()) if family(code) == name]
        parts += [f"### {title}", table(("code", "what is wrong", "what to do"), rows)]
    parts += ["## For readers of the site", table(("code", "what is said"), sorted(readers.items()))]
    return "\n\n".join(parts) + "\n"


def family(code: str) -> str:
    """Return CSV of E-CSV-04."""
    return code.split("-")[1]


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table of Markdown; a value that is filled in stands as code."""
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(shown(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def shown(cell: str) -> str:
    """Return a cell that breaks no table."""
    return PLACEHOLDER.sub(r"`{\1}`", cell.replace("|", "\\|"))


def made(document: str) -> str:
    """Return the document with fresh tables below its line."""
    introduction, line, _ = document.partition(LINE)
    if not line:
        raise SystemExit(f"docs/errors.md has lost its line: {LINE.strip()}")
    return f"{introduction}{LINE}\n{tables()}"


if __name__ == "__main__":
    DOC.write_text(made(DOC.read_text(encoding="utf-8")), encoding="utf-8")
