"""Laws of the deviation from the median of peers: the middle of each group is at zero, in any money and any month."""

import numpy as np
import pytest

from geo.core.view import parse_view
from geo.layers import layer, offer_of

MONTHS = ("2023", "2024", "2024-06", "2025-03")


def answer_of(version, *words):
    """Return the layer of an English address of the level of regions."""
    country = version.country.id
    return layer(parse_view("en", [country, "region", *words], {country: offer_of(version)}), version)


def kinds_of(answer):
    """Return kind → the values of its units."""
    found = {}
    for row in answer.rows:
        if row.value is not None:
            found.setdefault(row.unit.kind, []).append(row.value)
    return found


@pytest.mark.parametrize("keys", [(), ("per=km2",), ("function=04",), ("transfers=included",), ("function=0402",)])
@pytest.mark.parametrize("period", MONTHS)
def test_the_median_of_each_kind_is_at_zero(kz_version, period, keys):
    """Regions and cities have groups of their own; where a city did not report, both compare with what there is."""
    if "function=0402" in keys and "-" in period:
        return
    answer = answer_of(kz_version, "deviation", period, *keys)
    groups = kinds_of(answer)
    everybody = [value for values in groups.values() for value in values]

    for values in groups.values():
        assert (np.median(values) if len(values) >= 3 else 0.0) == pytest.approx(0, abs=1e-9)
    assert min(everybody) < 0 < max(everybody)


def test_a_kind_of_few_is_compared_with_all(zz_version):
    """zz has one city among five units: executed 2024 per person 1500, 1400, 1200, 1000, 1416.67."""
    answer = answer_of(zz_version, "deviation", "2024")
    values = {row.unit.unit_id: row.value for row in answer.rows}
    regions = np.median([1500, 1200, 1000, 85_000 / 60])

    assert values["10"] == pytest.approx(100 * (1500 / regions - 1))
    assert values["20"] == pytest.approx(100 * (1400 / np.median([1500, 1400, 1200, 1000, 85_000 / 60]) - 1))


def test_the_value_is_made_of_what_the_row_says(kz_version):
    """100 · (amount ÷ denominator − 1): the denominator is what the unit would spend at the median rate."""
    answer = answer_of(kz_version, "deviation", "2024")
    for row in answer.rows:
        assert 100 * (row.amount / row.denominator - 1) == pytest.approx(row.value, abs=1e-9)


def test_the_money_is_that_of_executed_spending(kz_version):
    """A comparison explains the same total as the money that it compares."""
    for keys in ((), ("transfers=included",), ("function=07",)):
        compared = answer_of(kz_version, "deviation", "2024", *keys)
        plain = answer_of(kz_version, "executed", "2024", *keys)

        assert plain.accounts == compared.accounts


def test_the_notes_name_rule_and_medians(kz_version):
    """The median of a group is the rate of its middle unit, in minor units per person."""
    answer = answer_of(kz_version, "deviation", "2024")
    told = dict(answer.notes)["peers"]["peers"]
    rates = {"city": [], "region": []}
    for row in answer_of(kz_version, "executed", "2024").rows:
        rates[row.unit.kind].append(row.value)

    assert ["city", "region"] == [group.kind for group in told]
    assert [pytest.approx(np.median(rates[group.kind])) for group in told] == [group.median for group in told]
    assert [len(rates[group.kind]) for group in told] == [group.count for group in told]
