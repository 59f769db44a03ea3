"""Laws about faults: every code that can be raised has its words, and only words that can be filled in."""

import ast
import functools
import re
import string
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from geo.core import errors
from geo.core.errors import BadData, BudgetMapError, Fault, ReaderError
from geo.live import refusals
from scripts.make_errors_doc import DOC, made

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "geo" / "web" / "messages"
LANGUAGES = ("kk", "ru", "en")
CODE = re.compile(r"[EW]-[A-Z]+-[0-9]{2}")
OF_A_FAULT = {field.name for field in fields(Fault)} - {"code", "values"}
CLASSES = {kind.__name__: kind for of in (errors, refusals) for kind in vars(of).values() if isinstance(kind, type)}
FACTLESS = BudgetMapError.code  # that of everything unforeseen, so nobody gives it values
GLUED = re.compile(r"\}['’]?[^\W\d_]|\w\{|[-–]\{|\}-(?!жол|нысан)")


def read(name):
    """Return a message file as plain tables."""
    return tomllib.loads((MESSAGES / f"{name}.toml").read_text(encoding="utf-8"))


def faults(language):
    """Return code → {what, do} of a language."""
    return {code: text for code, text in read(f"faults.{language}").items() if code != "place"}


def placeholders(text):
    """Return the names that a code's two sentences leave open."""
    return {name for part in text.values() for _, name, _, _ in string.Formatter().parse(part) if name is not None}


def constants(node):
    """Return the codes written in a piece of source."""
    texts = [
        inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
    ]
    return {text for text in texts if CODE.fullmatch(text)}


@functools.cache
def sources():
    """Return the syntax trees of geo/."""
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "geo").rglob("*.py"))]


@functools.cache
def used():
    """Return every code that the source writes."""
    return set().union(*map(constants, sources()))


def called(call):
    """Return the name that a call calls, the last one of a dotted name."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def calls(tree, names):
    """Return the calls by name below a node."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in names]


def handed(fault, dicts):
    """Return what one Fault(…) can fill in: its own fields and the keys of its sixth argument."""
    extra = fault.args[5] if len(fault.args) > 5 else None
    extra = dicts.get(extra.id) if isinstance(extra, ast.Name) else extra
    return OF_A_FAULT | ({key.value for key in extra.keys} if isinstance(extra, ast.Dict) else set())


def assigned(tree):
    """Return name → dict of each dict that a piece of source gives a name, alone or beside others."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            is_many = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=False) if is_many else [(target, value)]
            found |= {ast.unparse(name): one for name, one in pairs if isinstance(one, ast.Dict)}
    return found


def handed_on(tree, dicts):
    """Return (code, names) of each call of a function of the file that makes the Fault(…) of the code it is given."""
    makers = {
        node.name: [fault for fault in calls(node, {"Fault"}) if not constants(fault)]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    rows = []
    for call in calls(tree, {name for name, faults in makers.items() if faults}):
        names = set.intersection(*(handed(fault, dicts) for fault in makers[called(call)]))
        given = {key.value for one in call.args if isinstance(one, ast.Dict) for key in one.keys}
        given |= {word.arg for word in call.keywords if word.arg}
        codes = {one.value for one in call.args if isinstance(one, ast.Constant)} & constants(call)
        rows += [(code, names | given) for code in codes]
    return rows


def provided(trees):
    """Return code → the names that every place which raises it provides.

    A code that is not written inside Fault(…) is handed to a function with a Fault(…) in it, or else to one of the
    file's Fault(…) with a code in a variable; a file without any only names codes that others raise.
    """
    found, named = {FACTLESS: set()}, set()
    for tree in trees:
        dicts = assigned(tree)
        every = calls(tree, {"Fault"})
        indirect = [handed(fault, dicts) for fault in every if not constants(fault)]
        rows = [(code, handed(fault, dicts)) for fault in every for code in constants(fault)]
        rows += handed_on(tree, dicts)
        rest = constants(tree) - {code for code, _ in rows} - {getattr(kind, "code", "") for kind in CLASSES.values()}
        rows += [(code, set.intersection(*indirect)) for code in rest if indirect]
        named |= set() if indirect else rest
        for call in calls(tree, CLASSES):
            kind = CLASSES[called(call)]
            if kind is not Fault and hasattr(kind, "code"):
                values = BadData([]).values if kind is BadData else {word.arg: "" for word in call.keywords}
                rows.append((kind.code, set(values)))
        for code, names in rows:
            found[code] = found.get(code, names) & names
    return dict.fromkeys(named, OF_A_FAULT) | found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(language):
    """No publisher, operator or reader is shown a bare code."""
    written, shown = faults(language), read(language)["reader"]
    readers = {kind.code for kind in CLASSES.values() if issubclass(kind, ReaderError) and kind is not ReaderError}

    assert set() == used() - readers - set(shown) - set(written)
    assert set() == readers - set(shown)
    assert [] == [code for code, text in written.items() if {"what", "do"} != set(text) or not all(text.values())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_stand_for_a_code_that_is_not_used(language):
    """What nobody can meet, nobody has to translate."""
    assert set() == set(faults(language)) - used()
    assert set() == set(read(language)["reader"]) - used()


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_faults_say_the_same_things_in_every_language(language):
    """Same codes, same places to print, same values: no language keeps a fact from its reader."""
    ours, english = read(f"faults.{language}"), read("faults.en")

    assert {code: placeholders(text) for code, text in english.items()} == {
        code: placeholders(text) for code, text in ours.items()
    }


def test_a_sentence_asks_only_for_values_that_its_code_brings():
    """No fault can fail to be said because one of the places that raise it lacks a value."""
    known = provided(sources())
    missing = {code: placeholders(text) - known[code] for code, text in faults("en").items()}

    assert {} == {code: names for code, names in missing.items() if names}


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_overrule_no_other_message(language):
    """Both files of a language are read into one table."""
    others = read(language)

    assert set() == set(read(f"faults.{language}")) & (set(others) - {"place"})
    assert set() == set(read(f"faults.{language}")["place"]) & set(others["place"])


def test_no_case_ending_is_glued_to_a_value():
    """A value stands in the nominative: a letter right after it is an ending somebody guessed."""
    texts = [
        (code, part) for language in LANGUAGES for code, both in faults(language).items() for part in both.values()
    ]

    assert [] == [(code, part) for code, part in texts if GLUED.search(part)]
    assert [] == [part for part in ("{value}дан", "{value}-ға", "kz-{value}") if not GLUED.search(part)]


def test_the_document_of_errors_is_fresh():
    """After a change of the messages somebody has to run `python scripts/make_errors_doc.py`."""
    document = DOC.read_text(encoding="utf-8")

    assert made(document) == document


def test_values_are_found_in_every_way_of_raising():
    """The reader of the source is tried: dicts, codes handed on, codes only named, keywords."""
    source = """
found = {"near": ""}
Fault(f, 1, "", "E-AAA-01", v, {"first": ""}), Fault(f, 1, "", "E-AAA-01", v, {"first": "", "last": ""})
Fault(f, 1, "", "E-AAA-02", v, found), Fault(f, 1, "", "E-AAA-03" if x else "E-AAA-04")
help(g, "E-AAA-05"), Fault(f, 1, "", code, v, {"sum": ""})
raise NotAVersion(id=1, known=2)
"""
    maker = """
def made(code, own):
    row, told = 1, {"limit": ""}
    return Fault(f, row, "", code, v, told)
made("E-AAA-06", {"other": ""})
"""
    known = provided([ast.parse(source), ast.parse(maker), ast.parse('ACCEPTABLE = {"E-AAA-06", "E-AAA-07"}')])

    assert {"first"} == known["E-AAA-01"] - OF_A_FAULT
    assert [{"near"}, set(), set(), {"sum"}] == [known[f"E-AAA-0{n}"] - OF_A_FAULT for n in (2, 3, 4, 5)]
    assert [{"limit", "other"}, set()] == [known[f"E-AAA-0{n}"] - OF_A_FAULT for n in (6, 7)]
    assert {"id", "known"} == known["E-VER-02"]
