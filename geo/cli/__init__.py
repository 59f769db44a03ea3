"""The budgetmap command: parse, call one function, print. Exit codes: docs/errors.md."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from geo import __version__
from geo.cli.borders import borders
from geo.cli.desk import gazetteer, profile, status, template
from geo.cli.intake import deliveries, import_files, month, withdraw
from geo.cli.keeping import backup, doctor, gc, pin, restore, unpin, verify
from geo.cli.live import ingest, token, watch
from geo.cli.operating import config, cost
from geo.cli.say import Speaker
from geo.cli.versions import diff, versions
from geo.core.errors import BadOrder, BadSetting
from geo.core.model import LANGUAGES
from geo.core.settings import Settings
from geo.versions import Home
from geo.versions.access import check_readable

EXIT_INTERRUPTED = 130
_WITHOUT_HOME = {"config", "doctor"}  # these tell what is wrong, whatever is


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value on standard output.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of messages (BUDGETMAP_LANGUAGE).")
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    help="Folder of versions (BUDGETMAP_HOME).",
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder of data (BUDGETMAP_DATA).")
@click.version_option(__version__, prog_name="budgetmap")
@click.pass_context
def command(context: click.Context, as_json: bool, lang: str, home: Path, data: Path) -> None:
    """Build, check, publish and serve maps of public budgets.

    Exit codes: 0 done, 1 a fault of the program, 2 bad input or wrong use, 3 conflict, 4 the system.
    """
    settings = Settings.from_env().with_given(language=lang, home=home, data=data)
    if settings.language not in LANGUAGES:
        raise BadSetting(name="BUDGETMAP_LANGUAGE", value=settings.language[:80], allowed=", ".join(LANGUAGES))
    if context.invoked_subcommand not in _WITHOUT_HOME:
        check_readable(settings.home)
    context.obj = Speaker(settings, as_json)


@command.command()
@click.option("--country", default=None, help="Country to build; default: the one of BUDGETMAP_COUNTRY.")
@click.option("--publish", "is_published", is_flag=True, help="Make the version the one in force.")
@click.option("--author", default="", help="Who publishes; kept with the publication.")
@click.option("--note", default="", help="Why; kept with the publication.")
@click.pass_obj
def build(speaker: Speaker, country: str | None, is_published: bool, author: str, note: str) -> None:
    """Read borders and figures, check everything, stage a version.

    Nothing is published without --publish; a version that was taken back by a rollback is not published again.
    """
    from geo.atlas import STEPS
    from geo.atlas import build as build_version

    country = country or speaker.settings.country
    with speaker.progress(STEPS) as step:
        version = build_version(speaker.settings, country, step)
    facts: dict[str, Any] = {"version": version.id, "country": country, "rows": version.manifest["rows"]}
    speaker.line("cli.built", version=version.id, rows=version.manifest["rows"]["read"])
    home = Home(speaker.settings.home)
    if is_published and version.id in home.taken_back(country):
        speaker.line("cli.taken_back", version=version.id)
    elif is_published:
        row = home.publish(version.id, author=author, note=note)
        facts["sequence"] = row.sequence
        speaker.line("cli.published", version=version.id, sequence=row.sequence)
    speaker.result(facts)


@command.command()
@click.argument("version_id", required=False)
@click.option("--country", default=None, help="Country whose data are checked when no version is named.")
@click.pass_obj
def check(speaker: Speaker, version_id: str | None, country: str | None) -> None:
    """Check the data of a country without storing anything, or a finished VERSION_ID against digests and laws."""
    from geo.atlas import CHECKED, check_data, check_version

    if version_id:
        laws = check_version(Home(speaker.settings.home).version(version_id))
    else:
        with speaker.progress(CHECKED) as step:
            laws = check_data(speaker.settings, country or speaker.settings.country, step)
    speaker.line("cli.checked", laws=laws)
    speaker.result({"is_good": True, "laws": laws})


@command.command()
@click.argument("version_id")
@click.option("--author", default="", help="Who publishes; kept with the publication.")
@click.option("--note", default="", help="Why; kept with the publication.")
@click.option("--expected", default=None, help="Id that must be in force now, else nothing is done.")
@click.pass_obj
def publish(speaker: Speaker, version_id: str, author: str, note: str, expected: str | None) -> None:
    """Make a finished version the one in force."""
    row = Home(speaker.settings.home).publish(version_id, author=author, note=note, expected=expected)
    speaker.line("cli.published", version=row.id, sequence=row.sequence)
    speaker.result(row)


@command.command()
@click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY.")
@click.option("--author", default="", help="Who rolls back; kept with the publication.")
@click.option("--note", default="", help="Why; kept with the publication.")
@click.pass_obj
def rollback(speaker: Speaker, country: str | None, author: str, note: str) -> None:
    """Return to the version that was in force before."""
    row = Home(speaker.settings.home).rollback(country or speaker.settings.country, author=author, note=note)
    speaker.line("cli.published", version=row.id, sequence=row.sequence)
    speaker.result(row)


@command.command()
@click.option("--host", default=None, help="Address to listen on (BUDGETMAP_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port (BUDGETMAP_PORT).")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Processes (BUDGETMAP_WORKERS).")
@click.pass_obj
def serve(speaker: Speaker, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the published versions and print the address."""
    from geo.web.serve import serve as serve_site

    settings = speaker.settings.with_given(host=host, port=port, workers=workers)

    def announce(address: str) -> None:
        speaker.line("cli.serving", address=address)
        speaker.result({"address": address})

    serve_site(settings, announce)


@command.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", default=None, help="Public address of the site, for embed code (BUDGETMAP_BASE_URL).")
@click.option("--plan", type=click.Path(path_type=Path), default=None, help="TOML file that says what is written.")
@click.option("--views", multiple=True, help="Pattern of views: 'kz/region/executed/*'. Before the plan's own.")
@click.pass_obj
def freeze(speaker: Speaker, out: Path, base_url: str | None, plan: Path | None, views: tuple[str, ...]) -> None:
    """Write the site as plain files into OUT, for any web host."""
    from geo.cli.frozen import say
    from geo.web.frozen import Plan, freeze, read_plan

    settings = speaker.settings.with_given(base_url=base_url)
    planned = read_plan(plan) if plan else Plan()
    with speaker.counter() as count:
        report = freeze(settings, out, count, replace(planned, views=views) if views else planned)
    say(report, out, speaker, has_address=bool(settings.base_url))


for _more in (
    month,
    import_files,
    deliveries,
    withdraw,
    status,
    template,
    profile,
    borders,
    gazetteer,
    ingest,
    watch,
    token,
    versions,
    diff,
    config,
    cost,
    gc,
    pin,
    unpin,
    doctor,
    verify,
    backup,
    restore,
):
    command.add_command(_more)


def _misused(error: click.ClickException) -> int:
    """Say a wrong word of the command line, to a program as JSON, and return the exit code."""
    if "--json" in sys.argv:
        told = BadOrder(word="budgetmap", value=error.format_message()[:200], allowed="--help")
        return Speaker.from_arguments(sys.argv[1:]).failure(told)
    error.show()
    return error.exit_code


def main() -> None:
    """Run the command; every outcome has an exit code, and no traceback reaches a person."""
    output = sys.stdout
    try:
        outcome = command(standalone_mode=False)
    except click.exceptions.Exit as done:
        outcome = done.exit_code
    except click.ClickException as error:
        outcome = _misused(error)
    except (KeyboardInterrupt, click.exceptions.Abort):
        outcome = EXIT_INTERRUPTED
    except SystemExit as left:
        # click leaves so, with another stdout, when whoever read our output has gone: no fault of ours.
        outcome = 0 if sys.stdout is not output else left.code
    except Exception as error:  # noqa: BLE001 - the edge: what is not foreseen is said in one line
        outcome = Speaker.from_arguments(sys.argv[1:]).failure(error)
    sys.exit(outcome if isinstance(outcome, int) else 0)
