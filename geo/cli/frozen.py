"""What a terminal says of a site that was written as plain files: how much of what, and what is not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo.cli.say import Speaker

_MEGA = 1e6


def say(report: dict[str, Any], out: Path, speaker: Speaker, *, has_address: bool) -> None:
    """Say the report of a freeze: counts by kind, what was left out, what a plain host lacks."""
    text = speaker.text
    speaker.line("cli.frozen", files=report["files"], megabytes=_megabytes(report["bytes"]), folder=out)
    for kind, counted in report["written"].items():
        speaker.line(
            "frozen.kind",
            name=text(f"frozen.kinds.{kind}"),
            files=counted["files"],
            megabytes=_megabytes(counted["bytes"]),
        )
    if report["carried"]["files"]:
        carried = report["carried"]
        speaker.line("frozen.carried", files=carried["files"], megabytes=_megabytes(carried["bytes"]))
    if any(report["left_out"].values()):
        speaker.line("frozen.left_out_title")
    for kind, count in report["left_out"].items():
        if count:
            speaker.plain(f"  – {text(f'frozen.missing.{kind}', count=count)}")
    if not has_address:
        speaker.line("cli.frozen_unaddressed")
    speaker.line("frozen.lacks_title")
    for word in report["lacks"]:
        speaker.plain(f"  – {text(f'frozen.lacks.{word}')}")
    speaker.result(report)


def _megabytes(count: int) -> float:
    return round(count / _MEGA, 1)
