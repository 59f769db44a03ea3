"""Laws about the report of an import: it says the same everywhere, asks nobody, and lets no foreign text act."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from geo.cli.say import fault_line
from geo.core.errors import Fault
from geo.core.saying import folded
from geo.core.text import text_of
from geo.faces.columns import columns
from geo.faces.report import Change, Differences, ReadFile, Report, ReportedUnit, Unplaced, report_json
from geo.faces.report_lines import report_lines
from geo.faces.report_page import report_page
from geo.faces.states import MARKS

LANGUAGES = ("kk", "ru", "en")
HOSTILE = "</style></script><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e${1}&\"'`"
SQUARES = ["M0 0h9v9H0z", "M9 0h9v9H9z", "M0 9h9v9H0z"]
DRAWING = {
    "width": 640,
    "height": 400,
    "units": SQUARES,
    "labels": [[4, 4], [13, 4], [4, 13]],
    "neighbours": "M0 0h640v400H0z",
    "insets": [{"unit": 2, "x": 100, "y": 100, "r": 40, "parts": [[2, "M90 90h9v9H90z"], [0, "M80 80h9v9H80z"]]}],
}


def words(name):
    """Return one name for three languages."""
    return dict.fromkeys(LANGUAGES, name)


def made(name="Ақмола", **given_fields):
    """Return a report that has a bit of everything, with one name wherever a file or a person brings one."""
    fault = Fault(f"{name}.csv", 7, name, "E-CSV-04", name, {"found": name}, sheet=name)
    rows = (
        Change("10", words(name), 100_00, 150_00),
        Change("11", words(name), None, 5),
        Change("12", words(name), 7, 7),
    )
    fields = {
        "country": "zz",
        "country_names": words(name),
        "symbol": "₸",
        "minor_units": 100,
        "outcome": "dry_run",
        "at": "2025-05-14T09:31:00+00:00",
        "author": name,
        "period": "2025-04",
        "version": "b",
        "version_before": "a",
        "files": (ReadFile(f"{name}.csv", "ab" * 32, 9, name, 10, 7, {name: 2, "heading": 1}),),
        "faults": (fault,),
        "warnings": (replace(fault, code="E-CSV-01"),),
        "differences": Differences("executed", rows, rows, rows, (name,), (name,), (name,)),
        "units": tuple(
            ReportedUnit(str(number), words(name), state)
            for number, state in enumerate(("delivered", "before", "missing"))
        ),
        "unplaced": (Unplaced(name, name, 123_45),),
    }
    return Report(**{**fields, **given_fields})


class Tags(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), [], []

    def handle_starttag(self, tag, attrs):
        """Note a tag."""
        self.tags.add(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        """Note text."""
        self.text.append(data)


def read(page):
    """Return a parsed page."""
    parsed = Tags()
    parsed.feed(page)
    return parsed


@given(st.one_of(st.just(HOSTILE), st.text(max_size=60)))
def test_no_foreign_text_becomes_part_of_the_page(name):
    """Whatever a cell, a file or a body is called, the page has the tags of an innocent one."""
    innocent, page = (read(report_page(made(text), text_of("kk"), DRAWING)) for text in ("Ақмола", name))

    assert innocent.tags == page.tags
    assert innocent.attributes == page.attributes
    assert "script" not in page.tags


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_nobody_and_runs_nothing(lang):
    """It may be sent by mail and opened anywhere: the policy allows its own style and nothing else."""
    page = report_page(made(HOSTILE), text_of(lang), DRAWING)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'sha256-{digest}';" in page.replace("&#39;", "'")
    assert set() == {"src", "href", "style", "onclick", "onerror", "onload"} & set(read(page).attributes)
    assert [] == [target for target in re.findall(r"url\(([^)]*)", style + page) if not target.startswith("#")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_terminal_and_json_say_what_the_command_says(lang):
    """One fault has one wording: place, reason and remedy are the same on every face."""
    text, report = text_of(lang), made("Шу")
    said = fault_line(report.faults[0], text)
    page = " ".join("".join(read(report_page(report, text)).text).split())
    fault = report_json(report, text)["faults"][0]

    assert f"  {said}" in report_lines(report, text)
    assert [] == [fault[part] for part in ("place", "what", "do") if fault[part] not in page]
    assert said == f"{fault['code']} {fault['file']}, {fault['place']}: {fault['what']} {fault['do']}"


def test_amounts_of_a_sum_are_said_in_the_unit_of_the_currency():
    """Minor units are for programs; the report and the command convert the same faults alike."""
    fault = Fault("a.csv", 0, "", "E-SUM-01", "", {})
    values = dict.fromkeys(re.findall(r"\{(\w+)\}", "".join(_sentences(fault.code))), "-123450")
    fault = replace(fault, values=values)
    lines = report_lines(made(faults=(fault,)), text_of("en"))

    assert f"  {fault_line(fault, text_of('en'))}" in lines
    assert "−₸1,234.50" in "".join(lines)


def _sentences(code):
    text = text_of("en")
    return text(f"{code}.what"), text(f"{code}.do")


def test_json_holds_amounts_to_the_last_unit():
    """Rounding is for people."""
    report = made(unplaced=(Unplaced("1", "x", 2**62),))
    plain = json.loads(json.dumps(report_json(report, text_of("en"))))

    assert "46116860184273879.04" == plain["unplaced"][0]["amount"]
    assert ["100", "150", "50", 50.0] == [
        plain["differences"]["by_unit"][0][key] for key in ("before", "after", "change", "change_percent")
    ]


@given(st.one_of(st.none(), st.integers(0, 2**62)), st.one_of(st.none(), st.integers(0, 2**62)))
def test_a_change_is_what_is_after_less_what_was_before(before, after):
    """What is not there counts as nothing, and has no per cent."""
    row = Change("1", {}, before, after)

    assert (after or 0) == (before or 0) + row.change
    assert (row.percent is None) == (not before or after is None)


@given(st.integers(-(2**40), 2**40).filter(bool))
def test_a_change_is_never_shown_as_none(change):
    """A difference of one tiyn in a trillion is still seen."""
    report = made(differences=Differences(by_unit=(Change("1", words("x"), 10**15, 10**15 + change),)))
    (row,) = [line for line in report_lines(report, text_of("en")) if line.startswith("x ")]
    sign = "+" if change > 0 else "−"

    assert [True, True] == [cell.startswith(sign) for cell in row.split()[-2:]]
    assert [] == [cell for cell in row.split()[-2:] if not re.search("[1-9]", cell)]


def test_rows_that_nobody_accounts_for_are_shown():
    """Rows read = taken + left out; a remainder is a fault of the program and is not hidden."""
    honest, odd = (ReadFile("a.csv", "ab", 9, "p", read_rows, 7, {"heading": 2}) for read_rows in (9, 11))
    said = text_of("en")("report.rows_unexplained", count=2)

    assert [0, 2] == [file.rows_unexplained for file in (honest, odd)]
    assert said not in report_page(made(files=(honest,)), text_of("en"))
    assert said in report_page(made(files=(odd,)), text_of("en"))
    assert f"  {said}" in report_lines(made(files=(odd,)), text_of("en"))


def test_a_thousand_faults_are_listed_and_the_rest_counted():
    """A page stays readable; no fault goes uncounted."""
    faults = tuple(Fault("a.csv", row, "x", "E-CSV-14", f"v{row}") for row in range(2, 1302))
    report = made(faults=faults, unlisted_faults=50)
    page = report_page(report, text_of("en"))

    assert 1350 == report.fault_count
    assert 1000 == page.count("<code>E-CSV-14</code>")
    assert text_of("en")("report.more_faults", count="350") in page
    assert 1000 == len(report_json(report, text_of("en"))["faults"])
    assert 1350 == report_json(report, text_of("en"))["fault_count"]


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["", "x", "y"]), st.sampled_from(["a", "b"])), max_size=30)
)
def test_folding_loses_no_fault(cells):
    """Faults that differ only in their row are told once, and counted."""
    faults = [Fault("f.csv", row, column, "E-CSV-14", value) for row, value, column in cells]

    assert len(faults) == sum(1 + len(same) for _, same in folded(faults))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_terminal_shows_a_report_of_any_size_on_sixty_lines(lang):
    """An operator who sends twenty files with a thousand faults still sees how it ended."""
    faults = tuple(Fault(f"{row % 20}.csv", row, "x", "E-CSV-14", f"v{row}") for row in range(2, 1002))
    changes = tuple(Change(str(n), words(f"Аудан {n}"), n * 100, n * 101) for n in range(1, 300))
    files = tuple(ReadFile(f"{n}.csv", "", 9, "p", 9, 9) for n in range(20))
    report = made(
        faults=faults, warnings=faults, files=files, differences=Differences("executed", changes[:5], changes)
    )
    lines = report_lines(report, text_of(lang))

    assert 60 >= len(lines)
    assert text_of(lang)("report.ended.dry_run", faults=text_of(lang).number(1000)) == lines[-1]


@given(st.lists(st.lists(st.text(alphabet="аәқa1б漢", max_size=9), min_size=3, max_size=3), min_size=1, max_size=6))
def test_columns_end_at_the_same_place_in_every_line(rows):
    """Numbers stand below one another in every alphabet."""
    lines = columns([[*row, "|"] for row in rows])

    assert 1 == len({cell_len(line) for line in lines})


def test_each_unit_is_drawn_in_its_state_and_no_state_by_colour_alone():
    """Whoever cannot tell the colours apart sees the marks."""
    page = report_page(made(), text_of("en"), DRAWING)
    drawn = re.findall(r'<path class="u g-(\w+)"[^>]* d="([^"]+)"', page)
    together = [("delivered", "before", "missing"), ("reported", "late", "missing")]

    assert [("delivered", SQUARES[0]), ("before", SQUARES[1]), ("missing", SQUARES[2])] == drawn[:3]
    assert ["missing", "delivered"] == [state for state, _ in drawn[3:]]
    assert [3, 3] == [len({MARKS[state] for state in states}) for states in together]


@pytest.mark.parametrize("outcome", ["refused", "dry_run", "imported", "published"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_import_that_came_nowhere_has_a_report_too(lang, outcome):
    """A run refused at the first byte knows little, and says that."""
    bare = Report("zz", words("Зз"), "₸", 100, outcome, "yesterday")
    said = text_of(lang)(f"report.ended.{outcome}", faults=0, version="")

    assert said == report_lines(bare, text_of(lang))[-1]
    assert said in "".join(read(report_page(bare, text_of(lang))).text)


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_browser_shows_the_page_whole_and_complains_of_nothing(chromium, tmp_path, width, scheme):
    """On a phone nothing is cut off, its own policy lets its style in, and no request leaves."""
    for lang in LANGUAGES:
        place = tmp_path / f"{lang}.html"
        place.write_text(report_page(made("Солтүстік Қазақстан облысы"), text_of(lang), DRAWING), encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page, said, asked = context.new_page(), [], []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(place.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        family = page.evaluate("getComputedStyle(document.body).margin")
        context.close()

        assert ([], 1, "0px") == (said, len(asked), family)
        assert 0 >= wide
