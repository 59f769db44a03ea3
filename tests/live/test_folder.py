"""A folder that is watched: what is complete is taken as over HTTP, what is not is left alone."""

import json

from geo.live.folder import Watched
from tests.live.conftest import executed, record

GOOD = json.dumps({"records": [record()]})


def test_files_are_taken_when_they_stay_as_they_are(feed, zz, tmp_path):
    """Good ones go to done/, bad ones to refused/, each with its report; the same again is known by its name."""
    folder = tmp_path / "drop"
    folder.mkdir()
    watched = Watched(folder, feed, "folder", settle_s=2.0)
    (folder / "b1.json").write_text(GOOD)
    (folder / "b2.csv").write_text("id;revision\n")
    (folder / "b3.json.part").write_text("{")
    (folder / ".b4.json").write_text("{")
    first = watched.look(0.0)
    (folder / "b2.csv").write_text("id;revision\nx;1\n")
    second = dict(watched.look(2.0))
    third = dict(watched.look(4.0))
    (folder / "b1.json").write_text(GOOD)
    watched.settle_s = 0.0
    again = dict(watched.look(5.0))

    assert ([], ["b1.json"], ["b2.csv"]) == (first, list(second), list(third))
    assert ("applied", "refused", "already applied") == (
        second["b1.json"]["outcome"],
        third["b2.csv"]["outcome"],
        again["b1.json"]["outcome"],
    )
    assert 700 == executed(zz)
    assert ["b1.json", "b1.json.report.json"] == sorted(path.name for path in (folder / "done").iterdir())
    assert ["b2.csv", "b2.csv.report.json"] == sorted(path.name for path in (folder / "refused").iterdir())
    assert {"b3.json.part", ".b4.json", "done", "refused"} == {path.name for path in folder.iterdir()}
