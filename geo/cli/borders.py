"""Commands that bring borders in: from a file that somebody sent, or from a documented open source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli.intake import now
from geo.cli.say import Speaker
from geo.core.model import LANGUAGES

if TYPE_CHECKING:
    from geo.boundaries.add import Prepared

_PLACE = (
    click.option("--edition", required=True, metavar="DAY", help="First day of the borders, like 2024-01-01."),
    click.option("--level", default="", help="Level of the units; default: the top one."),
    click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY."),
)


def _of_a_place(command: Any) -> Any:
    for option in reversed(_PLACE):
        command = option(command)
    return command


@click.group()
def borders() -> None:
    """Bring in borders: a level of an edition, or a new edition."""


@borders.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@_of_a_place
@click.option("--source", default="", help="Source whose columns are known, such as geokz.")
@click.option("--unit-id", default="", help="Property that holds the code of a unit.")
@click.option("--name-kk", default="", help="Property that holds the name in Kazakh.")
@click.option("--name-ru", default="", help="Property that holds the name in Russian.")
@click.option("--name-en", default="", help="Property that holds the name in English.")
@click.option("--kind", "kind_from", default="", help="Property that tells cities from other units.")
@click.option("--layer", default="", help="Layer of a GeoPackage, or Shapefile in a zip.")
@click.option("--partial", "is_partial", is_flag=True, help="Land of the level above may lie in no unit.")
@click.option("--author", default="", help="Who brings the borders in.")
@click.option("--note", default="", help="Why.")
@click.pass_obj
def add(speaker: Speaker, /, file: Path, edition: str, level: str, country: str | None, **given: Any) -> None:
    """Take FILE (GeoJSON, GeoPackage, zipped Shapefile) into the ledger; the next build draws it.

    What was invalid is repaired and said: overlaps and gaps in km², how much of each unit changed. Beyond the limits
    of docs/country.md the file is refused.
    """
    from geo.intake.borders import STEPS, BordersOrder, add_borders
    from geo.ledger import Signed

    names = {language: given[f"name_{language}"] for language in LANGUAGES if given[f"name_{language}"]}
    said = {name: given[name] for name in ("source", "unit_id", "kind_from", "layer", "is_partial")}
    signed = Signed(now(), given["author"], given["note"])
    country = country or speaker.settings.country
    with speaker.progress(STEPS) as step:
        order = BordersOrder(file, edition, level or _top(speaker, country), signed, names=names, **said)
        added = add_borders(speaker.settings, country, order, step)
    _say(speaker, added.prepared)
    speaker.line("cli.borders_added" if added.is_new else "cli.nothing_new", units=len(added.prepared.units))
    speaker.result({"new": added.is_new, "delivery": added.record.id, "report": added.prepared.to_json()})


@borders.command("get")
@click.argument("source")
@_of_a_place
@click.option("--sha256", default="", help="Digest of the file, where the source's own is not known.")
@click.pass_obj
def get(speaker: Speaker, /, source: str, sha256: str, **given: Any) -> None:
    """Download the borders of a documented open SOURCE, compare the digest, and keep the file for `borders add`."""
    from geo.intake.borders import get_borders, member_of

    country = given["country"] or speaker.settings.country
    place = (given["edition"], given["level"] or _top(speaker, country))
    path = get_borders(speaker.settings, country, source, place, sha256)
    layer = member_of(speaker.settings, country, source, place)
    speaker.line("cli.borders_got", file=path, layer=layer, source=source, edition=place[0], level=place[1])
    speaker.result({"file": str(path), "layer": layer})


def _top(speaker: Speaker, country: str) -> str:
    from geo.core.country_file import read_country

    return read_country(speaker.settings.data / "boundaries" / country).top_level.id


def _say(speaker: Speaker, made: Prepared) -> None:
    """Say what was done to the borders, the worst first."""
    report, nesting = made.report, made.nesting
    worst = 100 * report.changes.get(report.worst, 0.0)
    speaker.line("borders.units", units=report.units, area=speaker.text.number(round(report.area_km2)))
    speaker.line("borders.invalid", count=len(report.invalid))
    speaker.line("borders.overlaps", count=len(report.overlaps), km2=_km2(speaker, report.overlap_km2))
    speaker.line("borders.gaps", count=len(report.gaps), km2=_km2(speaker, report.gap_km2))
    if report.worst:
        speaker.line("borders.worst", unit=report.worst, percent=speaker.text.percent(abs(worst), decimals=3))
    if nesting.units:
        speaker.line("borders.outside", count=len(nesting.units), km2=_km2(speaker, nesting.outside_km2))
    for warning in made.warnings:
        speaker.warning(warning)


def _km2(speaker: Speaker, value: float) -> str:
    return speaker.text.number(round(value, 3), decimals=3)
