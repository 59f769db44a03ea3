"""Laws of what decides between deliveries: it is among the digests, and one rule decides for all that is believed."""

from itertools import permutations

import pandas as pd

from geo.atlas.deliveries import Deliveries
from geo.core.country_file import read_country
from geo.core.model import LANGUAGES
from geo.ledger import Incoming, Ledger, Signed
from tests.conftest import DATA
from tests.test_ledger import FEBRUARY, JANUARY, NOON, delivered

EDITION, LEVEL = "2022-06-08", "region"
COUNTRY = read_country(DATA / "boundaries" / "kz")
UNITS = pd.DataFrame({"unit_id": ["710000000"], "edition": [EDITION], "level": [LEVEL]})
NO_DIVISORS = pd.DataFrame(columns=["edition", "level", "unit_id", "series", "year", "value"])


def original(folder, text):
    """Write a file of its own content and return its path."""
    path = folder / f"{text}.txt"
    path.write_text(text, encoding="utf-8")
    return path


def borders(folder, source, day=EDITION, revision=1):
    """Return how to bring borders of a source: (what comes in, its facts)."""
    file = original(folder, f"{source}-{day}-{revision}")
    key = f"{day}/{LEVEL}"
    return Incoming("borders", source, file, {"units.geojson": file}, revision=revision, key=key), {
        "edition": day,
        "level": LEVEL,
    }


def people(folder, source, count, revision=1):
    """Return how to bring the people of one unit as a source counts them."""
    file = original(folder, f"people-{source}-{count}-{revision}")
    rows = [("person", EDITION, LEVEL, "710000000", "2024", float(count))]
    path = file.with_suffix(".parquet")
    pd.DataFrame(rows, columns=["series", "edition", "level", "unit_id", "year", "value"]).to_parquet(path)
    words = {name: dict.fromkeys(LANGUAGES, source) for name in ("label", "column", "source")}
    described = {"series": "person", "file": f"{source}.csv", "value": "value", "by_year": True, **words}
    return Incoming("series", source, file, {"series.parquet": path}, revision=revision), {"series": [described]}


def after(folder, arrivals):
    """Return what is in force in a new ledger to which these came in this order."""
    for incoming, facts in arrivals:
        Ledger(folder).add_files(incoming, NOON, facts)
    return Deliveries.of(folder)


def test_borders_of_two_sources_in_another_order_have_other_digests(tmp_path):
    """The later one counts, so a version of the opposite order is another version."""
    both = [borders(tmp_path, "one"), borders(tmp_path, "two")]
    said = [after(tmp_path / f"ledger{number}", order) for number, order in enumerate(permutations(both))]

    assert ["two", "one"] == [found.borders()[EDITION, LEVEL].source for found in said]
    assert said[0].digests() != said[1].digests()


def test_borders_of_one_source_have_the_same_digests_in_any_order(tmp_path):
    """Where revisions decide, the order of arrival does not."""
    both = [borders(tmp_path, "one", revision=1), borders(tmp_path, "one", revision=2)]
    said = [after(tmp_path / f"ledger{number}", order) for number, order in enumerate(permutations(both))]

    assert [2, 2] == [found.borders()[EDITION, LEVEL].revision for found in said]
    assert said[0].digests() == said[1].digests()


def test_equal_digests_choose_the_same_figures(tmp_path):
    """Of two sources the later one counts: orders have equal digests exactly where it is the same one everywhere."""
    files = {
        "a1": delivered(tmp_path / "a1", {("10", JANUARY): {"01": 1}}, source="a", revision=1),
        "a2": delivered(tmp_path / "a2", {("10", FEBRUARY): {"01": 2}}, source="a", revision=2),
        "b1": delivered(tmp_path / "b1", {("10", JANUARY): {"01": 3}, ("10", FEBRUARY): {"01": 4}}, source="b"),
    }
    winners, digests = {}, {}
    for order in permutations(files):
        ledger = Ledger(tmp_path / "-".join(order))
        for name in order:
            ledger.add(*files[name], NOON, {})
        claims = ledger.reports_in_force().sort_values("sequence")
        winners[order] = claims.drop_duplicates("report", keep="last").set_index("report")["source"].to_dict()
        digests[order] = ledger.digests()

    assert 4 == len({repr(sorted(won.items())) for won in winners.values()})
    assert {(one, two): winners[one] == winners[two] for one in winners for two in winners} == {
        (one, two): digests[one] == digests[two] for one in digests for two in digests
    }


def test_a_series_is_described_by_whom_its_rows_are_from(tmp_path):
    """By revision, then by arrival, whoever published: words and rows never come from two sources."""
    arrivals = {
        "revision": [people(tmp_path, "high", 5, revision=7), people(tmp_path, "low", 6, revision=1)],
        "arrival": [people(tmp_path, "zeta", 7), people(tmp_path, "alpha", 8)],
    }
    found = {}
    for name, order in arrivals.items():
        country, divisors = after(tmp_path / name, order).with_series(COUNTRY, NO_DIVISORS, UNITS)
        described = {row.series: row.file for row in country.denominators}["person"]
        found[name] = (described, divisors["value"].tolist())

    assert {"revision": ("high.csv", [5.0]), "arrival": ("alpha.csv", [8.0])} == found


def test_series_in_another_order_have_other_digests(tmp_path):
    """Equal revisions of two sources: what is believed depends on the order, so the digests do."""
    both = [people(tmp_path, "one", 1), people(tmp_path, "two", 2)]
    said = [after(tmp_path / f"ledger{number}", order) for number, order in enumerate(permutations(both))]
    values = [found.in_force.table("series")["value"].tolist() for found in said]

    assert [[2.0], [1.0]] == values
    assert said[0].digests() != said[1].digests()


def test_what_is_said_of_brought_in_borders_is_among_the_digests(tmp_path):
    """A version holds the sentence, so a reworded one makes another version."""
    found = after(tmp_path / "ledger", [borders(tmp_path, "one", day="2031-02-03")])
    editions = {edition.id: edition for edition in found.with_levels(COUNTRY).editions}

    assert [editions["2031-02-03"].note] == [row["said"] for row in found.digests()]
    assert all("2031" in text for text in editions["2031-02-03"].note.values())


def test_what_is_withdrawn_decides_nothing(tmp_path):
    """Without the later source the earlier one counts again, and the digests are those of it alone."""
    first, second = borders(tmp_path, "one"), borders(tmp_path, "two")
    alone = after(tmp_path / "alone", [first])
    both = after(tmp_path / "both", [first, second])
    ledger = Ledger(tmp_path / "both")
    ledger.withdraw(both.borders()[EDITION, LEVEL].id, Signed("2025-05-01T00:00:00Z"))

    assert alone.digests() == Deliveries.of(tmp_path / "both").digests()
