"""Borders that somebody sent → a level of an edition in the ledger: repaired, nested by code, rehearsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from geo.atlas import assembled
from geo.atlas.deliveries import UNITS
from geo.atlas.gathered import Gathered, gathered, ledger_folder
from geo.boundaries.add import Prepared, prepare, stored_text
from geo.boundaries.against import judged
from geo.boundaries.described import Described, read_sources
from geo.boundaries.nesting import Origin
from geo.boundaries.repair import Place
from geo.boundaries.source import fetch
from geo.core.errors import BadData, BadOrder, Fault
from geo.core.files import disk, to_json
from geo.core.settings import Settings
from geo.foreign import Limits
from geo.foreign.borders import Borders, read_borders
from geo.intake.neighbourhood import code_faults, neighbourhood, parents_of
from geo.intake.scratch import scratch_folder
from geo.ledger import Incoming, Ledger, Record, Signed
from geo.ledger.rehearsal import adopt, rehearsal

Progress = Callable[[str], None]
_YEARS_AHEAD = 1  # borders are decided months before they hold, not decades
STEPS = (
    "context",
    "read",
    "repair",
    "boundaries",
    "entries",
    "join",
    "lineage",
    "sums",
    "denominators",
    "outlines",
    "laws",
)


@dataclass(frozen=True)
class BordersOrder:
    """One file of borders and what was said about it; what is empty was not said."""

    file: Path
    edition: str
    level: str
    signed: Signed
    source: str = ""  # one of sources.toml, whose columns are known
    unit_id: str = ""  # else: the property that holds the code
    names: Mapping[str, str] = field(default_factory=dict)  # language → property
    kind_from: str = ""
    layer: str = ""
    is_partial: bool = False  # units are missing on purpose


@dataclass(frozen=True)
class Added:
    """What was done: the delivery, whether it is new, and the account of repairs and nesting."""

    record: Record
    is_new: bool
    prepared: Prepared


def add_borders(settings: Settings, country_id: str, order: BordersOrder, progress: Progress) -> Added:
    """Take a file of borders into the ledger as a level of an edition; the next build draws it.

    Raises BadData with every fault of the file, or of what the country would be with it; then nothing is stored.
    """
    progress("context")
    got = gathered(settings, country_id)
    _check(order, got)
    with scratch_folder() as scratch, disk(scratch):
        progress("read")
        borders = read_borders(order.file, scratch, Limits(), order.layer)
        if borders.faults:
            raise BadData(borders.faults)
        progress("repair")
        made = _prepared(order, got, borders)
        incoming = _incoming(order, made, borders.sha256, scratch)
        rehearsed = rehearsal(Ledger(ledger_folder(settings, country_id)), scratch / "ledger")
        facts = {"edition": order.edition, "level": order.level, "units": len(made.units)}
        record, is_new = rehearsed.add_files(incoming, order.signed, facts)
        assembled(settings, country_id, progress, rehearsed.folder)
        adopt(Ledger(ledger_folder(settings, country_id)), rehearsed)
        return Added(record, is_new, made)


def _prepared(order: BordersOrder, got: Gathered, borders: Borders) -> Prepared:
    """Return the units of a file, compared with what is known; raises BadData with faults named by its properties."""
    described = _described(order, got)
    place = (order.edition, order.level)
    if faults := code_faults(got, place, borders, described.unit_id):
        raise BadData(faults)
    try:
        made = prepare(borders, described, Place(got.country, *place), parents_of(got, place))
        origin = Origin(borders.file, made.report.rows)
        wrong, told = judged(made.units, neighbourhood(got, place, order.is_partial), origin)
        if wrong:
            raise BadData(wrong)
    except BadData as bad:
        raise BadData(_headed(fault, described) for fault in bad.every) from None
    return replace(made, told=tuple(_headed(fault, described) for fault in told))


def _headed(fault: Fault, described: Described) -> Fault:
    """Return a fault that names the property of the file instead of our column."""
    return replace(fault, column=described.unit_id) if fault.column == "unit_id" else fault


def get_borders(settings: Settings, country_id: str, source: str, place: tuple[str, str], sha256: str) -> Path:
    """Return the downloaded file of a known source, kept in the home under its digest; raises BadData."""
    sources = read_sources(settings.data / "boundaries" / country_id)
    folder = settings.home / "downloads"
    with disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return fetch(sources.source(source), *place, folder, sha256 or None)


def member_of(settings: Settings, country_id: str, source: str, place: tuple[str, str]) -> str:
    """Return what in a source's download is meant."""
    return read_sources(settings.data / "boundaries" / country_id).source(source).download(*place).member


def _check(order: BordersOrder, got: Gathered) -> None:
    levels = [level.id for level in got.country.levels]
    if order.level not in levels:
        raise BadOrder(word="--level", value=order.level[:80], allowed=", ".join(levels))
    editions = [edition.id for edition in got.country.editions]
    last = f"{int(order.signed.at[:4]) + _YEARS_AHEAD}-12-31"
    is_new = order.edition not in editions
    if not _is_day(order.edition) or (is_new and not max(editions) < order.edition <= last):
        allowed = f"{', '.join(editions)}, {max(editions)} < … ≤ {last}"
        raise BadOrder(word="--edition", value=order.edition[:80], allowed=allowed)
    if order.edition not in editions and order.level != levels[0]:
        raise BadOrder(word="--level", value=order.level, allowed=levels[0])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _described(order: BordersOrder, got: Gathered) -> Described:
    """Return which property is what: as a known source says, as the operator said, or as our own files are written."""
    sources = read_sources(got.borders) if (got.borders / "sources.toml").exists() else None
    if order.source:
        if sources is None:
            raise BadOrder(word="--source", value=order.source[:80], allowed="–")
        return sources.source(order.source).described(order.level)
    names = {language: order.names.get(language, f"name_{language}") for language in got.country.languages}
    if order.names:
        names = dict(order.names)
    kinds = sources.kinds if sources and order.kind_from else {}
    return Described(order.unit_id or "unit_id", names, kind_from=order.kind_from, kinds=kinds)


def _incoming(order: BordersOrder, made: Prepared, sha256: str, scratch: Path) -> Incoming:
    units, report = scratch / UNITS, scratch / "report.json"
    units.write_text(stored_text(made.units, {"file": order.file.name, "sha256": sha256}), encoding="utf-8")
    report.write_bytes(to_json(made.to_json()))
    return Incoming(
        kind="borders",
        source=order.source or "borders",
        original=order.file,
        files={UNITS: units, "report.json": report},
        sha256=sha256,
        key=f"{order.edition}/{order.level}",
    )
