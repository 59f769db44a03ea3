"""A folder that is watched: what is complete is taken as over HTTP, what is not is left alone."""

import json
import os
from pathlib import Path

import pytest

from geo.core.errors import CannotRead
from geo.live.folder import Watched, watch
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
    first = [*watched.look(0.0)]
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


def test_a_refused_file_never_takes_the_place_of_another(feed, tmp_path):
    """Of two with one name both are kept, each with its report; the very same again is one."""
    folder = tmp_path / "drop"
    folder.mkdir()
    watched = Watched(folder, feed, "folder", settle_s=0.0)
    for at, content in enumerate(("one", "other", "one")):
        (folder / "b.json").write_text(content)
        assert ["refused"] == [report["outcome"] for _, report in watched.look(float(at))]
    left = {path.name: path.read_text() for path in (folder / "refused").glob("*[!t].json")}

    assert {"b.json": "one", "b.2.json": "other"} == left
    assert 2 == len([*(folder / "refused").glob("*.report.json")])


def lying(tmp_path):
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def test_what_is_no_batch_is_told_once_and_holds_nothing_up(feed, zz, tmp_path):
    """Names that are too long, of no letters, links, pipes, folders: those behind them are taken all the same."""
    folder = lying(tmp_path)
    os.symlink("/etc/passwd", folder / "a.json")
    os.mkfifo(folder / "b.json")
    (folder / "c.json").mkdir()
    (folder / "d.txt").write_text(GOOD)
    (folder / f"e{'n' * 245}.json").write_text(GOOD)
    Path(os.fsdecode(os.fsencode(folder) + b"/f\xff.json")).write_text(GOOD)
    (folder / "z.JSON").write_text(GOOD)
    watched = Watched(folder, feed, "folder", settle_s=0.0)
    first, second = [report["outcome"] for _, report in watched.look(0.0)], [*watched.look(1.0)]

    assert ["ignored"] * 4 + ["refused"] * 2 + ["applied"] == first
    assert [] == second
    assert 700 == executed(zz)
    assert 4 == len([*(folder / "refused").iterdir()])


def test_a_csv_without_the_end_of_its_last_line_is_refused(feed, zz, tmp_path):
    """It may have been cut in the middle of an amount, and nothing else would tell."""
    folder = lying(tmp_path)
    before = executed(zz)
    (folder / "b1.csv").write_text("id,revision,body,period,function,executed\nr1,1,10-budget,2024-06,01,12")
    [(_, report)] = Watched(folder, feed, "folder", settle_s=0.0).look(0.0)

    assert ["E-LIVE-11"] == [fault["code"] for fault in report["faults"]]
    assert before == executed(zz)


def test_a_file_that_cannot_be_moved_is_tried_again_and_told_once(feed, zz, tmp_path):
    """Its batch is taken once; a trouble is no line a look."""
    folder = lying(tmp_path)
    (folder / "b1.json").write_text(GOOD)
    (folder / "done").write_text("in the way")
    watched = Watched(folder, feed, "folder", settle_s=0.0)
    first, second = [*watched.look(0.0)], [*watched.look(1.0)]
    (folder / "done").unlink()
    [(_, third)] = watched.look(2.0)

    assert (["E-SYS-02"], []) == ([report["code"] for _, report in first], second)
    assert ("already applied", 700) == (third["outcome"], executed(zz))


def test_a_folder_that_goes_away_is_waited_for(feed, zz, tmp_path):
    """It is told once; when the folder is back, its files are taken. Who does not wait is told by an error."""
    folder = lying(tmp_path)
    (folder / "b1.json").write_text(GOOD)
    folder.rename(tmp_path / "away")
    told, looks = [], iter([True, True, True, False])

    def wait():
        if (again := next(looks)) and len(told) == 1 and not folder.exists():
            (tmp_path / "away").rename(folder)
        return again

    watched = Watched(folder, feed, "folder", settle_s=0.0)
    watch(watched, wait, lambda: 0.0, lambda name, report: told.append(report.get("code", report.get("outcome"))))
    folder.rename(tmp_path / "away")

    assert ["E-SYS-11", "applied"] == told
    assert 700 == executed(zz)
    with pytest.raises(CannotRead):
        watch(watched, lambda: False, lambda: 0.0, lambda name, report: None)
