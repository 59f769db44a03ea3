"""The bodies whose entries a file holds, as rows of the table `bodies`."""

from __future__ import annotations

import pandas as pd

from geo.core.model import conformed
from geo.profiles.coding import Coding
from geo.profiles.desk import Desk


def bodies_of(desk: Desk) -> pd.DataFrame:
    """Return whole budgets and administrators of a file, in body_id order.

    A body that is known by its BIN is described elsewhere and is not repeated here. An administrator belongs to its
    region and no more exactly; it is a group where its code or its name tells of many offices.
    """
    coding = desk.coding
    known = coding.known.bodies
    rows = [_row(coding, desk, number) for number, code in enumerate(coding.bodies.meanings) if code not in known]
    columns = ["body_id", "code", "kind", "name_ru", "unit_code", "is_group"]
    frame = pd.DataFrame([row for row in rows if row], columns=columns)
    frame = frame.assign(
        name_kk="", name_en="", exactness="region", is_synthetic=False, address="", lon=float("nan"), lat=float("nan")
    )
    return conformed(frame.sort_values("body_id", ignore_index=True), "bodies")


def _row(coding: Coding, desk: Desk, number: int) -> tuple[str, str, str, str, str, bool] | None:
    body = coding.bodies.meanings[number]
    unit = coding.unit_of_body(number)
    code = body.removeprefix(f"{unit}-") if unit and body.startswith(f"{unit}-") else ""
    if not unit or not code:
        return None  # not the body of any entry: only a step on the way to one that a BIN names
    if code == "budget":
        return body, "", "budget", "", unit, True
    name = desk.names.known_name(code)
    return body, code, "administrator", name, unit, _is_group(coding, code, name)


def _is_group(coding: Coding, code: str, name: str) -> bool:
    if code in coding.known.administrators:
        return coding.known.administrators[code][1]
    return any(word.casefold() in name.casefold() for word in coding.profile.codes.many_words)
