"""The names of the palettes that a map may wear; their colours stand in the style sheet `palettes.css`."""

from __future__ import annotations

STANDARD = "standard"
# One direction, pale to strong. `contrast` is for screens in the sun, `grey` for paper.
SEQUENTIAL = (STANDARD, "blue", "purple", "viridis", "cividis", "contrast", "grey")
# Two directions that meet at zero.
DIVERGING = (STANDARD, "blue", "purple", "contrast")


def palettes(*, is_signed: bool) -> tuple[str, ...]:
    """Return the palettes for values of one sign or two, the default first."""
    return DIVERGING if is_signed else SEQUENTIAL
