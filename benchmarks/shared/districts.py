"""A home of Kazakhstan with its 224 districts: borders, settlements and bodies brought in as an operator would.

The files stand beside the repository (`BUDGETMAP_SHARED`); figures are made for the bodies of the register.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from benchmarks.shared import DATA, ROOT
from geo.core.settings import Settings

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", ROOT.parent / "shared")) / "data" / "kz"
BORDERS = SHARED / "boundaries/district_2022.geojson"
PLACES = SHARED / "codes/kato_nk_rk_11-2025.csv"
REGISTER = SHARED / "organisations/kz_state_organisations_sample_from_legal_entity_register.csv"
EDITION, LEVEL, AT = "2022-06-08", "district", "2025-04-20T08:00:00Z"
PERIODS = ("2023-12", "2024-03", "2024-06", "2024-12")
FUNCTIONS = ("04", "06", "07")
# What is made up for a benchmark is hard to believe, and may be.
DOUBTS = frozenset({"E-CSV-16", *(f"E-SUM-{number}" for number in ("04", "10", "11", "12", "13", "14", "15"))})
_UNIT = "region_kato_parsed_from_address"
_HEAD = ["Unit code (KATO)", "Period", "Function code", "BIN", "Unit of amounts", "Approved budget", "Revised budget"]
_HEAD += ["Adjusted plan of the year", "Plan to date", "Executed since January"]


def are_there() -> bool:
    """Tell whether the borders, the classifier and the register stand beside the repository."""
    return all(path.is_file() for path in (BORDERS, PLACES, REGISTER))


def with_districts(folder: Path) -> Settings:
    """Return settings of a home in which Kazakhstan is published with districts and figures of bodies in them."""
    from geo.intake import imported, prepared, published
    from geo.intake.borders import BordersOrder, add_borders
    from geo.intake.order import Order
    from geo.ledger import Signed

    settings = Settings(home=folder / "home", data=DATA)
    add_borders(settings, "kz", BordersOrder(BORDERS, EDITION, LEVEL, Signed(AT), source="geokz"), lambda step: None)
    files = [(PLACES, "kz-settlements"), (REGISTER, "kz-legal-entities"), (figures(folder), "kz-template-bodies")]
    for number, (file, profile) in enumerate(files, 1):
        order = Order((file,), AT, profile=profile, accepted=DOUBTS)
        with prepared(settings, "kz", order, lambda step: None) as made:
            if made.faults:
                raise SystemExit(f"{file.name}: {made.faults[0]}")
            if number < len(files):
                imported(made)
            else:
                published(made)
    return settings


def figures(folder: Path) -> Path:
    """Write the figures of the register's bodies as the form that is filled in, and return the file."""
    with REGISTER.open(encoding="utf-8-sig", newline="") as file:
        bodies = [row for row in csv.DictReader(file) if row[_UNIT]]
    lines = [
        [body[_UNIT], period, FUNCTIONS[k % 3], body["bin"], "thousand tenge", *_amounts(k, int(period[5:]))]
        for period in PERIODS
        for k, body in enumerate(bodies)
    ]
    total = ["Total", "", "", "", "thousand tenge", *(sum(line[k] for line in lines) for k in range(5, 10))]
    path = folder / "figures.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([_HEAD, *lines, total])
    return path


def _amounts(body: int, months: int) -> list[int]:
    """Return the five phases; of three bodies one executes all of its plan, one next to nothing, and one nearly all in
    the last month of a year: another month or phase has other classes."""
    approved = 1_000 + 37 * (body % 997)
    to_date = approved * months // 12
    is_done = body * 7919 // 7 % 3 < (2 if months == 12 else 1)
    return [approved, approved + 1, approved + 2, to_date, to_date if is_done else to_date // 50]
