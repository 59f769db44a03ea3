"""The first sentence of a unit: how much for how many people, and how much more or less than a year before."""

from __future__ import annotations

from geo.core.measures import is_year_end
from geo.core.text import Text
from geo.faces.amounts import people_words, rounded
from geo.layers.trend import Growth
from geo.layers.unit import UnitBudget
from geo.versions import Version


def lead(budget: UnitBudget, growth: Growth | None, text: Text, version: Version) -> str:
    """Return the sentence, with the map's own value; empty where nothing was executed or reported."""
    spent = budget.as_on_map
    if spent.amount is None:
        return ""
    if spent.per_person is not None and budget.people:
        rate = rounded(spent.per_person, text, version)
        first = text("place.lead_person", rate=rate, people=people_words(budget.people, text))
    else:
        first = text("place.lead_amount", amount=rounded(spent.amount, text, version))
    return f"{first}; {growth_words(growth, text)}."


def growth_words(growth: Growth | None, text: Text) -> str:
    """Return the change against the year before, as it stands and in constant prices where an index is known."""
    if growth is None:
        return text("place.growth_none")
    key = "place.growth_year" if is_year_end(growth.before) else "place.growth_part"
    said = text(key, change=text.percent(growth.nominal, is_change=True), year=growth.before[:4])
    if growth.real is None:
        return said
    return f"{said}, {text('place.growth_real', change=text.percent(growth.real, is_change=True))}"
