"""Write docs/measures.md: the table of measures as the code holds it. A test checks that it is fresh."""

from __future__ import annotations

from pathlib import Path

from geo.core.measures import MEASURES

PATH = Path(__file__).parents[1] / "docs" / "measures.md"
HEAD = """# Measures

What a map may show. Made by `scripts/make_measures_doc.py` from `geo/core/measures.py`; change it there.

| measure | formula | unit | transfers to other budgets | classes, the default first | fixed bounds, % |
|---|---|---|---|---|---|
"""


def made() -> str:
    """Return the document."""
    rows = []
    for row in MEASURES.values():
        bounds = ", ".join(f"{bound:g}" for bound in row.fixed) or "–"
        cells = (f"`{row.id}`", row.formula, row.unit, row.transfers, ", ".join(row.classes), bounds)
        rows.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PATH.write_text(made(), encoding="utf-8")
