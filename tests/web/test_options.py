"""Options of a face: one address for each answer, nothing unknown let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import BadKey, BadValue
from geo.web.options import one_of, options_of, split

OFFERED = {"size": one_of("small", "large"), "tone": one_of("plain", "dark", "light")}
WORDS = st.fixed_dictionaries(
    {}, optional={"size": st.sampled_from(["small", "large"]), "tone": st.sampled_from(["plain", "dark", "light"])}
)


@given(words=WORDS, order=st.randoms(use_true_random=False))
def test_an_address_says_the_same_in_any_order_and_once_more_read(words, order):
    """The path of options is a fixed point, whatever order they came in."""
    pairs = list(words.items())
    order.shuffle(pairs)
    path = options_of(pairs, OFFERED).path

    rest, again = split(["kz", "region", *path.split("/")[:-1]], OFFERED)

    assert (("kz", "region"), path) == (rest, again.path)
    assert all(again[key] == word for key, word in words.items())


@pytest.mark.parametrize("segments", [["size=large", "size=small"], ["size=large", "size=large"]])
def test_an_option_that_stands_twice_is_refused(segments):
    """Two words for one key have no answer, even where they agree."""
    with pytest.raises(BadKey):
        split(segments, OFFERED)


@pytest.mark.parametrize(
    ("pairs", "error"), [([("size", "")], BadValue), ([("size", "Large")], BadValue), ([("x", "y")], BadKey)]
)
def test_what_is_not_offered_is_refused(pairs, error):
    """An unknown key or word is an error that names what is offered, not a default."""
    with pytest.raises(error):
        options_of(pairs, OFFERED)
