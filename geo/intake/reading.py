"""Foreign files → deliveries: each recognised, read, judged; the faults of all files together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from geo.core.delivery import CellTable, Delivery, Dialect
from geo.core.errors import BadData, Fault
from geo.core.saying import in_currency
from geo.foreign import read_cells, sniff
from geo.intake.beside import otherwise_in_force
from geo.intake.context import Context
from geo.intake.order import Order
from geo.intake.recognising import recognised
from geo.intake.registers import described_series, register
from geo.plausible import doubts
from geo.plausible.ahead import not_begun
from geo.plausible.national import national_doubts
from geo.profiles import Given, Profile, deliver, read_profile


@dataclass(frozen=True)
class Read:
    """One foreign file and what was made of it; `delivery` is None where the file could not be read."""

    path: Path
    profile: str
    delivery: Delivery | None
    facts: Mapping[str, Any]  # what the ledger keeps beside the counts
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_files(order: Order, context: Context, scratch: Path) -> list[Read]:
    """Return what each file of an order says, in the order given; faults are data here, nothing is raised for them."""
    found = []
    for number, path in enumerate(order.files):
        folder = scratch / f"{number}"
        folder.mkdir()
        found.append(_read(path, order, context, folder))
    return found


def profile_of(path: Path, order: Order, context: Context, scratch: Path) -> Profile:
    """Return the profile that was named, or the only one whose headings a file has; raises BadData."""
    if order.profile.endswith(".toml"):
        return read_profile(Path(order.profile))
    if order.profile:
        if order.profile not in context.profiles:
            known = ", ".join(context.profiles)
            raise BadData([Fault(path.name, 0, "", "E-IN-01", order.profile, {"known": known})])
        return context.profiles[order.profile]
    seen = sniff(path, scratch)
    if not any(row for rows in seen.headers.values() for row in rows):
        # Nothing to recognise: reading it as what its name says tells why.
        read_cells(path, Dialect(), scratch)
    try:
        return context.profiles[recognised(seen, context.profiles, path.name, order.sheet)]
    except BadData:
        if seen.kind == "CSV":
            # What keeps it from being a table at all says more than which headings it lacks.
            written = Dialect(delimiter=seen.delimiter or ",")
            read_cells(path, _dialect(written, order), scratch)
        raise


def _read(path: Path, order: Order, context: Context, scratch: Path) -> Read:
    name = order.profile
    try:
        profile = profile_of(path, order, context, scratch)
        name = profile.name
        cells = read_cells(path, _dialect(profile.dialect, order), scratch)
        if cells.faults:
            return Read(path, name, None, {}, cells.faults, cells.warnings)
        given = Given(order.unit_of(path), order.period, order.revision, order.accepted)
        if profile.kind == "figures":
            delivery = deliver(profile, cells, context.known, given, scratch)
        else:
            delivery = register(profile, cells, context, given, scratch)
    except BadData as error:
        return Read(path, name, None, {}, error.every, ())
    judged = [*_judged(delivery, profile, context), *_national(delivery, profile, context)]
    judged += not_begun(delivery.sums, order.at[:7], delivery.file) if profile.kind == "figures" else ()
    judged += [*_elsewhere(delivery, (profile, cells, given), context, scratch)]
    refusing = [fault for fault in judged if fault.code.startswith("E-") and fault.code not in order.accepted]
    faults = (*delivery.faults, *refusing)
    # What was accepted is told all the same, and kept with the delivery.
    told = (*cells.warnings, *delivery.warnings, *(fault for fault in judged if fault not in refusing))
    warnings = tuple(dict.fromkeys(told))  # those of the cells may be among those of the delivery
    facts = {"series": [described_series(profile, delivery.file)]} if profile.kind == "series" else {}
    country = context.gathered.country
    said = (in_currency(faults, country), in_currency(warnings, country))
    return Read(path, name, delivery, facts, *said)


def _dialect(dialect: Dialect, order: Order) -> Dialect:
    """Return how the file is written, as the profile says unless the operator said otherwise."""
    said = {name: getattr(order, name) for name in ("encoding", "delimiter", "sheet") if getattr(order, name)}
    return replace(dialect, **said)


def _judged(delivery: Delivery, profile: Profile, context: Context) -> Iterator[Fault]:
    """Yield what is hard to believe beside what is in force; single bodies are not compared with whole budgets."""
    if delivery.kind == "figures" and not delivery.faults:
        names = {unit: row.get(context.settings.language) or unit for unit, row in context.names.items()}
        history = context.history if profile.supersedes == "unit" else context.history.head(0)
        if "phase" not in profile.columns:
            # A phase that the publisher's file never has is not missing from it.
            history = history[history["phase"].isin(list(profile.columns))]
        yield from doubts(delivery.sums, history, names, (), delivery.file)


def _national(delivery: Delivery, profile: Profile, context: Context) -> Iterator[Fault]:
    """Yield where a table of the whole country does not agree with the units that are in force."""
    if profile.kind == "figures" and profile.checks.compared:
        per_unit = context.gathered.country.minor_units
        limits = {p: int(Decimal(text) * per_unit) for p, text in profile.checks.compared_tolerance.items()}
        units = {period: context.known.units_of(period) for period in set(delivery.sums["period"])}
        compared = (profile.checks.compared, limits)
        yield from national_doubts(delivery.sums, context.history, units, compared, delivery.file)


def _elsewhere(
    delivery: Delivery, made_of: tuple[Profile, CellTable, Given], context: Context, scratch: Path
) -> Iterator[Fault]:
    """Yield what a file says otherwise than what is in force of the months that were not asked for."""
    profile, cells, given = made_of
    is_of_units = "entries" in delivery.tables
    if given.period and is_of_units and delivery.rows_left.get("period") and not delivery.faults:
        whole = deliver(profile, cells, context.known, replace(given, period=""), scratch)
        yield from otherwise_in_force(whole.sums, context.history, given.period, delivery.file)
