"""Bars beside numbers: drawn by classes of the style sheet, never read aloud, for the number stands beside them."""

from __future__ import annotations

from markupsafe import Markup

WIDTH = 100  # of the drawing, stretched to its place


def bar(share: float, kind: str = "") -> Markup:
    """Return a bar that is filled to a share of 0 … 1; `kind` is a class of the style sheet."""
    width = round(WIDTH * min(max(share, 0.0), 1.0), 2)
    return Markup(
        '<svg class="bar %s" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="%s" height="4"/></svg>'
    ) % (kind, width)
