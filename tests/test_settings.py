"""Laws about settings: named where they are wrong, told where they come from, read at the edge only."""

import os
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.errors import BadSetting
from geo.core.settings import PREFIX, Settings
from scripts.make_settings_doc import DOC, made

ROOT = Path(__file__).resolve().parent.parent
VARIABLES = [PREFIX + row.name.upper() for row in fields(Settings)]
WHOLE = [row for row in fields(Settings) if type(row.default) is int]
NUMBERS = [PREFIX + row.name.upper() for row in WHOLE]
MAY_BE_ZERO = {PREFIX + row.name.upper() for row in WHOLE if row.metadata["least"] == 0}


def test_the_document_of_settings_is_fresh():
    """After a change of Settings somebody has to run `python scripts/make_settings_doc.py`."""
    document = DOC.read_text(encoding="utf-8")

    assert made(document) == document
    assert [] == [name for name in VARIABLES if f"`{name}`" not in document]


def test_every_setting_has_a_default_and_a_line_of_help():
    """A laptop needs none of them."""
    assert [] == [row.name for row in fields(Settings) if not row.metadata["help"].endswith(".")]
    assert Settings() == Settings.from_env({})


def test_a_setting_is_taken_from_its_variable():
    """With the type of its default; other variables are nobody's business."""
    asked = {"BUDGETMAP_HOME": "x/y", "BUDGETMAP_PORT": "81", "BUDGETMAP_COUNTRY": "zz", "HOME": "/", "PORT": "1"}
    made_of = Settings.from_env(asked)

    assert (Path("x/y"), 81, "zz") == (made_of.home, made_of.port, made_of.country)
    assert Settings().host == made_of.host


@pytest.mark.parametrize("variable", NUMBERS)
@pytest.mark.parametrize(
    "value", ["", "0", "-1", "+5", "1.0", "1e3", "65536", " 80", "80 ", "eighty", "\u0668\u0660", "9" * 5000]
)
def test_a_number_that_cannot_be_used_is_refused_by_name(variable, value):
    """Not guessed, not cut, not replaced by the default."""
    if value == "0" and variable in MAY_BE_ZERO:
        value = "00000000"
    with pytest.raises(BadSetting) as refused:
        Settings.from_env({variable: value})

    assert variable == refused.value.values["name"]
    assert len(refused.value.values["value"]) <= 80


@given(value=st.integers(1, 65535), variable=st.sampled_from(NUMBERS))
def test_a_number_in_range_is_taken(value, variable):
    """All of them."""
    assert value == getattr(Settings.from_env({variable: str(value)}), variable.removeprefix(PREFIX).lower())


def test_what_is_given_overrules_the_environment():
    """An option that was not given changes nothing."""
    settings = Settings.from_env({"BUDGETMAP_PORT": "81", "BUDGETMAP_HOST": "::"}).with_given(port=82, host=None)

    assert (82, "::") == (settings.port, settings.host)


def test_settings_do_not_change():
    """They are made once and passed down."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1


def test_every_setting_says_where_it_comes_from():
    """In the order of the class."""
    environ = {"BUDGETMAP_PORT": "81"}
    rows = Settings.from_env(environ).sources(environ)

    assert VARIABLES == [row[0] for row in rows]
    assert {"BUDGETMAP_PORT": ("81", "environment")} == {row[0]: row[1:3] for row in rows if row[2] != "default"}


def test_nothing_is_read_at_import():
    """A wrong variable harms nobody who does not ask for it."""
    program = (
        "import importlib, pkgutil, geo\n"
        "for found in pkgutil.walk_packages(geo.__path__, 'geo.'):\n"
        "    importlib.import_module(found.name)\n"
        "print('fine')"
    )
    environment = {**os.environ, **dict.fromkeys(VARIABLES, "nonsense"), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60
    )

    assert ("fine\n", 0) == (run.stdout, run.returncode), run.stderr
