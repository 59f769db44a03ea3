"""Commands around the ledger: status, template, and the profiles by which files are read."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from geo.cli.say import Speaker
from geo.core.errors import BadData, BadOrder
from geo.core.model import LANGUAGES
from geo.core.rows import PERIOD, YEAR

_COUNTRY = click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY.")


@click.command()
@_COUNTRY
@click.option("--year", default="", help="Only this year.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix, an HTML page.")
@click.pass_obj
def status(speaker: Speaker, country: str | None, year: str, report: Path | None) -> None:
    """Show which unit has reported for which month: in time, late, or not yet."""
    from geo.core.files import disk, replace_durably
    from geo.faces.status import status_json, status_lines, status_page
    from geo.intake.standing import drawing_in_force, standing

    if year and not YEAR.fullmatch(year):
        raise BadOrder(word="--year", value=year[:80], allowed="2024")
    country = country or speaker.settings.country
    found = standing(speaker.settings, country, datetime.now(UTC).date(), year)
    if report is not None and found.periods:
        last = max((p for p in found.periods if found.count(p)["reported"] + found.count(p)["late"]), default="")
        last = last or found.periods[-1]
        with disk(report.parent):
            drawing = drawing_in_force(speaker.settings, country, last)
            replace_durably(report, status_page(found, last, drawing, speaker.text).encode())
    for line in status_lines(found, speaker.text):
        speaker.plain(line)
    speaker.result(status_json(found))


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@_COUNTRY
@click.option("--lang", type=click.Choice(LANGUAGES), default=None, help="Language of the form.")
@click.option("--period", required=True, help="Month that it is for, like 2025-04.")
@click.option("--profile", default="", help="Profile of the form; default: the country's only one.")
@click.option("--unit", default="", help="Only this unit; default: all.")
@click.option("--filled", is_flag=True, help="With the figures that are in force for the month.")
@click.pass_obj
def template(speaker: Speaker, /, out: Path, country: str | None, lang: str | None, filled: bool, **given: str) -> None:
    """Write the form that a unit fills in to OUT, a workbook that `import` reads back."""
    from geo.atlas.deliveries import every_entry
    from geo.core.files import disk, replace_durably
    from geo.intake.context import context_of
    from geo.intake.forms import Asked, form

    if not PERIOD.fullmatch(given["period"]):
        raise BadOrder(word="--period", value=given["period"][:80], allowed="2025-04")
    context = context_of(speaker.settings, country or speaker.settings.country, taken=every_entry)
    asked = Asked(given["period"], given["profile"], given["unit"], filled)
    made = form(context, lang or speaker.settings.language, asked)
    with disk(out.parent):
        replace_durably(out, made)
    speaker.line("cli.template", file=out)
    speaker.result({"file": str(out), "bytes": len(made)})


@click.group()
def profile() -> None:
    """List, show and check the profiles by which files are read."""


@profile.command("list")
@_COUNTRY
@click.pass_obj
def list_profiles(speaker: Speaker, country: str | None) -> None:
    """List the profiles of a country with what they read."""
    from geo.intake.context import profiles_folder
    from geo.profiles import find_profiles

    found = find_profiles(profiles_folder(speaker.settings, country or speaker.settings.country))
    for name, row in found.items():
        speaker.plain(f"{name:<28} {row.kind:<12} {row.title.get(speaker.settings.language, '')}")
    speaker.result([{"name": n, "kind": p.kind, "source": p.source, "title": dict(p.title)} for n, p in found.items()])


@profile.command("show")
@click.argument("name")
@_COUNTRY
@click.pass_obj
def show_profile(speaker: Speaker, name: str, country: str | None) -> None:
    """Print the TOML of a profile, to begin one's own with."""
    from geo.intake.context import profiles_folder
    from geo.profiles import find_profiles

    folder = profiles_folder(speaker.settings, country or speaker.settings.country)
    known = find_profiles(folder)
    if name not in known:
        raise BadOrder(word="NAME", value=name[:80], allowed=", ".join(known))
    text = (folder / f"{name}.toml").read_text(encoding="utf-8")
    speaker.plain(text.rstrip())
    speaker.result({"name": name, "toml": text})


@profile.command("check")
@click.argument("file", metavar="FILE | NAME", type=click.Path(path_type=Path))
@_COUNTRY
@click.pass_obj
def check(speaker: Speaker, file: Path, country: str | None) -> None:
    """Check a profile's TOML FILE, or a profile of the country by its NAME, against the language and the codes."""
    from geo.intake.context import context_of, profiles_folder
    from geo.profiles import check_profile

    context = context_of(speaker.settings, country or speaker.settings.country)
    if str(file) in context.profiles:
        file = profiles_folder(speaker.settings, context.country_id) / f"{file}.toml"
    if faults := check_profile(file, context.known):
        raise BadData(faults)
    speaker.line("cli.profile_good", file=file)
    speaker.result({"is_good": True})


@click.group()
def gazetteer() -> None:
    """Bring in the places of a country, and look places up."""


@gazetteer.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_COUNTRY
@click.option("--profile", "name", default="", help="Profile of the classifier; default: the one that fits.")
@click.option("--dry-run", is_flag=True, help="Read and judge; store nothing.")
@click.pass_context
def import_places(context: click.Context, file: Path, country: str | None, name: str, dry_run: bool) -> None:
    """Take the classifier of places FILE into the ledger: every settlement with what it lies in."""
    from geo.cli.intake import import_files

    context.invoke(import_files, files=(file,), country=country, profile=name, dry_run=dry_run)


@gazetteer.command("find")
@click.argument("text")
@_COUNTRY
@click.option("--most", default=10, type=click.IntRange(1, 100), help="Places to show.")
@click.pass_obj
def find_places(speaker: Speaker, text: str, country: str | None, most: int) -> None:
    """Find places by name or code, tolerant of spelling, each with what it lies in."""
    from geo.intake.context import context_of
    from geo.intake.registers import gazetteer as places_of

    places = places_of(context_of(speaker.settings, country or speaker.settings.country))
    lang, rows = speaker.settings.language, []
    for match in places.find(text, lang, most):
        above = [places.names[code].get(lang) or places.names[code]["ru"] for code in places.ancestors(match.code)]
        name = places.names[match.code].get(lang) or places.names[match.code]["ru"]
        rows.append({"code": match.code, "name": name, "within": above})
        speaker.plain(f"{match.code}  {name}  ({', '.join(above)})" if above else f"{match.code}  {name}")
    if not rows:
        speaker.line("cli.no_place", text=text)
    speaker.result(rows)
