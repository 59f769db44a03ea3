"""The form that a unit fills in: a workbook of a profile's own headings, empty or with the figures in force."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

import pandas as pd

from geo.core.errors import BadOrder
from geo.core.text import text_of
from geo.faces.workbook import Form, FormRow, form_words, template
from geo.intake.context import Context, administrators_of, profiles_folder


@dataclass(frozen=True)
class Asked:
    """What form is wanted: its month and profile (empty: that of whole budgets), one unit or all, empty or filled."""

    period: str
    profile: str = ""
    unit: str = ""
    is_filled: bool = False


def form(context: Context, lang: str, asked: Asked) -> bytes:
    """Return the workbook in a language for a period; filled: with what is in force for it, by administrator.

    Raises BadOrder for a profile that describes no form, an unknown unit, or where nothing is in force for the period.
    """
    whole = [name for name in _forms(context) if context.profiles[name].supersedes == "unit"]
    profile, period = asked.profile or next(iter(whole), ""), asked.period
    if profile not in context.profiles or not context.profiles[profile].dialect.sheet:
        raise BadOrder(word="--profile", value=profile[:80], allowed=", ".join(_forms(context)))
    got, text = context.gathered, text_of(lang)
    path = profiles_folder(context.settings, context.country_id) / f"{profile}.toml"
    words = form_words(tomllib.loads(path.read_text(encoding="utf-8")), text)
    top, digits = got.country.top_level.id, got.country.function_digits
    units = got.maps[got.country.edition_in_force(period).id, top]
    if asked.unit and asked.unit not in set(units["unit_id"]):
        raise BadOrder(word="--unit", value=asked.unit[:80], allowed=", ".join(units["unit_id"]))
    units = units[units["unit_id"] == asked.unit] if asked.unit else units
    wanted = Form(
        **words,
        period=period,
        units=dict(zip(units["unit_id"], units[f"name_{lang}"], strict=True)),
        functions={
            code: row.get(f"name_{lang}") or row["name_ru"]
            for code, row in sorted(got.ledger.functions.items())
            if len(code) == digits or asked.is_filled
        },
        administrators={code: name for code, (name, _) in sorted(administrators_of(got).items())},
        minor_units=got.country.minor_units,
    )
    rows = [row for row in _rows(context, period) if row.unit_id in wanted.units] if asked.is_filled else None
    return template(wanted, text, rows)


def _forms(context: Context) -> list[str]:
    return [name for name, profile in context.profiles.items() if profile.dialect.sheet]


def _rows(context: Context, period: str) -> list[FormRow]:
    """Return what is in force for a period, a row for each unit, function and administrator."""
    ledger = context.gathered.ledger
    bodies = ledger.bodies[["body_id", "unit_code", "code", "kind"]]
    entries = ledger.entries[ledger.entries["period"] == period].merge(bodies, on="body_id")
    entries = entries[entries["kind"].isin(["administrator", "budget"])]
    if entries.empty:
        raise BadOrder(word="--period", value=period, allowed=", ".join(sorted(set(ledger.entries["period"]))))
    keys = ["unit_code", "function", "code"]
    table = pd.pivot_table(entries, index=keys, columns="phase", values="amount_minor", aggfunc="sum", sort=True)
    return [
        FormRow(unit, function, {p: None if pd.isna(a) else int(a) for p, a in row.items()}, administrator)
        for (unit, function, administrator), row in table.iterrows()
    ]
