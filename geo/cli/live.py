"""Commands of live ingest: serve POST /ingest, watch a folder, and the tokens of those who may send."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from geo.cli.intake import now
from geo.cli.say import Speaker

_COUNTRY = click.option("--country", default=None, help="Country; default: the one of BUDGETMAP_COUNTRY.")


@click.command()
@_COUNTRY
@click.option("--host", default=None, help="Address to listen on (BUDGETMAP_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), default=8100, show_default=True, help="Port of its own.")
@click.pass_obj
def ingest(speaker: Speaker, country: str | None, host: str | None, port: int) -> None:
    """Serve POST /ingest of one country, beside the readers' server: each batch is published as it comes."""
    from geo.live.serve import serve

    def announce(address: str) -> None:
        speaker.line("live.serving", address=address)
        speaker.result({"address": address})

    serve(speaker.settings.with_given(country=country, host=host), port, announce)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@_COUNTRY
@click.option("--source", default="folder", show_default=True, help="Whose records the files hold.")
@click.option("--settle", "settle_s", default=3.0, show_default=True, help="Seconds for which a file must not change.")
@click.option("--once", "is_once", is_flag=True, help="Take what lies there and leave; nobody is writing any more.")
@click.pass_obj
def watch(speaker: Speaker, /, folder: Path, source: str, is_once: bool, **given: Any) -> None:
    """Take the batches that are dropped into FOLDER; move each to done/ or refused/ with a report beside it."""
    from geo.core.country import ID
    from geo.core.errors import BadOrder, readable
    from geo.live import Feed
    from geo.live.folder import Watched
    from geo.live.folder import watch as watch_folder

    if not ID.fullmatch(source):
        raise BadOrder(word="--source", value=source[:80], allowed="a-z 0-9 -")
    feed = Feed(speaker.settings, given["country"] or speaker.settings.country)
    feed.settle()
    told: dict[str, Any] = {}

    def tell(name: str, report: dict[str, Any]) -> None:
        shown = readable(name, 200)  # a name is anybody's text, on a terminal too
        if is_once:  # else there is no end, and no end to what would be remembered
            told[shown] = report
        language = speaker.settings.language
        what = report["detail"][language] if "detail" in report else report.get("version", "")
        speaker.plain(f"{shown}  {speaker.text(f'live.{_word(report)}')}  {what}".rstrip())
        if report.get("outcome") != "refused" and "remedy" in report:
            speaker.plain(f"    {report['remedy'][language]}")

    def wait() -> bool:
        if not is_once:
            time.sleep(0.2)
        return not is_once

    watch_folder(Watched(folder, feed, source, 0.0 if is_once else given["settle_s"]), wait, time.monotonic, tell)
    speaker.result(told)


@click.group()
def token() -> None:
    """Make, list and revoke the tokens of those who may send batches."""


@token.command("new")
@click.argument("name")
@_COUNTRY
@click.pass_obj
def new(speaker: Speaker, name: str, country: str | None) -> None:
    """Make a token for NAME, the source that its records are of; it is shown this once."""
    from geo.live.tokens import Tokens

    made, secret = Tokens(speaker.settings.home).new(name, country or speaker.settings.country, now())
    speaker.line("live.token_made", id=made.id, name=made.name, country=made.country)
    speaker.plain(secret)
    speaker.result({"id": made.id, "name": made.name, "country": made.country, "token": secret})


@token.command("list")
@click.pass_obj
def every(speaker: Speaker) -> None:
    """List the tokens, oldest first; - marks those that were revoked."""
    from geo.live.tokens import Tokens

    rows = Tokens(speaker.settings.home).every()
    for row in rows:
        speaker.plain(f"{'-' if row.revoked else '*'} {row.id}  {row.created}  {row.country}  {row.name}")
    if not rows:
        speaker.line("live.no_tokens")
    hidden = {"salt", "sha256"}
    speaker.result([{name: value for name, value in asdict(row).items() if name not in hidden} for row in rows])


@token.command("revoke")
@click.argument("token_id")
@click.pass_obj
def revoke(speaker: Speaker, token_id: str) -> None:
    """Revoke a token: nothing is taken with it any more."""
    from geo.live.tokens import Tokens

    row = Tokens(speaker.settings.home).revoke(token_id, now())
    speaker.line("live.token_revoked", id=row.id, name=row.name)
    speaker.result({"id": row.id, "name": row.name, "revoked": row.revoked})


def _word(report: dict[str, Any]) -> str:
    return {"applied": "applied", "already applied": "again", "refused": "refused", "ignored": "ignored"}.get(
        report.get("outcome", ""), "waits"
    )
