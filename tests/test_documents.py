"""Laws of the documents: what is generated is fresh, what is linked is there."""

from __future__ import annotations

import re
from pathlib import Path

from scripts import make_measures_doc

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def test_the_table_of_measures_is_printed_as_the_code_has_it() -> None:
    """docs/measures.md is what its script writes now."""
    assert make_measures_doc.made() == make_measures_doc.PATH.read_text(encoding="utf-8")


def test_every_link_between_documents_leads_somewhere() -> None:
    """A reader of README, CONTRIBUTING or docs finds each file that they name."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    broken = {
        f"{document.name}: {target}"
        for document in documents
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    }

    assert len(documents) > 5
    assert set() == broken
