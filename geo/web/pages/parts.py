"""The face `parts.html`: what a page is repainted with when a reader chooses another view on the same borders."""

from __future__ import annotations

import re

from markupsafe import Markup

NAME = "parts.html"
_SHAPES = re.compile(r'(<path class="(?:u [^"]*|around|ground)"[^>]*?) d="[^"]*"')


def without_shapes(drawn: Markup) -> Markup:
    """Return a drawn map without the outlines of its units and of what lies around: the page has them already.

    What is left is small and depends on the figures: classes, patterns, descriptions, circles, values.
    """
    return Markup(_SHAPES.sub(r"\1", str(drawn)))  # noqa: S704 - a part of markup that was escaped when it was made
