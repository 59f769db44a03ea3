"""Laws of reading budget files: every bad input is refused by name and row, and nothing wrong becomes a total."""

import csv
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import assembled
from geo.core.errors import BadData
from geo.entries import read_ledger
from tests.conftest import made_zz
from tests.country_zz import BASE, BUDGET, FUNCTIONS, GAP, PERIODS, amount, files, reported, write_rows

UNITS = frozenset(BASE)
FIGURES = ("expenditure.csv", "bodies.csv", "published.csv", "revenue.csv")
LISTS = ("functions.csv", "subfunctions.csv", "administrators.csv")
EVERY = (*FIGURES, "control.csv", *LISTS)


def faults_of(budget):
    """Return what a folder is refused for, as (file, row, column, code); an empty list when it is accepted."""
    try:
        read_ledger(budget, UNITS, 100)
    except BadData as error:
        return [(fault.file, fault.row, fault.column, fault.code) for fault in error.faults]
    return []


def codes_of(budget):
    return {code for _, _, _, code in faults_of(budget)}


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def put(path, row, column, text):
    """Write a text into a cell; rows count as the file does."""
    rows = cells(path)
    rows[row - 1][rows[0].index(column)] = text
    write_rows(path, rows)


def total(ledger):
    """Return period, function, phase → sum in minor units, by whole numbers of Python."""
    sums = {}
    for row in ledger.entries.to_dict("records"):
        key = (row["period"], row["function"][:2], row["phase"])
        sums[key] = sums.get(key, 0) + row["amount_minor"]
    return sums


def test_a_clean_folder_gives_every_figure_once(zz):
    """The ledger holds what the files hold, to the minor unit, with finer rows in place of the whole."""
    ledger = read_ledger(zz.budget, UNITS, 100)
    stated = {
        (period, function, "executed"): 100
        * sum(amount(unit, period, function, "executed") for unit in BASE if (unit, period) in reported())
        for period in PERIODS
        for function in FUNCTIONS
    }

    assert stated == {key: value for key, value in total(ledger).items() if key[2] == "executed"}
    assert GAP not in set(zip(ledger.published["unit_id"], ledger.published["period"], strict=True))
    assert {"10-budget", "10-110", "10-120"} == {body for body in ledger.bodies["body_id"] if body.startswith("10-")}


def test_every_row_that_was_read_is_counted(zz):
    """Rows read = rows of all files with figures; nothing is left out in silence."""
    ledger = read_ledger(zz.budget, UNITS, 100)

    assert sum(len(files()[name]) - 1 for name in (*FIGURES, "control.csv")) == ledger.rows_read


def test_every_entry_knows_its_file_and_row(zz):
    """A number explains itself: the row it names holds the amount."""
    ledger = read_ledger(zz.budget, UNITS, 100)
    entry = ledger.entries.query("body_id == '10-110' and period == '2024-12' and phase == 'executed'").iloc[0]
    row = cells(zz.budget / entry["source_file"])[entry["source_row"] - 1]

    assert ("bodies.csv", "1020.00", 102_000) == (entry["source_file"], row[-1], entry["amount_minor"])


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), "E-CSV-08"),
        (lambda path: path.write_bytes(b""), "E-CSV-01"),
        (lambda path: path.write_bytes(b" \r\n\n"), "E-CSV-01"),
        (lambda path: path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n"), "E-CSV-02"),
        (lambda path: write_rows(path, [row[1:] for row in cells(path)]), "E-CSV-04"),
        (lambda path: write_rows(path, [[row[0], *row] for row in cells(path)]), "E-CSV-05"),
        (lambda path: path.write_bytes(path.read_bytes() + b"only one cell\n"), "E-CSV-06"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "E-CSV-06"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\n\xe9\xe8", 1)), "E-CSV-07"),
        (lambda path: path.write_bytes(path.read_text("utf-8").encode("utf-16")), "E-CSV-07"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\n\0", 1)), "E-CSV-07"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b'\n"', 1)), "E-CSV-10"),
        (lambda path: (path.unlink(), path.mkdir()), "E-CSV-09"),
        (lambda path: write_rows(path, [*cells(path), cells(path)[-1]]), "E-CSV-20"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b",", b";")), "E-CSV-03"),
    ],
)
def test_a_file_that_is_no_clean_table_is_refused(zz, name, spoil, code):
    """Missing, empty, cut, in another encoding, a folder …: each has its code and names the file."""
    spoil(zz.budget / name)

    assert (name, code) in {(file, found) for file, _, _, found in faults_of(zz.budget)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "E-CSV-17"),
        ("1.0000000000000000000000000000000000001", "E-CSV-17"),
        ("1 000", "E-CSV-14"),
        ("1\u00a0000", "E-CSV-14"),
        ("1\u2009000", "E-CSV-14"),
        ("1\u202f000", "E-CSV-14"),
        ("1,000", "E-CSV-14"),
        ("1e5", "E-CSV-14"),
        ("NaN", "E-CSV-14"),
        ("inf", "E-CSV-14"),
        ("", "E-CSV-14"),
        ("-", "E-CSV-14"),
        ("+5", "E-CSV-14"),
        ("\u22125", "E-CSV-14"),
        (" 5", "E-CSV-14"),
        ("5 ", "E-CSV-14"),
        ("5.", "E-CSV-14"),
        (".5", "E-CSV-14"),
        ("0x10", "E-CSV-14"),
        ("1_000", "E-CSV-14"),
        ("\u0661\u0662", "E-CSV-14"),
        ("5 ₸", "E-CSV-14"),
        ("46116860184273880", "E-CSV-15"),
        ("9" * 60, "E-CSV-15"),
        ("-" + "9" * 39, "E-CSV-15"),
    ],
)
@pytest.mark.parametrize(("name", "column"), [("expenditure.csv", "executed_kzt"), ("control.csv", "amount_kzt")])
def test_an_amount_that_is_not_whole_minor_units_is_refused(zz, text, code, name, column):
    """Nothing is rounded, trimmed or guessed; the fault names the row and the column."""
    put(zz.budget / name, 3, column, text)

    assert (name, 3, column, code) in faults_of(zz.budget)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("unit", ["99", "10 ", " 10", "１０", "1O", "", "10\u200b"])
def test_an_unknown_unit_is_refused(zz, name, unit):
    """A trailing space or a letter that looks like a digit makes another code."""
    put(zz.budget / name, 2, "unit", unit)

    assert (name, 2, "unit", "E-JOIN-01") in faults_of(zz.budget)


@pytest.mark.parametrize(
    ("name", "column", "text", "fault"),
    [
        ("expenditure.csv", "group", "99", ("group", "E-JOIN-02")),
        ("expenditure.csv", "group", "1", ("group", "E-JOIN-02")),
        ("expenditure.csv", "group", "0101", ("group", "E-JOIN-02")),
        ("expenditure.csv", "group", "", ("group", "E-JOIN-02")),
        ("bodies.csv", "subgroup", "99", ("subgroup", "E-JOIN-02")),
        ("bodies.csv", "administrator", "999", ("administrator", "E-JOIN-03")),
        ("bodies.csv", "administrator", "", ("administrator", "E-JOIN-03")),
        ("bodies.csv", "administrator", "\u041110", ("administrator", "E-JOIN-03")),
        ("control.csv", "phase", "spent", ("phase", "E-JOIN-04")),
        ("control.csv", "phase", "\u0435xecuted", ("phase", "E-JOIN-04")),
        *(
            (name, "period", text, ("period", code))
            for name in (*FIGURES, "control.csv")
            for text, code in (
                ("2024-13", "E-CSV-18"),
                ("2024", "E-CSV-18"),
                ("2024-12-31", "E-CSV-18"),
                ("2024-12 ", "E-CSV-18"),
                ("２０２４-12", "E-CSV-18"),
                ("", "E-CSV-18"),
                ("2022-12", "E-PER-02"),
            )
        ),
        ("bodies.csv", "period", "2024-06", ("period", "E-PER-02")),
        ("revenue.csv", "period", "2024-06", ("period", "E-PER-02")),
        ("functions.csv", "name_kk", "", ("name_kk", "E-CSV-19")),
        ("functions.csv", "name_en", "  ", ("name_en", "E-CSV-19")),
        ("functions.csv", "code", "0/1", ("code", "E-JOIN-05")),
        ("administrators.csv", "code", "1\u04301", ("code", "E-JOIN-05")),
        ("subfunctions.csv", "code", "9901", ("code", "E-JOIN-02")),
    ],
)
def test_a_code_that_is_in_no_list_is_refused(zz, name, column, text, fault):
    """Functions, administrators, phases, periods: the file, the row and the column are named."""
    put(zz.budget / name, 2, column, text)

    assert (name, 2, *fault) in faults_of(zz.budget)


@pytest.mark.parametrize("name", [*FIGURES, "control.csv"])
@pytest.mark.parametrize("period", ["2023-12", "2024-06", "2024-12"])
def test_a_missing_period_is_refused(zz, name, period):
    """All rows of a period may not be gone from any file that should hold it."""
    rows = cells(zz.budget / name)
    kept = [row for row in rows if period not in row]
    write_rows(zz.budget / name, kept)

    assert ([] if len(kept) == len(rows) else [(name, 0, "period", "E-PER-01")]) == [
        fault for fault in faults_of(zz.budget) if fault[3] == "E-PER-01"
    ]


@pytest.mark.parametrize("name", FIGURES)
def test_a_unit_that_is_missing_in_a_period_is_refused(zz, name):
    """Only a gap that budget.toml declares may be empty."""
    write_rows(zz.budget / name, [row for row in cells(zz.budget / name) if row[:2] != ["30", "2024-12"]])

    assert [(name, 0, "unit", "E-PER-03")] == faults_of(zz.budget)


def test_a_declared_gap_with_figures_is_refused(zz):
    """Either the figures or the declaration is wrong."""
    path = zz.budget / "expenditure.csv"
    write_rows(path, [*cells(path), [*GAP, "01", "1", "1", "1", "1", "1"]])

    assert [("budget.toml", 0, "not_reported", "E-PER-04")] == faults_of(zz.budget)


@pytest.mark.parametrize(
    ("old", "new", "code"), [('unit = "50"', 'unit = "5"', "E-JOIN-01"), ('= "2024-06"', '= "2024-07"', "E-PER-02")]
)
def test_a_gap_that_no_figures_can_have_is_refused(zz, old, new, code):
    """A mistyped gap would hide the real one."""
    (zz.budget / "budget.toml").write_text(BUDGET.replace(old, new), encoding="utf-8")

    assert ("budget.toml", 0, "not_reported", code) in faults_of(zz.budget)


@pytest.mark.parametrize(
    ("more", "codes"), [(0, set()), (1, set()), (2, {"E-SUM-01"}), (-3, set()), (-4, {"E-SUM-01"})]
)
def test_a_published_total_may_be_off_by_what_is_stated_and_no_more(zz, more, codes):
    """The line of unit 10 is 1 below its groups; 2 is the most, for one unit and for all."""
    put(zz.budget / "published.csv", 4, "executed_kzt", str(1599 - more))
    put(zz.budget / "control.csv", 3, "amount_kzt", str(6349 - more))

    assert codes == codes_of(zz.budget)


def test_small_differences_of_many_units_are_too_much_together(zz):
    """2 is allowed for a unit and 2 for all: 2 in one and 2 in another are refused."""
    put(zz.budget / "published.csv", 2, "approved_kzt", str(9 * 160 + 2))
    put(zz.budget / "published.csv", 5, "approved_kzt", str(9 * 280 + 2))

    assert [("published.csv", 0, "", "E-SUM-01")] == faults_of(zz.budget)


def test_bodies_that_do_not_add_up_to_their_group_are_refused(zz):
    """One minor unit is enough."""
    put(zz.budget / "bodies.csv", 2, "executed_kzt", "820.01")

    assert [("bodies.csv", 0, "", "E-SUM-02")] == faults_of(zz.budget)


@pytest.mark.parametrize(("text", "codes"), [("6350", set()), ("6350.01", {"E-SUM-03"}), ("6347.99", {"E-SUM-03"})])
def test_a_control_total_may_be_off_by_what_is_stated_and_no_more(zz, text, codes):
    """The Ministry's own total is 6349.5, the published lines add up to 6349; 1 is the most."""
    put(zz.budget / "control.csv", 3, "amount_kzt", text)

    assert codes == codes_of(zz.budget)


def test_a_control_total_with_nothing_published_beside_it_is_refused(zz):
    """A phase that the published totals lack cannot be compared, and that is said."""
    text = BUDGET.replace('[published.phases]\napproved = "approved_kzt"\n', "[published.phases]\n")
    (zz.budget / "budget.toml").write_text(text, encoding="utf-8")
    path = zz.budget / "control.csv"
    write_rows(path, [*cells(path), ["2024-12", "approved", "0"]])

    assert ("control.csv", 0, "", "E-SUM-03") in faults_of(zz.budget)


def test_amounts_that_leave_64_bits_together_are_refused(zz):
    """Each is allowed alone; their sum would come out as another number, even a negative one."""
    for row in (2, 3, 4):
        put(zz.budget / "expenditure.csv", row, "executed_kzt", "46116860184273879")

    assert ("expenditure.csv", 0, "", "E-CSV-15") in faults_of(zz.budget)


def test_amounts_beyond_the_digits_of_a_float_are_compared_exactly(zz):
    """2^53 is 9 · 10^15: the last digits still count, also where rows stand on one side alone."""
    path = zz.budget / "expenditure.csv"
    big = 9_007_199_254_740_993
    rows = [
        [*row[:6], row[6], str(big + int(row[7]))] if row[0] == "40" and row[1] == "2024-06" else row
        for row in cells(path)
    ]
    write_rows(path, rows)
    published = cells(zz.budget / "published.csv")
    (at,) = [number for number, row in enumerate(published, 1) if row[:2] == ["40", "2024-06"]]
    put(zz.budget / "published.csv", at, "executed_kzt", str(3 * big + 5 * 42))
    exact = faults_of(zz.budget)
    put(zz.budget / "published.csv", at, "executed_kzt", str(3 * big + 5 * 42 + 3))

    assert [] == exact
    assert {"E-SUM-01"} == codes_of(zz.budget)


def test_all_faults_of_all_files_come_together(zz):
    """One run names everything: whoever corrects it need not come back for the next fault."""
    put(zz.budget / "expenditure.csv", 2, "executed_kzt", "x")
    put(zz.budget / "bodies.csv", 3, "unit", "x")
    put(zz.budget / "published.csv", 4, "period", "x")
    put(zz.budget / "control.csv", 2, "phase", "x")
    put(zz.budget / "revenue.csv", 2, "revenue_kzt", "x")
    put(zz.budget / "functions.csv", 2, "name_kk", "")
    (zz.borders / "prices.csv").unlink()
    with pytest.raises(BadData) as error:
        assembled(zz.settings, "zz", lambda step: None)
    wrong = {fault.file for fault in error.value.faults}

    assert {"prices.csv", *FIGURES, "control.csv", "functions.csv"} == wrong
    assert not zz.settings.home.exists()


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(zz):
    """What spreadsheet programs save is accepted where no number can be mistaken."""
    before = total(read_ledger(zz.budget, UNITS, 100))
    for name in EVERY:
        path = zz.budget / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert before == total(read_ledger(zz.budget, UNITS, 100))


def dropped(data, path):
    """Leave out a row."""
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    path.write_bytes(b"".join(lines))


def doubled(data, path):
    """Write a row twice."""
    lines = path.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    path.write_bytes(b"".join([*lines[: at + 1], *lines[at:]]))


def truncated(data, path):
    """Cut the file off at any byte."""
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])


def flipped(data, path):
    """Change one bit."""
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(content))


def swapped(data, path):
    """Exchange two columns, with or without their names."""
    rows = cells(path)
    a, b = (data.draw(st.integers(0, len(rows[0]) - 1)) for _ in range(2))
    for row in rows[data.draw(st.integers(0, 1)) :]:
        row[a], row[b] = row[b], row[a]
    write_rows(path, rows)


def multiplied(data, path):
    """Write one amount a thousand times as large."""
    rows = cells(path)
    amounts = [(r, c) for r, row in enumerate(rows[1:], 1) for c in range(len(row)) if rows[0][c].endswith("_kzt")]
    if amounts:
        r, c = data.draw(st.sampled_from(amounts))
        whole, _, rest = rows[r][c].partition(".")
        rows[r][c] = f"{whole}000.{rest}" if rest else f"{whole}000"
        write_rows(path, rows)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Return a clean zz and its totals."""
    made = made_zz(tmp_path_factory.mktemp("clean"))
    return made.budget, total(read_ledger(made.budget, UNITS, 100))


@pytest.mark.parametrize("spoil", [dropped, doubled, swapped, multiplied, truncated])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_spoilt_file_is_refused_or_changes_no_total(clean, spoil, data):
    """Whatever happens to one file on its way, a wrong sum is never accepted and nothing else is ever raised."""
    budget, before = clean
    name = data.draw(st.sampled_from([*EVERY, "budget.toml"] if spoil in {dropped, truncated} else EVERY))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(budget, Path(folder) / "zz"))
        spoil(data, copy / name)
        try:
            after = total(read_ledger(copy, UNITS, 100))
        except BadData:
            after = before

    assert before == after


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_moves_no_sum_by_more_than_is_stated(clean, data):
    """The published lines allow 2 for a period and phase; nothing but our own errors is ever raised."""
    budget, before = clean
    name = data.draw(st.sampled_from([*EVERY, "budget.toml"]))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(budget, Path(folder) / "zz"))
        flipped(data, copy / name)
        try:
            after = total(read_ledger(copy, UNITS, 100))
        except BadData:
            after = before

    assert [] == [key for key, amount in before.items() if abs(after[key] - amount) > 300]


@pytest.mark.parametrize("name", ["functions.csv", "subfunctions.csv", "administrators.csv"])
def test_a_list_that_cannot_be_read_is_told_once(zz, name):
    """The cause is not buried under a fault for each row that would have been looked up in the list."""
    (zz.budget / name).unlink()

    assert [(name, "E-CSV-08")] == [(file, code) for file, _, _, code in faults_of(zz.budget)]
