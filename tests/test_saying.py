"""Laws of faults in words: money is written as money, once and whole; everything else stands as it was found."""

import ast
import re
import string
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.country_file import read_country
from geo.core.errors import Fault
from geo.core.model import LANGUAGES, PHASES
from geo.core.saying import MONEY, in_currency, remedy, what
from geo.core.text import MESSAGES, text_of
from geo.faces.report_lines import report_lines
from tests.test_report import made

ROOT = Path(__file__).resolve().parent.parent
KZ = read_country(ROOT / "data/boundaries/kz")
each_language = pytest.mark.parametrize("lang", LANGUAGES)
WRITTEN = {"kk": "1 234 567,50 ₸", "ru": "1 234 567,50 ₸", "en": "₸1,234,567.50"}


def sentences(lang):
    """Return code → its two sentences, as written in the message file."""
    read = tomllib.loads((MESSAGES / f"faults.{lang}.toml").read_text(encoding="utf-8"))
    return {code: text["what"] + text["do"] for code, text in read.items() if code != "place"}


def names(sentence):
    """Return the placeholders of a sentence."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]


def said(fault, lang):
    """Return the whole sentence, with plain blanks."""
    text = text_of(lang)
    return (what(fault, text) + remedy(fault, text)).replace("\u00a0", " ")


def fault_of(code, values):
    """Return a fault whose every value is given by name."""
    own = {name: values[name] for name in ("file", "column", "value", "sheet") if name in values}
    rest = {name: value for name, value in values.items() if name not in {*own, "row"}}
    whole = {"file": "", "column": "", "value": "", "sheet": ""} | own
    return Fault(whole["file"], 2024, whole["column"], code, whole["value"], rest, whole["sheet"])


def test_money_is_said_in_the_currency_of_its_country():
    """A country of pounds and pence reads no tenge, one without a smaller unit no hundredths."""
    fault = Fault("f", 2, "", "E-SUM-06", "executed", dict.fromkeys(MONEY, "123456"))
    pounds, yen = (
        in_currency([fault, Fault("f", 2, "", "E-CSV-14", "x")], replace(KZ, symbol=symbol, minor_units=units))
        for symbol, units in (("£", 100), ("¥", 1))
    )

    assert ["£1,234.56", "¥123,456"] == [
        re.findall(r"[£¥₸][\d.,]*\d", said(some[0], "en"))[0] for some in (pounds, yen)
    ]
    assert {} == pounds[1].values


@each_language
def test_each_amount_is_said_once_with_its_currency_and_nothing_else_is_changed(lang):
    """A year, a row, a number of people or a code is never taken for tiyn, and no amount is said as digits alone."""
    for code, sentence in sentences(lang).items():
        asked = set(names(sentence)) - {"row"}
        money = sorted(asked & set(MONEY))
        plain = {name: str(900_000 + number) for number, name in enumerate(sorted(asked - set(money)))}
        amounts = {name: str(123_456_750 + number * 100) for number, name in enumerate(money)}
        text = said(fault_of(code, plain | amounts), lang)

        written = [WRITTEN[lang].replace("567", str(567 + number)) for number in range(len(money))]
        assert (code, [sentence.count(f"{{{name}}}") for name in money]) == (code, [text.count(w) for w in written])
        assert (code, [sentence.count(f"{{{name}}}") for name in plain]) == (
            code,
            [len(re.findall(rf"(?<!\d){value}(?!\d)", text)) for value in plain.values()],
        )


@each_language
def test_only_sums_and_periods_speak_of_amounts(lang):
    """The names of amounts are those of money alone; the currency is written in one place of the program."""
    with_money = {code for code, sentence in sentences(lang).items() if set(names(sentence)) & set(MONEY)}

    assert set() == {code for code in with_money if not re.fullmatch(r"[EW]-(SUM|PER)-[0-9]{2}", code)}
    assert [] == [code for code, sentence in sentences(lang).items() if "₸" in sentence]


@each_language
@given(st.integers(-(2**62), 2**62))
def test_an_amount_is_said_to_the_last_minor_unit(lang, amount):
    """A published 4,7 trillion keeps its 13 digits and the sign stands before the currency."""
    values = {"before": "2024-01", "sum": str(amount), "stated": "0"}
    shown = said(Fault("", 0, "", "E-PER-06", "750000000 2024-02", values), lang)

    assert text_of(lang).money(amount, 100, "₸").replace("\u00a0", " ") in shown
    assert "₸−" not in shown


@each_language
def test_a_year_of_a_series_is_no_amount(lang):
    """People are counted in people: 2024 is not said as 20.24."""
    values = {"added": "20400000", "total": "20399999.5", "apart": "0.5"}
    shown = said(Fault("", 9, "value", "E-SUM-17", "2024", values), lang)

    assert [True] * 4 == [word in shown for word in ("2024", "20400000", "20399999.5", "0.5")]


@each_language
def test_phases_are_said_in_the_language(lang):
    """What the program found out is no code of the program's own to its reader."""
    text = text_of(lang)
    values = {"sum": "1", "stated": "2", "ratio": "×2.5", "compared": "adjusted"}
    shown = said(Fault("", 0, "", "E-SUM-10", "Abai 101000000 2024-12 executed, planned_to_date", values), lang)

    assert [] == [phase for phase in PHASES if "_" in phase and phase in shown]
    assert [True] * 3 == [
        text(f"phase.{phase}").lower() in shown.lower() for phase in ("executed", "planned_to_date", "adjusted")
    ]


@pytest.mark.parametrize(
    ("lang", "ratio", "shown"),
    [
        ("en", "×2.5", "×2.5"),
        ("ru", "×2.5", "×2,5"),
        ("kk", "÷1234", "÷1 234"),
        ("en", "÷1234", "÷1,234"),
        ("ru", "12.5 %", "12,5 %"),
        ("en", "12.5 %", "12.5%"),
    ],
)
def test_a_ratio_has_the_marks_of_the_language(lang, ratio, shown):
    """A point between digits is a comma in Kazakh and Russian."""
    values = {"groups": "–", "ratio": ratio, "compared": "2024-12, 17 × unit_id"}
    sentence = said(Fault("", 0, "", "W-SUM-10", "750000000 2024-12", values), lang)

    assert shown in sentence
    assert "unit_id" not in sentence
    assert "17" in sentence


@each_language
@pytest.mark.parametrize("value", ["memory", "time", "ended"])
def test_why_a_reading_ended_is_said_in_words(lang, value):
    """The word of the program is no word of the reader."""
    assert text_of(lang)(f"fault.{value}") in said(Fault("a.xlsx", 0, "", "E-SYS-05", value), lang)
    assert "what" in said(Fault("a.xlsx", 0, "", "E-SYS-05", "what"), lang)


@each_language
def test_nothing_similar_is_said_as_a_dash(lang):
    """A sentence does not break off where there is nothing to name."""
    values = {"wanted": "Код", "near": "", "found": "a, b"}

    assert ": –." in said(Fault("", 1, "", "E-PROF-06", "unit", values), lang)


@each_language
def test_warnings_that_are_not_listed_are_called_warnings(lang):
    """Whoever has no fault is not told of more faults."""
    told = [Fault("a.csv", row, "", "W-SUM-11", f"{row}", {"groups": "04"}) for row in range(1, 40)]
    text = text_of(lang)
    lines = report_lines(made(warnings=tuple(told), faults=()), text)

    assert 1 == sum(text("report.more_warnings", count="33") in line for line in lines)
    assert 0 == sum(text("report.more_faults", count="33") in line for line in lines)


def reasons(tree):
    """Return the reasons for leaving rows that a piece of source writes: leave(rows, …), left[…], left={…}."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "leave":
            found |= texts(node.args[1])
        elif isinstance(node, ast.Subscript) and getattr(node.value, "attr", "") == "left":
            found |= texts(node.slice)
        elif isinstance(node, ast.keyword) and node.arg in {"left", "rows_left"}:
            found |= {text for inner in ast.walk(node.value) if isinstance(inner, ast.Dict) for text in keys(inner)}
        elif isinstance(node, ast.For) and "leave(" in ast.unparse(node) and isinstance(node.iter, ast.Tuple):
            found |= {text for row in node.iter.elts if isinstance(row, ast.Tuple) for text in texts(row.elts[0])}
    return found


def texts(node):
    """Return a text, where the node is one."""
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def keys(node):
    """Return the keys of a dict that are texts."""
    return {text for key in node.keys if key is not None for text in texts(key)}


@each_language
def test_every_reason_for_leaving_rows_has_words(lang):
    """The account of a file's rows is read by people."""
    paths = [path for stage in ("profiles", "intake") for path in sorted((ROOT / "geo" / stage).glob("*.py"))]
    found = set().union(*(reasons(ast.parse(path.read_text(encoding="utf-8"))) for path in paths))

    assert {"control", "period", "total", "refused", "heading", "note"} <= found
    assert [] == sorted(reason for reason in found if not text_of(lang).has(f"report.left.{reason}"))
