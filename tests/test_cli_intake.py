"""Laws of the commands that bring files in: they ask once, say how it ended, and give a program one value."""

import json
import os
import pty
import sys
from pathlib import Path

import pytest

from geo.versions import Home
from tests.conftest import made_zz
from tests.conftest import published as built
from tests.country_zz import GAP
from tests.intake_zz import month_file, rows_of, with_profiles
from tests.test_cli import COMMAND, environment, run

PERIOD = GAP[1]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Environment of a home with zz published, its profiles, and a good file."""
    folder = tmp_path_factory.mktemp("own")
    made = with_profiles(made_zz(folder))
    built(made.settings, "zz")
    month_file(folder, rows_of())
    names = {"BUDGETMAP_HOME": folder / "home", "BUDGETMAP_DATA": folder / "data", "TMPDIR": folder}
    return {"BUDGETMAP_COUNTRY": "zz", **{name: str(path) for name, path in names.items()}}


def answered(answer, own, *words):
    """Return the exit code and what stood on the terminal, after an answer was typed."""
    pid, terminal = pty.fork()
    if not pid:
        os.execve(sys.executable, [*COMMAND, *words], environment(**own))
    said = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end has gone
            break
        if not part:
            break
        said += part
        if b"[yes/no]" in part:
            os.write(terminal, answer)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said.decode()


def scratch(own):
    return [name for name in os.listdir(own["TMPDIR"]) if name.startswith("budgetmap-")]


def test_a_month_is_declined_confirmed_repeated_and_taken_back(own):
    """No: nothing is there. Nobody to ask: nothing is there. Yes: it is published. Again: nothing is new."""
    words = ("month", PERIOD, os.path.join(own["TMPDIR"], "month.csv"))
    home = Home(Path(own["BUDGETMAP_HOME"]))
    former = home.current_id("zz")
    declined, _ = answered(b"no\n", own, *words)
    unasked = run(*words, **own)
    ledger_was_there = os.path.exists(os.path.join(own["BUDGETMAP_HOME"], "ledger"))
    confirmed, said = answered(b"yes\n", own, *words)
    new = home.current_id("zz")
    again = json.loads(run("--json", *words, "--yes", **own).stdout)
    (row,) = json.loads(run("--json", "deliveries", **own).stdout)
    withdrawn = run("withdraw", row["record"]["id"], **own)
    back = json.loads(run("--json", "build", "--publish", **own).stdout)

    assert [2, 2, 0, 0] == [declined, unasked.returncode, confirmed, withdrawn.returncode]
    assert "E-IN-03" in unasked.stderr
    assert not ledger_was_there
    assert new in said
    assert (0, new, "published") == (again["new"], again["version"], again["report"]["outcome"])
    assert former == back["version"]
    assert [] == scratch(own)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("month", "2024-13", "month.csv"), "E-IN-02"),
        (("month", "2024-06", "month.csv", "--unit", "other.csv=50"), "E-IN-02"),
        (("month", "2024-06", "month.csv", "--unit", "="), "E-IN-02"),
        (("import", "month.csv", "--profile", "nope"), "E-IN-01"),
        (("import", "absent.csv"), "E-CSV-08"),
        (("import", "."), "E-UP-01"),
        (("withdraw", "nope"), "E-LED-02"),
        (("profile", "show", "../x"), "E-IN-02"),
        (("status", "--year", "x"), "E-IN-02"),
        (("template", "form.xlsx", "--period", "x"), "E-IN-02"),
        (("borders", "add", "absent.geojson", "--edition", "x"), "E-IN-02"),
    ],
)
def test_what_cannot_be_is_one_value_with_a_code(own, words, code):
    """Exit 2, one JSON value, the code in it, nothing left in the scratch."""
    done = run("--json", *words, cwd=own["TMPDIR"], **own)
    error = json.loads(done.stdout)["error"]

    assert 2 == done.returncode
    assert code in {error["code"], *(fault["code"] for fault in error["faults"])}
    assert [] == scratch(own)


@pytest.mark.parametrize("name", ["input.csv", "report.txt", "nowhere/report.html"])
def test_a_report_overwrites_nothing_and_has_a_place_before_anything_is_stored(own, tmp_path, name):
    """The sender's file stays as it is, and nothing is taken in that cannot be reported."""
    given = tmp_path / "input.csv"
    given.write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("import", given, "--report", tmp_path / name, **own)

    assert (2, "a,b\n1,2\n") == (done.returncode, given.read_text(encoding="utf-8"))
    assert "E-IN-02" in done.stderr


@pytest.mark.parametrize(("content", "code"), [(b"", "E-CSV-01"), (b"PK\x03\x04" + b"\0" * 200, "E-XLS-01")])
def test_a_damaged_file_says_so_although_no_profile_was_named(own, tmp_path, content, code):
    """What is wrong with the file comes before what it might be."""
    file = tmp_path / "form.xlsx"
    file.write_bytes(content)

    assert code in run("import", file, **own).stderr


def test_a_profile_that_has_no_end_is_refused(own):
    """A device is no file, and nobody waits for its last byte."""
    done = run("profile", "check", "/dev/zero", **own)

    assert (2, True) == (done.returncode, "E-UP-01" in done.stderr)
