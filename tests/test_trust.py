"""Laws about what stands beside the map so that nobody need believe it."""

import pytest

from geo.core.text import text_of
from geo.core.view import View
from geo.faces.reading import read
from geo.faces.trust import short_money, trust_of, words_of
from geo.layers import layer


def reading(version, lang="en", **given):
    """Return a reading of the small country."""
    view = View(lang, "zz", "region", "executed", "2024").but(**given)
    return read(layer(view, version), version)


@pytest.mark.parametrize(
    ("lang", "amount", "shown"),
    [
        ("en", 15_049_842_185_825_900, "₸150.50 trillion"),
        ("kk", 1_504_984_218_582_590, "15,05 трлн ₸"),
        ("ru", 23_010_000_000_000, "230,10 млрд ₸"),
        ("en", -7_300, "−₸73"),
        ("ru", 0, "0 ₸"),
    ],
)
def test_money_in_a_sentence_is_short(lang, amount, shown):
    """As each language writes it, with spaces that do not break."""
    assert shown.replace(" ", "\N{NO-BREAK SPACE}") == short_money(text_of(lang), amount, 100, "₸")


def test_what_is_not_on_the_map_is_said_with_its_amount(zz_version):
    """The total is the published one; each term that is not on the map and not nothing is named."""
    told = trust_of(reading(zz_version))

    assert "ƶ6,349" == told.total
    assert "transfers, shown apart (ƶ200); difference within the source (−ƶ1)" == told.off_map


def test_what_nobody_reported_is_named_without_an_amount(zz_version):
    """It is not zero: nobody knows it."""
    told = trust_of(reading(zz_version, period="2024-06"))

    assert "not reported by territories" in told.off_map
    assert "no figure published" in told.off_map


@pytest.mark.parametrize("measure", ["approved", "revised", "adjusted", "executed", "execution"])
def test_every_stage_is_explained_beside_its_map(zz_version, measure):
    """Each word once, whatever place it stands in."""
    words = words_of(reading(zz_version, measure=measure))
    every = [key for keys in words.values() for key in keys]

    assert measure in words["head"]
    assert "reconciliation" in words["account"]
    assert len(every) == len(set(every))
