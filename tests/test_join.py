"""Laws of placing: one owner for every body, or none and that is said."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.join import place

CODES = st.lists(st.sampled_from(["10", "20", "30", "99", "", "10 "]), min_size=1, max_size=20)


@given(CODES, st.randoms())
def test_every_body_is_placed_once_in_one_order(codes, random):
    """Each body has one row, by its code or nowhere, whichever way the bodies stand."""
    bodies = pd.DataFrame({"body_id": [f"b{n:02}" for n in range(len(codes))], "unit_code": codes})
    units = pd.DataFrame({"edition": "2020-01-01", "level": "region", "unit_id": ["10", "20", "30"]})
    order = list(bodies.index)
    random.shuffle(order)
    placed = place(bodies, units)

    assert [code if code in {"10", "20", "30"} else "" for code in codes] == list(placed["unit_id"])
    assert ["code" if unit else "none" for unit in placed["unit_id"]] == list(placed["method"])
    assert placed.equals(place(bodies.loc[order], units))
