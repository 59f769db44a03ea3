"""A bounded run of scripts/fuzz.py: spoilt inputs for every parser; `make fuzz` goes on for longer."""

import pytest
from hypothesis import strategies as st

from scripts.fuzz import broken, targets

NAMES = ("csv", "xlsx", "xlsx-confined", "geojson", "pmtiles", "country", "profile", "batch", "post", "bounds")
NAMES = (*NAMES, "addresses", "options", "tiles", "items", "oembed", "search", "builder", "headers", "ingest")
EXAMPLES = 16


@pytest.fixture(scope="module")
def chosen(small_app, tmp_path_factory):
    """Everything that reads what others write."""
    return targets(small_app, tmp_path_factory.mktemp("fuzz"))


def test_every_parser_is_tried(chosen):
    """A new one is written in here."""
    assert set(NAMES) == set(chosen)


@pytest.mark.parametrize("name", NAMES)
def test_no_spoilt_input_breaks_a_parser(chosen, name):
    """An answer or a refusal of ours; the same inputs each time."""
    assert "" == broken(name, chosen, EXAMPLES, 7)


def _breaks_at_seven(number):
    assert number < 7


def test_what_breaks_a_parser_is_named_as_small_as_it_can_be():
    """The trap is tried."""
    found = broken("mine", {"mine": (st.integers(0, 1000), _breaks_at_seven)}, 100, 7)

    assert found.startswith("mine 7: AssertionError")
