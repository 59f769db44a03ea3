"""Laws of bodies: a number proves itself, a place is as exact as it is sure, nothing wrong passes in silence."""

import csv

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bodies import BESIDE, BodyWords, Ground, disagreements, read_bodies, read_words
from geo.core.codes import bin_check_digit
from geo.core.errors import BadData
from geo.core.model import TABLES
from geo.gazetteer import located
from tests.conftest import DATA
from tests.test_gazetteer import CLASSIFIER, REGISTER, real, small

HERE = ("register.csv", "")
WORDS = BodyWords({"school": ("школа", "мектеб")}, frozenset(["зарегистрирован"]), frozenset(["ликвидирован"]))
BOUNDS = (46.0, 40.0, 88.0, 56.0)
ADDRESS = "Область Абай, Бескарагайский район, село Бескарагай, ул. Абая"


def number(n):
    """Return the n-th number that proves itself."""
    found = [f"{k:011}{bin_check_digit(f'{k:011}')}" for k in range(10_000, 10_000 + 3 * n + 3)]
    return [text for text in found if len(text) == 12][n]


def ground(places=None, words=WORDS):
    places = places or small()
    return Ground(places, lambda text, lang: located(text, places, lang), ("kk", "ru", "en"), BOUNDS, words)


def read(*rows):
    plain = {"name_kk": "№1 мектебі", "name_ru": "Школа № 1", "name_en": "School 1", "status": "Зарегистрирован"}
    made = [{"body": number(i), **plain, **row} for i, row in enumerate(rows)]
    return read_bodies(pd.DataFrame(made), HERE, ground())


def told(reading):
    return {(fault.row, fault.column, fault.code) for fault in (*reading.faults, *reading.warnings)}


@pytest.mark.skipif(not (REGISTER.exists() and CLASSIFIER.exists()), reason="needs the shared register and classifier")
def test_all_bodies_of_the_real_register_come_through():
    """130 of 130, the 36 that were closed are marked, 129 are placed, 116 of them in their settlement."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = pd.DataFrame(rows).rename(columns={"bin": "body", "legal_address_ru": "address_ru"})
    words = read_words(DATA / "budget" / "kz" / "bodies.toml")
    reading = read_bodies(
        columns[["body", "name_kk", "name_ru", "address_ru", "status"]], HERE, ground(real()[1], words)
    )
    guessed = dict(zip(columns["body"], columns["kind_guess_from_name"], strict=True))
    ours = {"school": "school", "kindergarten": "kindergarten", "clinic": "health", "akim_office": "akim office"}
    table = reading.table

    assert () == reading.faults
    assert (130, 36) == (len(table), table["is_closed"].sum())
    assert {"settlement": 116, "district": 13, "none": 1} == table["exactness"].value_counts().to_dict()
    assert [] == [row.name_ru for row in table.itertuples() if guessed[row.body_id] != ours.get(row.kind, "other")]


def test_the_table_has_the_columns_of_bodies_and_those_beside():
    """In the order of body_id, whatever the order of the file."""
    reading = read({}, {"address_ru": ADDRESS})

    assert [*TABLES["bodies"], *BESIDE] == list(reading.table.columns)
    assert sorted(reading.table["body_id"]) == list(reading.table["body_id"])
    assert 0 == len(read_bodies(pd.DataFrame({"body": []}), HERE, ground()).table)


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ({"body": "12345"}, "body", "E-BODY-01"),
        ({"body": "٠٠٠٠٠٠٠١٠٠٠٠"}, "body", "E-BODY-01"),
        ({"body": number(0)[:-1] + str((int(number(0)[-1]) + 1) % 10)}, "body", "E-BODY-02"),
        ({"unit": "999999999"}, "unit", "E-BODY-04"),
        ({"name_kk": "", "name_ru": "", "name_en": ""}, "name", "E-BODY-05"),
        ({"lon": "80.2", "lat": ""}, "lon", "E-BODY-06"),
        ({"lon": "80,2", "lat": "50,4"}, "lon", "E-BODY-06"),
        ({"lon": "1e1", "lat": "nan"}, "lon", "E-BODY-06"),
        ({"lon": "43.2", "lat": "76.9"}, "lon", "E-BODY-07"),
        ({"lon": "37.6", "lat": "55.7"}, "lon", "E-BODY-08"),
        ({"unit": "633800000"}, "unit", "W-BODY-02"),
        ({"address_ru": "Область Абай, Бескарагайский район, село Нигде"}, "address_ru", "W-BODY-03"),
        ({"unit": "710000000", "address_ru": ADDRESS}, "address_ru", "W-BODY-04"),
        ({}, "unit", "W-BODY-05"),
        ({"status": "Спит"}, "status", "W-BODY-08"),
        ({"address_ru": "Область Абай, Бескарагайский район, село Бескарагаи"}, "address_ru", ""),
        ({"address_ru": "Область Абай, Бескарагайский район, село Бескаргай"}, "address_ru", "W-BODY-09"),
        ({"address_ru": "город Нур-Султан, район Алматы"}, "address_ru", "W-BODY-10"),
        ({"name_en": ""}, "name_en", "W-BODY-01"),
        ({"name_ru": "Школа\u202e № 1"}, "name_ru", "E-BODY-10"),
        ({"address_ru": "Область\x07"}, "address_ru", "E-BODY-10"),
        ({"name_ru": "Шкoла № 1"}, "name_ru", "W-BODY-11"),
        ({"name_ru": "Школа\u00a0 № 1"}, "name_ru", ""),
    ],
)
def test_what_is_wrong_or_unsure_is_told_with_its_place(row, column, code):
    """A fault refuses, a warning tells; a spelling that every keyboard mixes up is neither."""
    codes = {c for r, where, c in told(read({"unit": "103830100"}, row)) if (r, where) == (3, column)}

    assert ({code} if code else set()) == codes


def test_a_number_that_stands_twice_is_refused_and_the_first_row_named():
    """Money would be counted for two."""
    reading = read({"unit": "103830100"}, {"unit": "103830100", "body": number(0)})

    assert [(3, "E-BODY-03", "2")] == [(fault.row, fault.code, fault.values["first"]) for fault in reading.faults]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"unit": "103830100"}, ("103830100", "settlement", "code")),
        ({"unit": "103800000"}, ("103800000", "district", "code")),
        ({"unit": "100000000"}, ("100000000", "region", "code")),
        ({"unit": "100000000", "address_ru": ADDRESS}, ("103830100", "settlement", "address")),
        ({"unit": "103830100", "address_ru": "Область Абай"}, ("103830100", "settlement", "code")),
        ({"unit": "710000000", "address_ru": ADDRESS}, ("710000000", "region", "code")),
        ({"unit": "633800000", "address_ru": ADDRESS}, ("103830100", "settlement", "address")),
        ({"unit": "103830100", "lon": "80.2", "lat": "50.4"}, ("103830100", "point", "point")),
        ({"lon": "80.2", "lat": "50.4"}, ("", "point", "point")),
        ({}, ("", "none", "none")),
    ],
)
def test_a_body_is_where_the_surest_of_its_places_is(row, place):
    """A point is the most exact; an address may refine a code and never overrules it."""
    made = read(row).table.iloc[0]

    assert place == (made.unit_code, made.exactness, made.place_method)


def test_a_closed_body_is_kept_and_counted():
    """It spent in its years; the file is not refused."""
    reading = read({"unit": "103830100"}, {"unit": "103830100", "status": "Ликвидирован"})

    assert [False, True] == list(reading.table["is_closed"])
    assert () == reading.faults
    assert (0, "status", "W-BODY-07") in told(reading)


def test_many_missing_names_are_one_warning():
    """Nobody reads seventeen thousand of them."""
    reading = read(*[{"unit": "103830100", "name_en": ""}] * 30)

    assert [("en", "30")] == [(f.value, f.values["count"]) for f in reading.warnings if f.code == "W-BODY-01"]


def test_a_point_in_another_unit_than_the_code_is_told():
    """The join says where the point lies; a district of the same region agrees with the region."""
    reading = read({"unit": "103830100"}, {"unit": "100000000"}, {"unit": "710000000"})
    points = dict(zip(reading.table["body_id"], ["100000000", "103800000", "100000000"], strict=True))
    found = disagreements(reading.table, points, small(), HERE)

    assert [(4, "W-BODY-06", "100000000")] == [(fault.row, fault.code, fault.values["unit"]) for fault in found]


CELLS = st.text(max_size=20) | st.sampled_from([number(0), "103830100", "80.2", "50.4", ADDRESS, "nan", "-0"])


@given(
    st.lists(st.dictionaries(st.sampled_from(["body", "name_ru", "unit", "address_ru", "lon", "lat", "status"]), CELLS))
)
def test_no_cell_breaks_the_reading_and_every_row_is_answered_for(rows):
    """Whatever the cells hold: as many bodies as rows, each placed where something is known or nowhere."""
    table = read(*rows).table if rows else read({}).table

    assert max(1, len(rows)) == len(table)
    assert set(table["unit_code"]) <= {"", *small().places}
    assert set(table["exactness"]) <= {"point", "settlement", "district", "region", "none"}
    assert (table["lon"].notna() == (table["exactness"] == "point")).all()


def test_a_file_of_words_that_cannot_be_used_is_refused(tmp_path):
    """Missing, or with a table that is not there."""
    (tmp_path / "half.toml").write_text('[kinds]\nschool = ["школа"]\n', encoding="utf-8")
    found = []
    for name in ("none.toml", "half.toml"):
        with pytest.raises(BadData) as error:
            read_words(tmp_path / name)
        found.append(error.value.faults[0].code)

    assert ["E-BODY-09", "E-CTRY-03"] == found
