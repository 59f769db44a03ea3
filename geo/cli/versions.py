"""Commands about versions: which there are and what each changed, and the difference of any two."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from geo.cli.say import Speaker
from geo.core.errors import BadOrder, DamagedVersion, NewerFormat, NotAVersion
from geo.versions import Home, Publication, Version
from geo.versions.parents import parents


@click.command()
@click.option("--brief", is_flag=True, help="Without what each changed: no version is read.")
@click.pass_obj
def versions(speaker: Speaker, brief: bool) -> None:
    """List finished versions: when each came into force, after which, by whom, why, and what it changed."""
    home = Home(speaker.settings.home)
    in_force = {home.current_id(country) for country in home.countries()}
    publications = home.publications()
    before = parents(publications)
    last = {row.id: row for row in publications}
    rows, known = [], home.version_ids()
    for version_id in sorted(known, key=lambda one: (last[one].sequence if one in last else sys.maxsize, one)):
        row = last.get(version_id)
        parent = before[row.sequence] if row else None
        mark = "*" if version_id in in_force else " "
        said = f"{row.sequence:>4}  {row.at}  {row.country}  {row.author}  {row.note}" if row else ""
        speaker.plain(f"{mark} {version_id}  {said}".rstrip())
        if row and parent:
            how = "back" if row.action == "rollback" else "after"
            speaker.plain(f"       {speaker.text(f'versions.{how}', before=parent.id)}")
        told = {"version": version_id, "is_in_force": version_id in in_force, "publication": row}
        told["parent"] = parent.id if parent else None
        told["changed"] = None if brief or not row else _changed(home, row, parent, speaker)
        rows.append(told)
    if not rows:
        speaker.line("cli.no_versions")
    speaker.result(rows)


def _changed(home: Home, row: Publication, parent: Publication | None, speaker: Speaker) -> dict[str, Any] | None:
    """Say below a version what it changed, and return it; None where it has nothing to be compared with."""
    from geo.faces.changed_files import figures_json
    from geo.faces.told import origin_lines, summary
    from geo.layers.grouped import origins
    from geo.layers.moved import moved

    if parent is None:
        return None
    try:
        old, new = home.version(parent.id), home.version(row.id)
    except NotAVersion:
        speaker.plain(f"       {speaker.text('versions.not_kept', before=parent.id)}")
        return None
    except (DamagedVersion, NewerFormat) as error:
        speaker.plain(f"       {speaker.text(f'{error.code}.what', **error.values)}")
        return None
    found, why = moved(old, new), origins(old, new)
    for line in (summary(found, new, speaker.text), *origin_lines(why, speaker.text)):
        speaker.plain(f"       {line}")
    return {**figures_json(found, new), "deliveries": asdict(why)}


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("--by", type=click.Choice(["unit", "function"]), default="unit", help="What figures are added up by.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every changed figure as CSV.")
@click.pass_obj
def diff(speaker: Speaker, before: str, after: str, by: str, as_csv: bool) -> None:
    """Show what is different in version AFTER against version BEFORE: figures, reports, borders, names, deliveries.

    The sums are those of the page of changes, to the minor unit. Exit code 0, whether or not anything differs.
    """
    from geo.faces.changed import Names
    from geo.faces.changed_files import changes_csv, changes_json, groups_json
    from geo.faces.told import diff_lines
    from geo.layers.changes import changes
    from geo.layers.grouped import grouped, origins

    home, text = Home(speaker.settings.home), speaker.text
    old, new = home.version(before), home.version(after)
    if old.country.id != new.country.id:
        raise BadOrder(word="AFTER", value=after, allowed=", ".join(_versions_of(old, home)))
    found, names, why = changes(old, new), Names.of(old, new), origins(old, new)
    if as_csv and not speaker.as_json:
        sys.stdout.buffer.write(changes_csv(found, names, new, text))
        sys.stdout.buffer.flush()
        return
    for line in diff_lines(found, why, names, by, text):
        speaker.plain(line)
    groups = groups_json(grouped(found.figures, by), by, new)
    told = json.loads(changes_json(found, new, before, text))
    speaker.result({**told, f"by_{by}": groups, "deliveries": asdict(why)})


def _versions_of(version: Version, home: Home) -> list[str]:
    """Return the versions of the same country, without reading them whole."""
    return sorted({row.id for row in home.publications() if row.country == version.country.id} & {*home.version_ids()})
