"""Patterns for what has no value: stripes, crossed stripes, dots, each reason its own; and the squares of a legend."""

from __future__ import annotations

from markupsafe import Markup

from geo.faces.legend import PATTERNS


def patterns(width: int, tones: set[str]) -> Markup:
    """Return the patterns that are needed: stripes, crossed stripes, dots; each reason for no value has its own."""
    step = max(4, round(width / 160))
    bar = max(1, step // 3)
    ground, stripe = Markup('<path class="h0" d="M0 0h%sv%sH0z"/>') % (step, step), Markup('<path class="h1" d="%s"/>')
    upright, flat = f"M0 0h{bar}v{step}H0z", f"M0 0h{step}v{bar}H0z"
    drawn = {"none": (upright,), "part": (upright, flat), "void": (f"M0 0h{bar}v{bar}H0z",)}
    made = [
        Markup(
            '<pattern id="h-%s" width="%s" height="%s" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            "%s%s</pattern>"
        )
        % (tone, step, step, ground, Markup("").join(stripe % path for path in paths))
        for tone, paths in drawn.items()
        if tone in tones
    ]
    return Markup("<defs>%s</defs>") % Markup("").join(made) if made else Markup("")


def legend_swatch(tone: str) -> Markup:
    """Return the small square of a legend row; a pattern is the one that the page's map defines."""
    square = Markup(
        '<svg class="sw" viewBox="0 0 24 24" aria-hidden="true"><path class="u %s"%s d="M0 0h24v24H0z"/></svg>'
    )
    return square % (tone, hatched(tone))


def hatched(tone: str) -> Markup:
    """Return the attribute that fills a shape with the pattern of its tone; nothing for a colour."""
    # An attribute, not a rule of the style sheet: there `url(#…)` would point into the style sheet.
    return Markup(' fill="url(#h-%s)"') % tone if tone in PATTERNS.values() else Markup("")
