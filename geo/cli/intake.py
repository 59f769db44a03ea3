"""Commands that bring files in: month, import; and what they brought: deliveries, withdraw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geo.cli.say import Speaker
from geo.core.errors import BadData, BadOrder, NotConfirmed
from geo.core.rows import PERIOD

if TYPE_CHECKING:
    from geo.atlas.deliveries import Taken
    from geo.faces.report import Report
    from geo.intake import Order, Prepared

Command = Callable[..., Any]
_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_OPTIONS = (
    click.option("--profile", default="", help="Name of a profile, or a TOML file; default: the one that fits."),
    click.option("--unit", "units", multiple=True, metavar="CODE | FILE=CODE", help="Whose figures a file holds."),
    click.option("--encoding", default="", help="utf-8, utf-16, cp1251 or kz1048, if not as the profile says."),
    click.option("--delimiter", default="", help="Character between cells, if not as the profile says."),
    click.option("--sheet", default="", help="Sheet of a workbook, if not as the profile says."),
    click.option("--revision", default=0, type=click.IntRange(0, 999_999), help="Of a correction; default: the next."),
    click.option("--accept", "accepted", multiple=True, metavar="CODE", help="A doubt that you have looked into."),
    click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the report, an HTML page."),
    click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY."),
    click.option("--author", default="", help="Who brings the files in."),
    click.option("--note", default="", help="Why."),
)


def _with_options(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("import")
@_FILES
@_with_options
@click.option("--dry-run", is_flag=True, help="Read, judge and compare; store nothing.")
@click.pass_obj
def import_files(speaker: Speaker, /, dry_run: bool, report: Path | None, **given: Any) -> None:
    """Read FILES by a profile and take them into the ledger; nothing is published.

    With one fault nothing is stored. The same file twice changes nothing.
    """
    from geo.atlas.deliveries import sums_alone
    from geo.intake import imported

    order, country = _order(given), given["country"] or speaker.settings.country
    _check_report(report, order.files)
    with _prepared(speaker, country, order, sums_alone) as made:
        _refuse_faults(speaker, made, report)
        _written(speaker, made, "dry_run", report)  # where it cannot be written, nothing is stored either
        new = 0 if dry_run else imported(made)
        told = _said(speaker, _written(speaker, made, "dry_run" if dry_run else "imported", report))
        if not dry_run:
            speaker.line("cli.imported" if new else "cli.nothing_new", count=new)
        speaker.result({"new": new, "would_be_new": made.new, "report": told})


@click.command()
@click.argument("period")
@_FILES
@_with_options
@click.option("--yes", "is_confirmed", is_flag=True, help="Publish without asking.")
@click.pass_obj
def month(speaker: Speaker, /, period: str, report: Path | None, is_confirmed: bool, **given: Any) -> None:
    """Bring one month in, from the files to the published version: PERIOD is like 2025-04.

    Says every fault, or what would change; asks once; then stores, builds, checks and publishes.
    """
    from geo.atlas.deliveries import every_entry
    from geo.intake import published

    if not PERIOD.fullmatch(period):
        raise BadOrder(word="PERIOD", value=period[:80], allowed="2025-04")
    order, country = _order({**given, "period": period}), given["country"] or speaker.settings.country
    _check_report(report, order.files)
    with _prepared(speaker, country, order, every_entry) as made:
        _refuse_faults(speaker, made, report)
        # The last line tells how it ended; here it goes on.
        told = _said(speaker, _written(speaker, made, "dry_run", report), unsaid=1)
        if not made.new:
            speaker.line("cli.nothing_new")
        if not is_confirmed and not speaker.confirms("cli.confirm"):
            raise NotConfirmed()
        row = published(made)
        told |= {"outcome": "published", "version": row.id}
        _written(speaker, made, "published", report, row.id)
        speaker.line("cli.published", version=row.id, sequence=row.sequence)
        speaker.result({"new": made.new, "version": row.id, "sequence": row.sequence, "report": told})


@click.command()
@click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY.")
@click.option("--verify", is_flag=True, help="Compare every file of the ledger with its digest.")
@click.pass_obj
def deliveries(speaker: Speaker, country: str | None, verify: bool) -> None:
    """List what was brought into the ledger, oldest first; - marks what was withdrawn."""
    from geo.atlas.gathered import ledger_folder
    from geo.ledger import Ledger

    ledger = Ledger(ledger_folder(speaker.settings, country or speaker.settings.country))
    if verify:
        speaker.line("cli.verified", count=ledger.verify())
    in_force = {record.id for record in ledger.records_in_force()}
    rows = []
    for record in ledger.records():
        mark = "-" if record.withdrawn_by else "*" if record.id in in_force else " "
        name = record.original["name"]
        speaker.plain(
            f"{mark} {record.id}  {record.at}  {record.kind}  {record.source}  {name}  {record.author}".rstrip()
        )
        rows.append({"record": record, "is_in_force": record.id in in_force})
    if not rows:
        speaker.line("cli.no_deliveries")
    speaker.result(rows)


@click.command()
@click.argument("delivery_id")
@click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY.")
@click.option("--author", default="", help="Who withdraws it.")
@click.option("--note", default="", help="Why.")
@click.pass_obj
def withdraw(speaker: Speaker, delivery_id: str, country: str | None, author: str, note: str) -> None:
    """Withdraw a delivery: it stays in the ledger and counts no more from the next build on."""
    from geo.atlas.gathered import ledger_folder
    from geo.ledger import Ledger, Signed

    ledger = Ledger(ledger_folder(speaker.settings, country or speaker.settings.country))
    record = ledger.withdraw(delivery_id, Signed(now(), author, note))
    speaker.line("cli.withdrawn", id=record.id, file=record.original["name"])
    speaker.result(record)


def now() -> str:
    """Return the second in UTC, as the ledger writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _prepared(speaker: Speaker, country: str, order: Order, taken: Taken) -> Iterator[Prepared]:
    """Yield what an order would do, when the progress has gone from the terminal: what follows may ask."""
    from geo.intake import STEPS, prepared

    with ExitStack() as stack:
        with speaker.progress(STEPS) as step:
            made = stack.enter_context(prepared(speaker.settings, country, order, step, taken))
        yield made


def _order(given: dict[str, Any]) -> Order:
    from geo.intake import Order
    from geo.intake.order import ACCEPTABLE

    units = _units(given["units"], given["files"])
    said = {name: given[name] for name in ("profile", "encoding", "delimiter", "sheet", "revision", "author", "note")}
    said["delimiter"] = {"tab": "\t", "\\t": "\t"}.get(said["delimiter"], said["delimiter"])
    accepted = frozenset(given["accepted"])
    if strange := sorted(accepted - ACCEPTABLE):
        raise BadOrder(word="--accept", value=strange[0][:80], allowed=", ".join(sorted(ACCEPTABLE)))
    return Order(files=given["files"], at=now(), period=given.get("period", ""), units=units, accepted=accepted, **said)


def _units(words: Sequence[str], files: Sequence[Path]) -> dict[str, str]:
    """Return name of a file, or "" for the only one → unit; raises BadOrder for words that would change nothing."""
    known = {name for file in files for name in (file.name, str(file))}
    units: dict[str, str] = {}
    for word in words:
        name, equals, code = word.rpartition("=")
        if not code or (equals and name not in known):
            raise BadOrder(word="--unit", value=word[:80], allowed=", ".join(f"{file.name}=CODE" for file in files))
        if (not name and len(files) > 1) or units.get(name, code) != code:
            raise BadOrder(word="--unit", value=word[:80], allowed="FILE=CODE")
        units[name] = code
    return units


def _check_report(report: Path | None, files: Sequence[Path]) -> None:
    """Raise BadOrder for a report that would overwrite something else than a report, or has no folder to lie in."""
    if report is None:
        return
    is_input = report.exists() and any(file.exists() and file.samefile(report) for file in files)
    if is_input or report.suffix.casefold() not in {".html", ".htm"} or not report.absolute().parent.is_dir():
        raise BadOrder(word="--report", value=str(report)[:80], allowed="*.html")


def _refuse_faults(speaker: Speaker, made: Prepared, report: Path | None) -> None:
    """Raise BadData with what is wrong, after the warnings were said and the report was written."""
    if not made.faults:
        return
    _written(speaker, made, "refused", report)
    for warning in made.warnings:
        speaker.warning(warning)
    raise BadData(made.faults)


def _said(speaker: Speaker, report: Report, unsaid: int = 0) -> dict[str, Any]:
    """Say a report, without so many of its last lines, to a person and return it for programs."""
    from geo.faces.report import report_json
    from geo.faces.report_lines import report_lines

    lines = report_lines(report, speaker.text)
    for line in lines[: len(lines) - unsaid]:
        speaker.plain(line)
    return report_json(report, speaker.text)


def _written(speaker: Speaker, made: Prepared, outcome: str, path: Path | None, version: str = "") -> Report:
    from geo.core.files import disk, replace_durably
    from geo.faces.report_page import report_page
    from geo.intake.telling import drawing_of, report_of

    report = report_of(made, outcome, version)
    if path is not None:
        with disk(path.parent):
            replace_durably(path, report_page(report, speaker.text, drawing_of(made, report)).encode())
    return report
