"""Laws of the profile language: what a profile says is what is read; what it does not say is asked about."""

import csv
import dataclasses
import re
import tomllib
from collections import Counter
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from geo.core.country_file import read_country
from geo.core.delivery import ROW, CellTable, Known
from geo.core.errors import BadData, Fault
from geo.core.model import PHASES, TABLES
from geo.profiles import Given, check_profile, columns_of, deliver, find_profiles, read_profile, recognise
from geo.profiles.keys import KEYS_OF_A_PROFILE
from tests.conftest import DATA

ROOT = DATA.parent
BUDGET = DATA / "budget" / "kz"
PROFILES = BUDGET / "profiles"
ABAI, ASTANA, EAST, ULYTAU = "100000000", "710000000", "630000000", "620000000"
BIN = "050340004529"
FLAT = """
name = "flat"
kind = "figures"
source = "somebody"
may_be_empty = ["administrator"]
[title]
kk = "а"
ru = "а"
en = "a"
[columns]
unit = ["Code", "Код"]
period = "Month"
function = "Group"
administrator = "Office"
approved = "Plan"
executed = "Spent"
[amounts]
unit = "thousand"
decimal = "."
missing = ["", "-"]
"""
FORMULA = '[[formulas]]\ncolumn = "executed"\nequals = "{}"\nrelative = "1e-9"\n[amounts]'
HEADER = ("Code", "Month", "Group", "Office", "Plan", "Spent")
ROWS = (
    (ASTANA, "2024-01", "01", "121", "100.5", "1"),
    (ASTANA, "2024-01", "0401", "360", "200", "2.25"),
    (ASTANA, "2024-02", "01", "121", "100.5", "1.5"),
    (ASTANA, "2024-02", "0401", "360", "200", "-"),
)


def listed(name):
    """Return the rows of one of the country's own lists."""
    with (BUDGET / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known():
    """Return what Kazakhstan knows, as far as profiles ask."""
    with (DATA / "boundaries" / "kz" / "regions.csv").open(encoding="utf-8", newline="") as file:
        regions = list(csv.DictReader(file))
    before = frozenset(row["kato"] for row in regions if not row["split_from_kato_on_2022_06_08"])
    now = frozenset(row["kato"] for row in regions)
    return Known(
        country=read_country(DATA / "boundaries" / "kz"),
        units={"2018-06-19": {"region": before}, "2022-06-08": {"region": now}},
        unit_names={row[n].casefold(): row["kato"] for row in regions for n in ("name_kk", "name_ru", "name_en")},
        functions=frozenset(row["code"] for name in ("functions.csv", "subfunctions.csv") for row in listed(name)),
        administrators={r["code"]: (r["name_ru"], r["covers"] != "one") for r in listed("administrators.csv")},
        bodies={BIN: ASTANA},
        function_names={
            r[n].casefold(): r["code"] for r in listed("functions.csv") for n in ("name_kk", "name_ru", "name_en")
        },
    )


KNOWN = known()


def cells_of(folder, header, rows, file="file.csv", **fields):
    """Return a table of cells with the header in row 1."""
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in header)])
    path = Path(folder) / "cells.arrow"
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in header]
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        arrays = [pa.array(range(2, len(rows) + 2), pa.int64()), *(pa.array(c, pa.string()) for c in columns)]
        writer.write_batch(pa.record_batch(arrays, schema=schema))
    return CellTable(file, "", "0" * 64, 0, tuple(header), len(rows), path, **fields)


def profile_of(folder, text=FLAT, **replaced):
    """Return the profile of a text; `replaced` lines are put in the place of others."""
    for old, new in replaced.values():
        assert old in text
        text = text.replace(old, new)
    path = Path(folder) / f"{tomllib.loads(text).get('name', 'x')}.toml"
    path.write_text(text, encoding="utf-8")
    return read_profile(path)


def delivered(folder, rows=ROWS, text=FLAT, header=HEADER, given=None, **fields):
    """Return what a profile's text makes of rows."""
    facts = fields.pop("knows", KNOWN)
    cells = cells_of(folder, header, [tuple(row) for row in rows], **fields)
    return deliver(profile_of(folder, text), cells, facts, given or Given(), Path(folder))


def entries(delivery):
    """Return the entries as {(body, period, function, phase): amount}."""
    frame = pd.read_parquet(delivery.tables["entries"])
    return {tuple(row[:4]): row[4] for row in frame[list(TABLES["entries"])].itertuples(index=False)}


def sums(delivery):
    """Return the sums as {(unit, period, group, phase): amount}."""
    return {tuple(row[:4]): row[4] for row in delivery.sums.itertuples(index=False)}


def faults(delivery):
    """Return (code, row, column) of what refuses a delivery."""
    return [(fault.code, fault.row, fault.column) for fault in delivery.faults]


def spoilt(row, column, text, rows=ROWS):
    """Return the rows with one cell replaced; rows count from 0."""
    changed = [list(cells) for cells in rows]
    changed[row][HEADER.index(column)] = text
    return changed


def test_a_flat_file_becomes_entries_to_the_tiyn(tmp_path):
    """Thousand tenge with two decimals are whole tiyn; a missing cell is no entry and no zero."""
    made = delivered(tmp_path)

    assert () == made.faults
    assert {
        ("710000000-121", "2024-01", "01", "approved"): 10_050_000,
        ("710000000-121", "2024-01", "01", "executed"): 100_000,
        ("710000000-360", "2024-01", "0401", "approved"): 20_000_000,
        ("710000000-360", "2024-01", "0401", "executed"): 225_000,
        ("710000000-121", "2024-02", "01", "approved"): 10_050_000,
        ("710000000-121", "2024-02", "01", "executed"): 150_000,
        ("710000000-360", "2024-02", "0401", "approved"): 20_000_000,
    } == entries(made)


def test_every_row_is_taken_or_left_with_a_reason(tmp_path):
    """Rows read are rows taken and rows left; each that is left stands among the rejects."""
    rows = [*ROWS, (ASTANA, "2024-01", "02", "", "-", ""), (ASTANA, "2024-03", "02", "", "1", "1")]
    made = delivered(tmp_path, rows, given=Given(period="2024-01 2024-02"))
    rejects = pd.read_parquet(made.tables["rejects"])

    assert () == made.faults
    assert (6, 4, {"empty": 1, "period": 1}) == (made.rows_read, made.rows_taken, made.rows_left)
    assert {(6, "empty"), (7, "period")} == set(zip(rejects["row"], rejects["code"], strict=True))


def test_each_body_is_described_once(tmp_path):
    """An administrator belongs to its region; a row without one is of the unit's whole budget."""
    made = delivered(tmp_path, [*ROWS, (ASTANA, "2024-01", "02", "", "5", "5")])
    bodies = pd.read_parquet(made.tables["bodies"]).set_index("body_id")

    assert ["710000000-121", "710000000-360", "710000000-budget"] == list(bodies.index)
    assert ["administrator", "administrator", "budget"] == list(bodies["kind"])
    assert {ASTANA} == set(bodies["unit_code"])
    assert "Управление образования города республиканского значения, столицы" == bodies.at["710000000-360", "name_ru"]


def test_a_body_is_told_by_its_bin(tmp_path):
    """A known BIN is the body itself, described where bodies are; an unknown one is named."""
    text = FLAT.replace('administrator = "Office"', 'body = "Office"').replace('["administrator"]', '["body"]')
    rows = [(ASTANA, "2024-01", "01", BIN, "1", "1"), (ASTANA, "2024-01", "02", "", "1", "1")]
    made = delivered(tmp_path, rows, text)
    wrong = delivered(tmp_path, [(ASTANA, "2024-01", "01", "050340004520", "1", "1")], text)

    assert {BIN, "710000000-budget"} == {key[0] for key in entries(made)}
    assert ["710000000-budget"] == list(pd.read_parquet(made.tables["bodies"])["body_id"])
    assert [("E-JOIN-17", 2, "Office")] == faults(wrong)
    assert BIN in wrong.faults[0].values["near"]


def test_the_phase_may_stand_in_a_column_of_its_own(tmp_path):
    """A long file holds the same figures as a wide one."""
    text = FLAT.replace('approved = "Plan"\nexecuted = "Spent"', 'phase = "Phase"\namount = "Amount"')
    text += 'phases = { approved = ["План"], executed = ["Факт", "факт за год"] }\n'
    long = [(*row[:4], word, row[4 + at]) for row in ROWS for at, word in enumerate(("план", "Факт"))]
    made = delivered(tmp_path, long, text, (*HEADER[:4], "Phase", "Amount"))
    wrong = delivered(tmp_path, [(*long[0][:4], "Прогноз", "1")], text, (*HEADER[:4], "Phase", "Amount"))

    assert entries(delivered(tmp_path)) == entries(made)
    assert [("E-JOIN-04", 2, "Phase")] == faults(wrong)


def test_the_unit_of_the_amounts_may_stand_in_each_row(tmp_path):
    """A million, a thousand and a tenge, each by its declared word; another word is not guessed."""
    text = FLAT.replace('unit = "thousand"\n', "").replace(
        'period = "Month"', 'period = "Month"\nunit_of_amounts = "In"'
    )
    text += '[amounts.units]\ntenge = ["тг"]\nthousand = ["тыс. тг"]\nmillion = ["млн тг"]\n'
    rows = [(*row, word) for row, word in zip(ROWS, ("тг", "ТЫС. ТГ", "млн тг", "тг"), strict=True)]
    made = delivered(tmp_path, rows, text, (*HEADER, "In"))
    wrong = delivered(tmp_path, [(*ROWS[0], "руб")], text, (*HEADER, "In"))

    assert [10_050, 20_000_000, 10_050_000_000, 20_000] == [n for key, n in entries(made).items() if "approved" in key]
    assert [("E-CSV-25", 2, "In")] == faults(wrong)


def test_single_months_are_added_up_from_january(tmp_path):
    """Whoever spends nothing in a later month keeps the sum; the plan of the year is not added up."""
    text = FLAT + "cumulative = false\n"
    rows = [(*ROWS[0][:5], "1"), (*ROWS[1][:5], "2"), (*ROWS[2][:5], "4"), (ASTANA, "2024-03", "01", "121", "-", "8")]
    found = {key: n for key, n in entries(delivered(tmp_path, rows, text)).items() if key[3] == "executed"}

    assert {
        ("710000000-121", "2024-01", "01", "executed"): 100_000,
        ("710000000-121", "2024-02", "01", "executed"): 500_000,
        ("710000000-121", "2024-03", "01", "executed"): 1_300_000,
        ("710000000-360", "2024-01", "0401", "executed"): 200_000,
        ("710000000-360", "2024-02", "0401", "executed"): 200_000,
        ("710000000-360", "2024-03", "0401", "executed"): 200_000,
    } == found
    assert [("E-PER-08", 2, "")] == faults(delivered(tmp_path, rows[2:], text))


@pytest.mark.parametrize(
    ("notation", "text"),
    [
        ("YYYY-MM", "2024-12"),
        ("MM.YYYY", "12.2024"),
        ("YYYY", "2024"),
        ("YYYY год", "2024 жыл"),
        ("YYYY год", "2024 г."),
        ("month YYYY", "желтоқсан 2024"),
        ("month YYYY", "Декабрь 2024 года".removesuffix("а")),
    ],
)
def test_a_period_is_read_in_its_declared_notation(tmp_path, notation, text):
    """The same month, as publishers write it."""
    declared = f'{FLAT}[period]\nnotation = "{notation}"\n'
    made = delivered(tmp_path, [(ASTANA, text, *ROWS[0][2:])], declared)

    assert () == made.faults
    assert {"2024-12"} == {key[1] for key in entries(made)}


@pytest.mark.parametrize("text", ["20x4", "2024.0", "24", "1899", "2099", "01.2024", "2024-13", "2024-1", "", " 2024"])
def test_what_is_no_period_in_the_declared_notation_is_named(tmp_path, text):
    """No other notation is tried and no century is guessed."""
    for notation in ("YYYY-MM", "YYYY"):
        made = delivered(tmp_path, spoilt(1, "Month", text), f'{FLAT}[period]\nnotation = "{notation}"\n')

        assert (3, "Month") in {(fault.row, fault.column) for fault in made.faults}


def test_year_and_month_may_stand_in_two_columns(tmp_path):
    """A month by number or by name."""
    text = FLAT.replace('period = "Month"', 'year = "Year"\nmonth = "Month"') + '[period]\nnotation = "columns"\n'
    rows = [(ASTANA, "2024", month, "01", "121", "1", "1") for month in ("1", "02", "наурыз", "Апрель")]
    made = delivered(tmp_path, rows, text, ("Code", "Year", "Month", *HEADER[2:]))

    assert ["2024-01", "2024-02", "2024-03", "2024-04"] == sorted({key[1] for key in entries(made)})


def test_headings_in_any_declared_language_will_do(tmp_path):
    """Case, blanks at the ends and line breaks in a heading do not matter; two headings of one column do."""
    made = delivered(tmp_path, header=(" КОД\n", *HEADER[1:]))
    twice = delivered(tmp_path, [(*row, row[0]) for row in ROWS], header=(*HEADER, "Код"))

    assert sums(delivered(tmp_path)) == sums(made)
    assert [("E-PROF-07", 1, "unit")] == faults(twice)


def test_every_missing_column_is_named_and_strange_ones_are_told(tmp_path):
    """A profile is no guess: what it needs must be there, what it does not know is not read."""
    missing = delivered(tmp_path, [row[:3] for row in ROWS], header=("Code", "Mnth", "Group"))
    strange = delivered(tmp_path, [(*row, "x") for row in ROWS], header=(*HEADER, "Remark"))

    assert ["E-PROF-06"] * 4 == [fault.code for fault in missing.faults]
    assert "Mnth" == {fault.value: fault for fault in missing.faults}["period"].values["near"]
    assert [("W-PROF-01", "Remark")] == [(warning.code, warning.value) for warning in strange.warnings]


def test_the_order_of_columns_counts_where_it_is_declared(tmp_path):
    """A publisher's file whose columns moved is not the publisher's file."""
    names = ["unit", "period", "function", "administrator", "approved", "executed"]
    text = FLAT.replace('source = "somebody"', f'source = "somebody"\norder = {names}')
    moved = [(*row[:4], row[5], row[4]) for row in ROWS]

    assert () == delivered(tmp_path, text=text).faults
    assert [("E-PROF-08", 1, "Spent")] == faults(delivered(tmp_path, moved, text, (*HEADER[:4], "Spent", "Plan")))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('unit = "thousand"\n', "", "E-CSV-16"),
        ('unit = "thousand"\n', 'unit = "million tenge"\n', "E-CSV-16"),
        ('unit = "thousand"\n', 'unit = "thousand"\nunits = {tenge = ["тг"]}\n', "E-CSV-16"),
        ('executed = "Spent"', 'executed = "Plan"', "E-PROF-03"),
        ('executed = "Spent"', 'execution = "Spent"', "E-PROF-04"),
        ('period = "Month"\n', "", "E-PROF-02"),
        ('kind = "figures"\n', 'kind = "numbers"\n', "E-CTRY-03"),
        ('kind = "figures"\n', 'kind = "borders"\n', "E-CTRY-03"),
        ('source = "somebody"\n', "", "E-CTRY-03"),
        ('source = "somebody"\n', 'source = "somebody"\nlayuot = "flat"\n', "E-CTRY-03"),
        ("[amounts]", FORMULA.format("aproved * 2"), "E-PROF-04"),
        ("[amounts]", FORMULA.format("open(1)"), "E-PROF-16"),
        ("[amounts]", '[unit.aliases]\nx = "710000001"\n[amounts]', "E-JOIN-01"),
        ("[amounts]", "[amounts", "E-CTRY-02"),
    ],
)  # fmt: skip
def test_a_profile_with_a_mistake_is_named_not_used(tmp_path, old, new, code):
    """Unknown keys, columns twice, unknown phases, no unit, formulas of unknown columns."""
    path = tmp_path / "flat.toml"
    path.write_text(FLAT.replace(old, new), encoding="utf-8")

    assert code in {fault.code for fault in check_profile(path, KNOWN)}


def test_a_profile_that_is_not_there_is_told(tmp_path):
    """No traceback for a wrong name."""
    with pytest.raises(BadData) as error:
        read_profile(tmp_path / "none.toml")

    assert ["E-PROF-01"] == [fault.code for fault in error.value.faults]


def test_the_profiles_of_the_country_are_sound():
    """Each ships without a fault, is called as its file, and has its title in three languages."""
    found = find_profiles(PROFILES)

    assert {"kz-portal-region", "kz-portal-national", "kz-monthly-groups", "kz-administrators", "kz-template"} <= {
        *found
    }
    assert [] == [fault for name in found for fault in check_profile(PROFILES / f"{name}.toml", KNOWN)]
    assert {("en", "kk", "ru")} == {tuple(sorted(profile.title)) for profile in found.values()}


def test_each_profile_is_recognised_by_its_own_headings():
    """And none by another's."""
    profiles = find_profiles(PROFILES)
    ordered = {n: [p.headings[c][0] for c in (p.order or p.headings)] for n, p in profiles.items()}
    found = {n: recognise(h, profiles, "file", profiles[n].formats[0]).name for n, h in ordered.items()}

    assert {name: name for name in profiles} == found


def test_no_profile_and_several_profiles_list_what_each_lacks(tmp_path):
    """The operator reads which heading is missing."""
    one, two = profile_of(tmp_path), profile_of(tmp_path, FLAT.replace('name = "flat"', 'name = "other"'))
    none = recognise(("Code", "Month"), {"flat": one}, "file.csv", "csv")
    both = recognise(HEADER, {"flat": one, "other": two}, "file.csv", "csv")

    assert ["E-PROF-09"] == [fault.code for fault in none.faults]
    assert "flat: Group, Office, Plan, Spent" == none.faults[0].values["lacks"]
    assert [("E-PROF-10", "flat, other")] == [(fault.code, fault.value) for fault in both.faults]
    assert ("xlsx",) == recognise(HEADER, {"flat": one}, "file.xlsx", "xlsx").lacks["flat"]


def test_other_kinds_come_out_as_columns(tmp_path):
    """Bodies, settlements and series: the columns by our names, cells as they stand, strangely written ones named."""
    text = """
name = "people"
kind = "settlements"
source = "office"
may_be_absent = ["note"]
[title]
kk = "а"
ru = "а"
en = "a"
[columns]
unit = "KATO"
value = "People"
note = "Note"
"""
    profile = profile_of(tmp_path, text)
    table, wrong = columns_of(profile, cells_of(tmp_path, ("KATO", "People"), [(ASTANA, "5"), ("71\u200b", "")]))

    assert [ASTANA, "71\u200b"] == table["unit"].to_pylist()
    assert ["", ""] == table["note"].to_pylist()
    assert {("E-CSV-12", 3, "KATO"), ("E-CSV-19", 3, "People")} == {(f.code, f.row, f.column) for f in wrong}


def test_sums_are_those_of_the_entries(tmp_path):
    """By unit, period, group and phase, with the number of entries."""
    made = delivered(tmp_path)
    expected = Counter()
    for (body, period, function, phase), amount in entries(made).items():
        expected[body[:9], period, function[:2], phase] += int(amount)

    assert dict(expected) == sums(made)
    assert len(entries(made)) == made.sums["entries"].sum()


def test_a_report_is_the_same_in_any_order_and_file(tmp_path):
    """Its digest tells whether one figure differs, and nothing else."""

    def contents(rows, file="file.csv"):
        frame = pd.read_parquet(delivered(tmp_path, rows, file=file).tables["reports"])
        return dict(zip(frame["report"], frame["content"], strict=True))

    first = contents(ROWS)

    assert ["710000000/2024-01", "710000000/2024-02"] == sorted(first)
    assert first == contents(ROWS[::-1], "other.csv")
    assert ["710000000/2024-02"] == [r for r, c in contents(spoilt(2, "Spent", "1.51")).items() if c != first[r]]


def test_every_key_of_the_language_is_documented():
    """Its document has a row for each key and no other row; those in other languages have the same rows in turn."""

    def keys(kinds, prefix=""):
        for name, kind in kinds.items():
            inner = kind[0] if isinstance(kind, list) else kind
            key = prefix + name.removesuffix("?")
            if isinstance(inner, dict) and not {"*", "kk"} & set(inner):
                yield from keys(inner, f"{key}.")
            else:
                yield key

    expected = [*keys(KEYS_OF_A_PROFILE)]
    listed = {
        name: re.findall(r"^\| `([a-z_.]+)` \|", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.MULTILINE)
        for name in ("profiles.md", "profiles.ru.md", "profiles.kk.md")
    }

    assert sorted(expected) == sorted(listed["profiles.md"])
    assert dict.fromkeys(listed, listed["profiles.md"]) == listed


def test_the_template_takes_what_its_headings_promise(tmp_path):
    """A form in each language, amounts in words of it, the total row checked."""
    profile = find_profiles(PROFILES)["kz-template"]
    for at, (unit, total) in enumerate(
        (("мың теңге", "Барлығы"), ("тыс. тенге", "Итого"), ("thousand tenge", "Total"))
    ):
        header = [words[at] for words in profile.columns.values()]
        rows = [
            (ULYTAU, "Ұлытау облысы", "2025-04", "01", "110", unit, *["10"] * 4, "9"),
            (ULYTAU, "", "2025-04", "0402", "", unit, *["20"] * 4, "8.5"),
            (total, "", "", "", "", "", *["30"] * 4, "17.5"),
        ]
        made = deliver(profile, cells_of(tmp_path, header, rows), KNOWN, Given(), tmp_path)
        short = deliver(profile, cells_of(tmp_path, header, rows[1:]), KNOWN, Given(), tmp_path)

        assert () == made.faults
        assert 1_750_000 == made.sums[made.sums["phase"] == "executed"]["amount_minor"].sum()
        assert {("E-SUM-06", 3)} == {(code, row) for code, row, _ in faults(short)}


def test_a_former_code_of_a_unit_is_translated_and_told(tmp_path):
    """By the list of the country; a code of another edition that became several is refused."""
    facts = dataclasses.replace(KNOWN, former_codes={"631000000": EAST})
    made = delivered(tmp_path, spoilt(0, "Code", "631000000"), knows=facts)
    early = delivered(tmp_path, [(ABAI, "2021-03", *ROWS[0][2:])])

    assert () == made.faults
    assert [("W-JOIN-01", "631000000", EAST)] == [(w.code, w.value, w.values["now"]) for w in made.warnings]
    assert [("E-JOIN-08", 2, "Code")] == faults(early)


def test_tables_have_the_columns_of_the_model(tmp_path):
    """Entries carry their report and unit beside them; texts are texts for whoever reads the files."""
    made = delivered(tmp_path)

    for name, path in made.tables.items():
        frame = pd.read_parquet(path)
        extra = ["report", "unit_id"] if name == "entries" else []

        assert [*TABLES[name], *extra] == list(frame.columns)
        assert {c.dtype for n, c in TABLES[name].items() if n in frame} >= {str(t) for t in frame.dtypes} - {"string"}
    assert set(PHASES) >= set(pd.read_parquet(made.tables["entries"])["phase"])


def test_faults_of_the_reader_are_kept(tmp_path):
    """What was wrong with the file itself refuses the delivery together with what the profile finds."""
    ragged = Fault("file.csv", 9, "", "E-CSV-06", "5 ≠ 6")
    made = delivered(tmp_path, spoilt(0, "Spent", "x"), faults=(ragged,))

    assert [("E-CSV-06", 9, ""), ("E-CSV-14", 2, "Spent")] == sorted(faults(made))
