"""What must hold before a version may be published: conservation, completeness of names, closing reconciliations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from geo.core.country import Country
from geo.core.errors import BrokenLaw

Tables = Mapping[str, pd.DataFrame]
_SUM = ["period", "function", "phase"]
_BY_CODE = {"code", "alias", "wider", "none"}  # how a body may come to places: never by its point


def check_laws(tables: Tables, country: Country) -> int:
    """Return how many laws were checked; raises BrokenLaw with all that do not hold.

    `tables` are those of `core.model` by name; amounts in minor units.
    """
    laws = (
        _totals_equal_the_ledger,
        _subgroups_make_up_their_groups,
        _every_body_is_placed_once,
        _shares_are_whole,
        _every_unit_has_its_names,
        _denominators_cover_every_unit,
        _published_totals_are_explained,
        _nothing_on_a_real_map_is_made_up,
    )
    broken = [sentence for law in laws for sentence in law(tables, country)]
    if broken:
        raise BrokenLaw(count=len(broken), laws="; ".join(broken[:10]))
    return len(laws)


def _totals_equal_the_ledger(tables: Tables, country: Country) -> Iterator[str]:
    """For each edition, level, period, function and phase: totals and what is not placed equal the entries."""
    entries = tables["entries"]
    coded = entries.groupby(_SUM, as_index=False)["amount_minor"].sum()
    groups = coded.assign(
        function=coded["function"].str[: country.function_digits],
        origin=[country.edition_in_force(period).id for period in coded["period"]],
    )
    every, shares = tables["totals"], tables["shares"]
    for edition, level in tables["units"][["edition", "level"]].drop_duplicates().itertuples(index=False):
        origins = {edition}
        if level == country.top_level.id:
            origins |= set(shares.loc[shares["to_edition"] == edition, "from_edition"])
        ledger = groups[groups["origin"].isin(origins)].groupby(_SUM)["amount_minor"].sum()
        part = every[(every["edition"] == edition) & (every["level"] == level)]
        sums = part.groupby(_SUM)["amount_minor"].sum()
        both = _side_by_side(ledger=ledger, totals=sums)
        for key, row in both[both["ledger"] != both["totals"]].iterrows():
            yield f"totals of {edition} {level} {key}: {row['totals']}, entries: {row['ledger']}"


def _subgroups_make_up_their_groups(tables: Tables, country: Country) -> Iterator[str]:
    """In every unit, in all borders: the subgroups of a group and what was not divided of it are the group."""
    if "subgroups" not in tables:
        return
    keys = ["edition", "level", "unit_id", *_SUM]
    parts = tables["subgroups"]
    groups = parts.assign(function=parts["function"].str[: country.function_digits])
    pairs = pd.MultiIndex.from_frame(parts[["period", "phase"]].drop_duplicates())
    whole = tables["totals"]
    whole = whole[pd.MultiIndex.from_frame(whole[["period", "phase"]]).isin(pairs)]
    sums = (table.groupby(keys)["amount_minor"].sum() for table in (groups, whole))
    both = _side_by_side(**dict(zip(("subgroups", "totals"), sums, strict=True)))
    for key, row in both[both["subgroups"] != both["totals"]].iterrows():
        yield f"subgroups of {key}: {row['subgroups']}, totals: {row['totals']}"


def _every_body_is_placed_once(tables: Tables, country: Country) -> Iterator[str]:
    for (edition, level), part in tables["placements"].groupby(["edition", "level"]):
        if sorted(part["body_id"]) != sorted(tables["bodies"]["body_id"]):
            yield f"placements of {edition} {level} do not name every body once"
        if level in _places(country) and not set(part["method"]) <= _BY_CODE:
            yield f"placements of {edition} {level} are not all by code"


def _places(country: Country) -> set[str]:
    return {row.id for row in country.levels if row.is_places}


def _shares_are_whole(tables: Tables, country: Country) -> Iterator[str]:
    shares = tables["shares"]
    if not shares.empty:
        sums = shares.groupby(["from_edition", "to_edition", "from_unit"])["share_ppm"].sum()
        yield from (f"shares of {key} add up to {value}" for key, value in sums[sums != 1_000_000].items())


def _every_unit_has_its_names(tables: Tables, country: Country) -> Iterator[str]:
    units = tables["units"]
    for language in country.languages:
        for unit_id in units.loc[units[f"name_{language}"].str.strip() == "", "unit_id"]:
            yield f"unit {unit_id} has no name in {language}"


def _denominators_cover_every_unit(tables: Tables, country: Country) -> Iterator[str]:
    sizes = tables["units"].groupby(["edition", "level"]).size()
    for key, part in tables["denominators"].groupby(["edition", "level", "series", "year"]):
        # Of places nobody may have counted the people: 0 is unknown there, and no place has an area.
        known = part["value"] >= 0 if key[1] in _places(country) else part["value"] > 0
        if len(part) != sizes[key[:2]] or not known.all():
            yield f"denominator {key} does not give every unit a positive number"


def _published_totals_are_explained(tables: Tables, country: Country) -> Iterator[str]:
    """No remainder beyond one unit of currency for each unit and functional group (rounding in the source) is left.

    The limit that a country states is checked where its files are read; this one holds for every version.
    """
    published = tables["published"]
    portal = published[published["source"] == "portal"]
    keys = ["period", "phase"]
    top = tables["totals"][(tables["totals"]["level"] == country.top_level.id) & ~tables["totals"]["is_restated"]]
    # A unit without a total line of its own has nothing to be compared with.
    entries = top.merge(portal[[*keys, "unit_id"]].drop_duplicates(), on=[*keys, "unit_id"])
    stated, summed = portal.groupby(keys)["amount_minor"].sum(), entries.groupby(keys)["amount_minor"].sum()
    both = _side_by_side(stated=stated, sum=summed)
    groups = entries["function"].str[: country.function_digits].nunique()
    limit = tables["units"]["unit_id"].nunique() * groups * country.minor_units
    for key, row in both[(both["stated"] - both["sum"]).abs() > limit].iterrows():
        yield f"published total of {key}: {row['stated']}, entries: {row['sum']}"


def _nothing_on_a_real_map_is_made_up(tables: Tables, country: Country) -> Iterator[str]:
    made_up = tables["bodies"].loc[tables["bodies"]["is_synthetic"], "body_id"]
    if len(made_up) and not country.is_synthetic:
        yield f"{len(made_up)} bodies of {country.id} are synthetic: {', '.join(made_up[:3])}"


def _side_by_side(**sums: pd.Series) -> pd.DataFrame:
    """Return sums in one table, 0 where one has no row; whole numbers all the way, a float would round them."""
    first, second = sums.values()
    keys = first.index.union(second.index)
    return pd.DataFrame({name: values.reindex(keys, fill_value=0) for name, values in sums.items()}).astype("int64")
