"""The small country as an importer meets it: a profile of its own, and files of months made in code."""

import csv
import io

from geo.core.model import PHASES
from geo.intake import Order, imported, prepared, published
from geo.versions import Home
from tests.country_zz import FUNCTIONS, GAP, amount

AT = "2025-01-20T08:00:00Z"
HEADER = ["unit", "period", "group", *(f"{phase}_kzt" for phase in PHASES)]
MONTHS = f"""name = "zz-months"
kind = "figures"
source = "zz-months"
layout = "flat"
supersedes = "unit"
order = ["unit", "period", "function", {", ".join(f'"{phase}"' for phase in PHASES)}]
[title]
kk = "Айлар"
ru = "Месяцы"
en = "Months"
[dialect]
formats = ["csv"]
[columns]
unit = "unit"
period = "period"
function = "group"
{"".join(f'{phase} = "{phase}_kzt"' + chr(10) for phase in PHASES)}[period]
notation = "YYYY-MM"
[codes]
function_digits = 2
[amounts]
unit = "tenge"
decimal = "."
cumulative = true
"""
OFFICES = (
    MONTHS.replace("zz-months", "zz-offices")
    .replace('"function", ', '"function", "administrator", ', 1)
    .replace('function = "group"\n', 'function = "group"\nadministrator = "office"\n')
    .replace("function_digits = 2", "function_digits = 2\nadministrator_digits = 3")
)


def with_profiles(made):
    """Write the profiles of months and of offices into a country's folder and return it."""
    folder = made.budget / "profiles"
    folder.mkdir()
    (folder / "zz-months.toml").write_text(MONTHS, encoding="utf-8")
    (folder / "zz-offices.toml").write_text(OFFICES, encoding="utf-8")
    return made


def rows_of(unit=GAP[0], period=GAP[1], **other):
    """Return the rows of a month of a unit; `other` has executed amounts by function, None for no row."""
    rows = []
    for function in FUNCTIONS:
        executed = other.get(f"f{function}", amount(unit, period, function, "executed"))
        if executed is not None:
            planned = [amount(unit, period, function, phase) for phase in PHASES[:-1]]
            rows.append([unit, period, function, *planned, executed])
    return rows


def csv_text(rows, header=HEADER):
    """Return rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def month_file(folder, rows, name="month.csv", header=HEADER):
    """Write a file of months and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(csv_text(rows, header), encoding="utf-8")
    return path


def order_of(*files, **said):
    """Return what an operator asks; every judgement is accepted, as the country is too small to be judged."""
    accepted = frozenset({"E-CSV-16", "E-SUM-10", "E-SUM-11", "E-SUM-12", "E-SUM-13", "E-SUM-14", "E-SUM-15"})
    return Order(files=files, **{"at": AT, "accepted": accepted, **said})


def done(settings, order, act=published):
    """Carry an order out and return what came of it; faults come as their codes."""
    with prepared(settings, settings.country, order, lambda step: None) as made:
        return sorted({fault.code for fault in made.faults}) if made.faults else act(made)


def taken(settings, order):
    """Take an order into the ledger and return how many deliveries were new."""
    return done(settings, order, imported)


def in_force(settings):
    """Return the version in force."""
    home = Home(settings.home)
    return home.version(home.current_id(settings.country))
