"""Commands that keep a home whole: gc, pin, unpin, doctor, verify, backup, restore."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from geo.cli.say import Speaker
from geo.core.errors import BadOrder
from geo.versions import Home

EXIT_SYSTEM = 4
_MEGA = 1e6


@click.command()
@click.option("--keep", type=click.IntRange(2, 65535), default=None, help="Versions (BUDGETMAP_KEEP_VERSIONS).")
@click.option("--hours", type=click.IntRange(1, 65535), default=None, help="Hours (BUDGETMAP_KEEP_HOURS).")
@click.option("--dry-run", is_flag=True, help="Say what would go and what would stay; remove nothing.")
@click.pass_obj
def gc(speaker: Speaker, keep: int | None, hours: int | None, dry_run: bool) -> None:
    """Remove versions that nobody needs, and what killed builders left behind.

    Stay: the one in force, pinned ones, the last so many that led to it, and what was in force lately. Frozen embeds
    have bytes of their own and are answered for good.
    """
    from geo.ledger import Ledger
    from geo.versions.cleaning import Rule, clean

    settings = speaker.settings.with_given(keep_versions=keep, keep_hours=hours)
    home, now = Home(settings.home), datetime.now(UTC)
    found, left = clean(home, Rule(settings.keep_versions, settings.keep_hours), now, is_dry=dry_run)
    for folder in [] if dry_run else sorted(home.folder.glob("ledger/*/ledger.json")):
        left += Ledger(folder.parent).remove_leftovers()
    for row in found:
        mark = " " if row.is_kept else "-"
        why = speaker.text(f"keeping.why.{row.reason}")
        speaker.plain(f"{mark} {row.id}  {row.bytes / _MEGA:>8.1f} MB  {row.country:<10}  {why}")
    for name in left:
        speaker.line("keeping.leftover", name=name)
    gone = [row for row in found if not row.is_kept]
    told = {
        "count": len(gone),
        "kept": len(found) - len(gone),
        "megabytes": f"{sum(r.bytes for r in gone) / _MEGA:.1f}",
    }
    speaker.line("keeping.would_remove" if dry_run else "keeping.removed", **told)
    rows = [
        {"version": r.id, "country": r.country, "why": r.reason, "bytes": r.bytes, "is_kept": r.is_kept} for r in found
    ]
    speaker.result({"is_dry_run": dry_run, "versions": rows, "leftovers": left})


@click.command()
@click.argument("version_id")
@click.option("--note", default="", help="Why it is kept.")
@click.pass_obj
def pin(speaker: Speaker, version_id: str, note: str) -> None:
    """Keep VERSION_ID whatever gc would do."""
    from geo.versions.pins import pin as keep

    keep(Home(speaker.settings.home), version_id, note)
    speaker.line("keeping.pinned", version=version_id)
    speaker.result({"version": version_id, "note": note})


@click.command()
@click.argument("version_id")
@click.pass_obj
def unpin(speaker: Speaker, version_id: str) -> None:
    """Let VERSION_ID go when its time comes."""
    from geo.versions.pins import pins
    from geo.versions.pins import unpin as let_go

    home = Home(speaker.settings.home)
    if not let_go(home, version_id):
        raise BadOrder(word="VERSION_ID", value=version_id[:80], allowed=", ".join(pins(home)) or "–")
    speaker.line("keeping.unpinned", version=version_id)
    speaker.result({"version": version_id})


@click.command()
@click.option("--fix", "is_fixed", is_flag=True, help="Remove what killed writers left behind; nothing else.")
@click.pass_context
def doctor(context: click.Context, is_fixed: bool) -> None:
    """Look for whatever is wrong with the home and say what happened, what is safe and what to do.

    Changes nothing without --fix. Exit code 4 where something needs doing, else 0.
    """
    from geo.keeping import examined, mended

    speaker: Speaker = context.obj
    home = Home(speaker.settings.home)
    removed = mended(home) if is_fixed and home.folder.is_dir() else []
    found = examined(home)
    for name in removed:
        speaker.line("keeping.leftover", name=name)
    for row in found:
        mark = "!" if row.is_trouble else "·"
        speaker.plain(f"{mark} {row.place}: {speaker.text(f'keeping.found.{row.what}')}")
    troubles = sum(row.is_trouble for row in found)
    speaker.line("keeping.sick" if troubles else "keeping.well", count=troubles)
    speaker.result({"is_well": not troubles, "removed": removed, "findings": found})
    context.exit(EXIT_SYSTEM if troubles else 0)


@click.command()
@click.argument("which", metavar="VERSION_ID | all")
@click.pass_context
def verify(context: click.Context, which: str) -> None:
    """Compare every file of VERSION_ID, or of the whole home, with its digest, and try every law.

    Exit code 4 where a file is damaged or a law is broken.
    """
    from geo.keeping import all_verified, verified

    speaker: Speaker = context.obj
    home = Home(speaker.settings.home)
    rows = all_verified(home) if which == "all" else verified(home, [which])
    for row in rows:
        speaker.line("keeping.whole" if not row.wrong else "keeping.broken", id=row.id, files=row.files, laws=row.laws)
        for name in row.wrong:
            speaker.plain(f"    {name}")
    speaker.result(rows)
    context.exit(EXIT_SYSTEM if any(row.wrong for row in rows) else 0)


@click.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(speaker: Speaker, out: Path) -> None:
    """Write a copy of the home to OUT, one tar file: versions, publications, pins, ledgers, tokens, frozen embeds.

    Data folders and settings are yours to keep. Publishing may go on meanwhile. A home that is damaged or empty is not
    copied, so that an earlier copy is never replaced by one that cannot be brought back.
    """
    from geo.keeping import backup as copy

    done = copy(Home(speaker.settings.home), out)
    speaker.line(
        "keeping.copied", files=done.files, megabytes=f"{done.bytes / _MEGA:.1f}", file=out, digest=done.sha256
    )
    speaker.result(done)


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.pass_obj
def restore(speaker: Speaker, source: Path) -> None:
    """Bring the copy IN back into an empty home; every file is compared before the first is answered from."""
    from geo.keeping import restore as bring

    home = Home(speaker.settings.home)
    done = bring(source, home)
    megabytes = f"{done.bytes / _MEGA:.1f}"
    speaker.line("keeping.restored", files=done.files, megabytes=megabytes, folder=home.folder, digest=done.sha256)
    speaker.result(done)
