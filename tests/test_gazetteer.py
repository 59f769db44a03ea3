"""Laws of the gazetteer: every place leads to its district and region, names are found as typed, nothing is guessed."""

import csv
import os
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.core.codes import is_bin
from geo.core.settings import Settings
from geo.gazetteer import COLUMNS, gazetteer_of, located, read_settlements
from geo.gazetteer.names import deletions, folded, is_one_letter_apart, kind_and_name
from geo.intake import Order, imported, prepared
from geo.lineage import read_former_codes, read_former_names, translations
from tests.conftest import DATA

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "kz"
CLASSIFIER = SHARED / "codes/kato_nk_rk_11-2025.csv"
REGISTER = SHARED / "organisations/kz_state_organisations_sample_from_legal_entity_register.csv"
DIGITS = {"region": 2, "district": 4, "rural_district": 6}
BORDERS = DATA / "boundaries" / "kz"
HERE = ("kato.csv", "")
ROWS = [
    ("100000000", "область Абай", "Абай облысы"),
    ("103800000", "Бескарагайский район", "Бесқарағай ауданы"),
    ("103830000", "Бескарагайский с.о.", "Бесқарағай а.о."),
    ("103830100", "с.Бескарагай", "Бесқарағай а."),
    ("103831000", "Канонерский с.о.", "Қаратөбе а.о."),
    ("103831100", "с.Қарабас", "Қарабас а."),
    ("103832000", "Жетижарский с.о.", "Жетіжар а.о."),
    ("103832100", "с.Карабас", "Қарабас а."),
    ("630000000", "Восточно-Казахстанская область", "Шығыс Қазақстан облысы"),
    ("631000000", "Усть-Каменогорск Г.А.", "Өскемен Қ.Ә."),
    ("631010000", "г.Усть-Каменогорск", "Өскемен қ."),
    ("631033100", "с.Меновное", "Меновное а."),
    ("710000000", "г.Астана", "Астана қ."),
    ("711110000", "район Алматы", "Алматы ауданы"),
    ("750000000", "г.Алматы", "Алматы қ."),
]


def frame(rows=ROWS):
    return pd.DataFrame(rows, columns=["code", "name_ru", "name_kk"])


def read(rows=ROWS, **columns):
    return read_settlements(frame(rows).assign(**columns), HERE, DIGITS, ("kk", "ru"))


def codes(reading):
    return [(fault.row, fault.code) for fault in reading.faults]


@cache
def small():
    return gazetteer_of(
        read().table, {"633800000": "103800000"}, {"Нур-Султан": "710000000", "Нұр-Сұлтан": "710000000"}
    )


@cache
def real():
    with CLASSIFIER.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["kato"], row["name_ru"], row["name_kk"]) for row in csv.DictReader(file)]
    former = translations(read_former_codes(BORDERS / "former_codes.csv"))
    reading = read(rows)
    return reading, gazetteer_of(reading.table, former, read_former_names(BORDERS / "former_names.csv"))


needs_classifier = pytest.mark.skipif(not CLASSIFIER.exists(), reason="needs the shared classifier")


@needs_classifier
def test_every_place_of_the_classifier_leads_to_its_region_and_district():
    """15,594 places; only the twenty regions and cities lie in nothing."""
    reading, gazetteer = real()
    lost = [c for c in gazetteer.places if gazetteer.region_of(c) != c[:2] + "0000000"]
    without = {c for c in gazetteer.places if not gazetteer.district_of(c)}

    assert () == reading.faults
    assert (15_594, 20) == (len(reading.table), reading.counts["region"])
    assert [] == lost
    assert {c for c, parent in gazetteer.places.items() if not parent} == without


@needs_classifier
def test_letters_of_another_alphabet_in_the_classifier_are_told():
    """It writes Macedonian ќ for қ in places; the name is found all the same."""
    reading, gazetteer = real()
    told = {letter for fault in reading.warnings if fault.code == "W-GAZ-01" for letter in fault.values["letters"]}

    assert {"ќ", "Ќ", "ў", "ї", "ј"} == told
    assert "Ќабырғатал а." == gazetteer.names[gazetteer.find("Қабырғатал", "kk")[0].code]["kk"]


@needs_classifier
@pytest.mark.parametrize(
    ("typed", "lang", "code"),
    [
        ("КАРАГАНДА", "ru", "351010000"),
        ("караганды", "kk", "351010000"),
        ("Усть Каменогорск", "ru", "631010000"),
        ("оскемен", "kk", "631010000"),
        ("қ. Орал", "kk", "271010000"),
        ("г.Уральск", "ru", "271010000"),
        ("Кокшитау", "ru", "111010000"),
        ("Алматы", "kk", "750000000"),
        ("Нур-Султан", "ru", "710000000"),
        ("Шыгыс Казакстан", "kk", "630000000"),
        ("п. Шиели", "ru", "435230100"),
        ("Бескарагайский район", "ru", "103800000"),
    ],
)
def test_a_place_is_found_as_people_type_it(typed, lang, code):
    """Case, marks, letters without their tails, the word for the kind and one wrong letter make no difference."""
    assert code == real()[1].find(typed, lang)[0].code


@needs_classifier
@pytest.mark.skipif(not REGISTER.exists(), reason="needs the shared register of legal entities")
def test_addresses_of_real_bodies_are_placed_in_the_region_they_name():
    """All but four agree with the list beside them; those four name a region as it was, and are where it is now."""
    _, gazetteer = real()
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_bin(row["bin"])]
    found = [(row, located(row["legal_address_ru"], gazetteer, "ru")) for row in rows]
    other = {
        (row["region_kato_parsed_from_address"], gazetteer.region_of(where.code))
        for row, where in found
        if row["region_kato_parsed_from_address"] != gazetteer.region_of(where.code)
    }
    exact = [where.exactness for _, where in found]

    assert {
        ("630000000", "100000000"),
        ("190000000", "330000000"),
        ("610000000", "790000000"),
        ("", "710000000"),
    } == other
    assert (116, 13, 0, 1) == tuple(exact.count(word) for word in ("settlement", "district", "region", ""))


@pytest.mark.parametrize(
    ("address", "code", "exactness", "doubts"),
    [
        ("070300, Абай область, Бескарагайский район, Бескарагайский с.о., село Бескарагай, ул. Партизанская, д. 7",
         "103830100", "settlement", ()),
        ("Область Абай, Бескарагайский район, село Карабас", "103800000", "district", ("ambiguous",)),
        ("Область Абай, Бескарагайский район, Жетижарский сельский округ, село Карабас", "103832100", "settlement", ()),
        ("Область Абай, Бескарагайский район, село Нигде", "103800000", "district", ("settlement_unknown",)),
        ("Область Абай, Небывалый район, село Бескарагай", "100000000", "region", ("district_unknown",)),
        ("Восточно-Казахстанская область, Бескарагайский район", "103800000", "district", ("moved",)),
        ("ВОСТОЧНО-КАЗАХСТАНСКАЯ ОБЛАСТЬ, ГОРОД УСТЬ-КАМЕНОГОРСК, УЛ. АБАЯ", "631010000", "settlement", ()),
        ("Восточно-Казахстанская область, город Усть-Каменогорск, село Меновное", "631033100", "settlement", ()),
        ("город Нур-Султан, район Алматы", "711110000", "district", ("former_region",)),
        ("070300 Абай обл., Бескарагайский р-н, с.Бескарагай", "103830100", "settlement", ()),
        ("город Астана, ул. Алматы", "710000000", "region", ()),
        ("село Бескарагай", "", "", ("region_unknown",)),
        ("", "", "", ("region_unknown",)),
    ],
)  # fmt: skip
def test_an_address_is_placed_as_exactly_as_it_is_sure(address, code, exactness, doubts):
    """Where two places have one name it is what both lie in; a street is never taken for a place."""
    where = located(address, small(), "ru")

    assert (code, exactness, doubts) == (where.code, where.exactness, where.doubts)


def test_a_kazakh_address_is_placed_as_well():
    """There the word stands behind the name."""
    where = located(
        "Абай облысы, Бесқарағай ауданы, Бесқарағай ауылдық округі, Бесқарағай ауылы, Абай көшесі", small(), "kk"
    )

    assert ("103830100", "settlement") == (where.code, where.exactness)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([r[1] for r in ROWS] + ["ул. Абая", "село", "г.", ","])).map(", ".join)
)
def test_no_address_breaks_the_search_and_every_answer_is_a_place(text):
    """Whatever a register writes, the answer is a place we know or none; finding is as patient."""
    where = located(text, small(), "ru")

    assert (where.code in small().places) == bool(where.code)
    assert small().exactness_of(where.code) == where.exactness
    assert all(match.code in small().places for match in small().find(text, "kk"))


@given(st.sampled_from([row[1] for row in ROWS]), st.data())
def test_one_letter_left_out_is_forgiven(name, data):
    """Of names long enough to be told from others: four letters or more have to stand."""
    bare = folded(kind_and_name(name, "ru")[1])
    at = data.draw(st.integers(0, len(bare) - 1))
    typed = bare[:at] + bare[at + 1 :]
    assume(len(typed) >= 4)
    wanted = {row[0] for row in ROWS if folded(kind_and_name(row[1], "ru")[1]) == bare}

    assert wanted <= {match.code for match in small().find(typed, "ru", most=99)}


@given(st.text("абв", max_size=6), st.text("абв", max_size=6))
def test_names_one_letter_apart_share_what_is_left(one, other):
    """So that the index finds every such pair, the same from both sides."""
    assert is_one_letter_apart(one, other) == is_one_letter_apart(other, one)
    assert not is_one_letter_apart(one, other) or deletions(one) & deletions(other)


@pytest.mark.parametrize(
    ("name", "lang", "kind", "bare"),
    [
        ("с.о.им.Канай би", "ru", "rural_district", "Канай би"),
        ("с.Ольгинка", "ru", "village", "Ольгинка"),
        ("С.Сейфуллин к.", "kk", "town", "С.Сейфуллин"),
        ("Ғабит Мүсірепов атын.ауданы", "kk", "district", "Ғабит Мүсірепов"),
        ("Актау Г.А.", "ru", "city_area", "Актау"),
        ("рзд.18 км", "ru", "station", "18 км"),
        ("Қабырғатал", "kk", "", "Қабырғатал"),
        ("КАРАГАНДИНСКАЯ ОБЛАСТЬ", "ru", "region", "КАРАГАНДИНСКАЯ"),
    ],
)
def test_a_name_tells_what_kind_of_place_it_is(name, lang, kind, bare):
    """Words before it in Russian, behind it in Kazakh; initials are no words."""
    assert (kind, bare) == kind_and_name(name, lang)


def test_every_fault_of_the_file_is_told_together():
    """Codes that are none, twice or lie in nothing, names that are missing, half a point."""
    rows = [*ROWS, ("10383010", "с.А", "А а."), ("103830100", "с.Б", "Б а."), ("550000100", "", "В а.")]
    found = read(rows, lon=["71.4"] + [""] * (len(rows) - 1), lat="")

    assert {(17, "E-GAZ-01"), (18, "E-GAZ-02"), (19, "E-GAZ-03"), (19, "E-GAZ-04"), (2, "E-GAZ-06")} <= set(
        codes(found)
    )


def test_a_file_without_regions_is_refused():
    """A part of the classifier would leave bodies without a district."""
    assert (0, "E-GAZ-05") in codes(read([("103830100", "с.Бескарагай", "Бесқарағай а.")]))
    assert [] != codes(read([]))


@needs_classifier
@pytest.mark.parametrize("lost", ["103800000", "103830000", "100000000"])
def test_a_lost_row_of_a_unit_is_told_by_what_lies_in_it(lost):
    """Its villages would move to the unit above in silence."""
    table = real()[0].table
    rows = [(row.code, row.name_ru, row.name_kk) for row in table.itertuples() if row.code[:4] in ("1000", "1038")]
    whole, cut = read([*rows, *ROWS[-3:]]), read([*(row for row in rows if row[0] != lost), *ROWS[-3:]])

    assert [] == codes(whole)
    assert {"E-GAZ-03"} == {code for _, code in codes(cut)}
    assert {lost} >= {fault.values["parent"] for fault in cut.faults} - {""}


@given(st.lists(st.tuples(*[st.text("0123456789 абAс.\u00a0\u202e", max_size=10)] * 3), max_size=8), st.booleans())
def test_no_cell_breaks_the_reading_of_a_classifier(rows, is_parented):
    """Whatever stands in it: as many places as rows, or a fault that says why not."""
    reading = read(rows, **({"parent": [row[0] for row in reversed(rows)], "lon": "x"} if is_parented else {}))

    assert len(rows) == len(reading.table)
    assert reading.faults or rows


def test_places_that_lie_in_one_another_are_refused():
    """A ring has no region; it is told, and following it ends."""
    rows = [
        ("100000000", "область Абай", "Абай облысы"),
        ("103800000", "р-н А", "А ауданы"),
        ("103900000", "р-н Б", "Б ауданы"),
    ]
    reading = read(rows, parent=["", "103900000", "103800000"])

    assert {3, 4} == {row for row, code in codes(reading) if code == "E-GAZ-03"}
    assert ("103900000", "103800000") == gazetteer_of(reading.table, {}).ancestors("103800000")


def test_the_table_is_the_same_whatever_the_order_of_the_file():
    """Same places, same table."""
    one, other = read().table, read(list(reversed(ROWS))).table

    assert list(COLUMNS) == list(one.columns)
    assert one.equals(other)


def test_a_code_that_was_given_up_leads_to_the_one_since():
    """A settlement of such a district is known as far as the district; an unknown code leads nowhere."""
    found = [small().current(code) for code in ("103830100", "633800000", "633830100", "999999999", "")]

    assert ["103830100", "103800000", "103800000", "", ""] == found


def taken(settings, path, profile="kz-settlements"):
    """Take a register in where it has no faults; return its faults and warnings as (row, column, code)."""
    order = Order((path,), "2025-04-20T08:00:00Z", profile=profile)
    with prepared(settings, "kz", order, lambda step: None) as made:
        if made.is_good:
            imported(made)
        return tuple([(f.row, f.column, f.code) for f in found] for found in (made.faults, made.warnings))


def classifier(path, rows):
    """Write places as the classifier writes them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("kato", "name_ru", "name_kk"), *rows])
    return path


def test_a_register_that_lost_most_of_its_rows_is_told_and_faults_name_its_headings(tmp_path):
    """The rest may have been cut off; and what is wrong stands in a column of the file."""
    settings = Settings(home=tmp_path / "home", data=DATA)
    rows = [row for row in ROWS if row[0] != "631033100"]
    first = taken(settings, classifier(tmp_path / "all.csv", rows))
    wrong = taken(settings, classifier(tmp_path / "wrong.csv", [*rows, ("10x", "с.Другое", "Басқа а.")]))
    fewer = taken(settings, classifier(tmp_path / "few.csv", rows[:6]))

    assert [] == first[0]
    assert "W-GAZ-05" not in {code for _, _, code in first[1]}
    assert {"kato"} == {column for _, column, _ in wrong[0]}
    assert ([], ["W-GAZ-05"]) == (fewer[0], [code for _, _, code in fewer[1] if code == "W-GAZ-05"])
