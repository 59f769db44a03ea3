"""The reconciliation of a view, in which published = Σ terms, exactly."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.view import View
from geo.layers.ground import EVERY, UNDIVIDED, Flags, Ground, Money
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level, Version


@dataclass(frozen=True)
class Term:
    """One signed part of a reconciliation: `amount` in minor units, None where the source gives none."""

    key: str
    amount: int | None
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A reconciliation of one phase and period: `published` = the sum of the terms; control totals stand beside.

    Amounts in minor units. `published` is None where no unit reported the phase: nothing is known, not zero.
    """

    phase: str
    period: str
    published: int | None
    is_total_line: bool  # the source's own total line; else the sum of its lines for the function
    terms: tuple[Term, ...]
    control: int | None


def account(ground: Ground, pair: tuple[str, str], drawn: Flags) -> Account:
    """Return the reconciliation of a (phase, period); `drawn` tells which units have a value on the map.

    Of a subgroup all of its group is explained; within a unit, all that this unit has published.
    """
    phase, period = pair
    version, view = ground.version, ground.view
    shown, inside = ground.money(view.function, pair), ground.inside
    stated = None if view.function else _stated(ground, pair)
    control = None if view.function or view.within else version.published_totals.get(("control", phase, period))
    missing = inside & (shown.reported == NOT_REPORTED)
    if (missing == inside).all() and stated is None and not shown.total:
        nothing = Term("not_reported", None, _units(ground.level, missing))
        return Account(phase, period, None, False, (nothing,), control)
    terms = [Term("on_map", int(shown.amounts[drawn].sum())), *_beside(ground, shown, pair)]
    for key, mask in (
        ("partly_reported", inside & (shown.reported == PARTLY)),
        ("not_drawn", inside & (shown.reported == REPORTED) & ~drawn),
    ):
        if mask.any():
            terms.append(Term(key, int(shown.amounts[mask].sum()), _units(ground.level, mask)))
    terms += [Term(_residue(version, view), shown.wider)] if shown.wider else []
    terms += [Term("not_placed", shown.unplaced)] if shown.unplaced else []
    terms += [Term("not_reported", None, _units(ground.level, missing))] if missing.any() else []
    together = sum(term.amount or 0 for term in terms)
    if stated is None:
        return Account(phase, period, together, False, tuple(terms), control)
    return Account(phase, period, stated, True, (*terms, Term("difference", stated - together)), control)


def _beside(ground: Ground, shown: Money, pair: tuple[str, str]) -> list[Term]:
    """Return what is published together with the coloured money: transfers, or the other parts of a group."""
    if not ground.view.function:
        apart = ground.money(EVERY, pair).total - shown.total
        return [] if ground.view.includes_transfers else [Term("transfers_apart", apart)]
    if not ground.is_subgroup:
        return []
    whole, undivided = ground.money(ground.group, pair).total, ground.money(f"{ground.group}*", pair).total
    terms = [Term("other_subgroups", whole - shown.total - undivided)]
    mask = ground.inside & (shown.reported == UNDIVIDED)
    if undivided or mask.any():
        # What is known of the subgroup in such a unit is not all of it, so it is not on the map.
        known = int(shown.amounts[mask].sum())
        terms.append(Term("not_divided", undivided + known, _units(ground.level, mask)))
    return terms


def _residue(version: Version, view: View) -> str:
    """Return what the money is called that lies in a unit above, in none of the level."""
    return "outside_places" if version.country.level(view.level).is_places else "wider"


def _stated(ground: Ground, pair: tuple[str, str]) -> int | None:
    """Return the published total lines of all units together, or the line of the unit that the view is within.

    None where not every unit that reported has one.
    """
    phase, period = pair
    version = ground.version
    if ground.view.within:
        line = version.facts["published"].get("portal", {}).get(f"{ground.view.within}/{period}/{phase}")
        return None if line is None else int(line)
    if ("portal", phase, period) not in version.published_totals:
        return None
    edition, top = version.country.edition_in_force(period).id, version.country.top_level.id
    level = version.level(edition, top)
    seen = level.reported[:, version.periods.index(period), version.phases.index(phase)]
    reporting = {unit.unit_id for unit, is_there in zip(level.units, seen, strict=True) if is_there}
    lines = version.once(f"published/{phase}/{period}", lambda: _units_with_line(version, pair))
    return version.published_totals["portal", phase, period] if reporting <= lines else None


def _units_with_line(version: Version, pair: tuple[str, str]) -> frozenset[str]:
    phase, period = pair
    keys = (key.split("/") for key in version.facts["published"].get("portal", {}))
    return frozenset(unit for unit, of, stated in keys if (of, stated) == (period, phase))


def _units(level: Level, mask: Flags) -> tuple[str, ...]:
    return tuple(unit.unit_id for unit, is_one in zip(level.units, mask, strict=True) if is_one)
