"""Laws about the budgetmap command: its exit codes, its words, and what it leaves alone when it fails."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from geo.core.settings import PREFIX
from geo.versions import Home
from tests import warm
from tests.web.zz import publish_zz, settings_zz

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from geo.cli import main; main()"]


def environment(**given):
    """Return an environment without settings but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **given}


def run(*words, cwd=None, **given):
    """Run the command and return what it said; no outcome at all is a traceback."""
    done = warm.command([str(word) for word in words], environment(**given), cwd)
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Settings of a home with two versions of the small country, not to be written to."""
    root = tmp_path_factory.mktemp("cli")
    publish_zz(root)
    return publish_zz(root, factor=2)


@pytest.fixture
def own(made, tmp_path):
    """Options and environment of a home and a data folder of one's own."""
    shutil.copytree(made.home, tmp_path / "home")
    shutil.copytree(made.data, tmp_path / "data")
    return {
        "BUDGETMAP_HOME": str(tmp_path / "home"),
        "BUDGETMAP_DATA": str(tmp_path / "data"),
        "BUDGETMAP_COUNTRY": "zz",
    }


def home_of(own):
    """Return the home of an environment."""
    return Home(Path(own["BUDGETMAP_HOME"]))


def test_a_build_says_each_step_on_a_line_of_its_own(tmp_path):
    """Off a terminal: no bar, no control characters; nothing is published."""
    settings = settings_zz(tmp_path)
    done = run("--home", settings.home, "--data", settings.data, "build", "--country", "zz")
    steps = [line for line in done.stdout.splitlines() if re.match(r"\d+/10 \w", line)]

    assert (0, "") == (done.returncode, done.stderr)
    assert 10 == len(steps)
    assert done.stdout.isprintable() or set(done.stdout) & set("\x1b\r\b") == set()
    assert ([], 1) == (Home(settings.home).countries(), len(Home(settings.home).version_ids()))


def test_a_build_may_publish(tmp_path):
    """As a program hears it: one JSON value with the version and its publication."""
    settings = settings_zz(tmp_path)
    options = ("--json", "--home", settings.home, "--data", settings.data)
    done = run(*options, "build", "--country", "zz", "--publish", "--author", "Әйгерім", "--note", "first")
    said = json.loads(done.stdout)

    assert (0, "") == (done.returncode, done.stderr)
    assert ("zz", 1) == (said["country"], said["sequence"])
    assert said["version"] == Home(settings.home).current_id("zz")
    assert [("Әйгерім", "first")] == [(row.author, row.note) for row in Home(settings.home).publications()]


def test_bad_data_are_named_by_file_row_reason_and_remedy(own):
    """All of them at once, with exit code 2; what is published stays."""
    budget = Path(own["BUDGETMAP_DATA"]) / "budget/zz/expenditure.csv"
    lines = budget.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace(lines[1].split(",")[3], "12.345", 1)
    lines[2] = "99" + lines[2][2:]
    budget.write_text("\n".join(lines) + "\n", encoding="utf-8")
    before, versions = home_of(own).current_id("zz"), home_of(own).version_ids()
    done = run("build", "--publish", **own)

    assert 2 == done.returncode
    assert re.search(r"^E-CSV-17 expenditure\.csv, row 2, column approved_kzt: .*12\.345.*\. .+\.$", done.stderr, re.M)
    assert re.search(r"^E-JOIN-01 expenditure\.csv, row 3, column unit: .*99.*\. .+", done.stderr, re.M)
    assert done.stderr.splitlines()[-1].startswith("E-DATA-01: ")
    assert (before, versions) == (home_of(own).current_id("zz"), home_of(own).version_ids())


def test_the_same_fault_in_many_rows_is_told_once_to_a_person(own):
    """With the number of the others; a program hears of every row."""
    budget = Path(own["BUDGETMAP_DATA"]) / "budget/zz/expenditure.csv"
    header, *lines = budget.read_text(encoding="utf-8").splitlines()
    wrong = ["99" + line[2:] if line.startswith("10,") else line for line in lines]
    budget.write_text("\n".join([header, *wrong]) + "\n", encoding="utf-8")
    count = sum(line.startswith("99,") for line in wrong)
    told = [line for line in run("check", **own).stderr.splitlines() if line.startswith("E-JOIN-01 expenditure.csv")]
    heard = json.loads(run("--json", "check", **own).stdout)["error"]["faults"]

    assert 1 == len(told)
    assert told[0].endswith(f" … the same in {count - 1} more rows")
    assert count == sum((fault["code"], fault["file"]) == ("E-JOIN-01", "expenditure.csv") for fault in heard)


@pytest.mark.parametrize(("lang", "word"), [("kk", "жол"), ("ru", "строка"), ("en", "row")])
def test_faults_are_told_in_the_language_asked_for(own, lang, word):
    """By option and by variable."""
    path = Path(own["BUDGETMAP_DATA"]) / "budget/zz/functions.csv"
    path.write_text(path.read_text(encoding="utf-8") + "01,a,b,c,d,e,f\n", encoding="utf-8")
    by_option, by_variable = run("--lang", lang, "check", **own), run("check", **own, BUDGETMAP_LANGUAGE=lang)

    assert (2, 2) == (by_option.returncode, by_variable.returncode)
    assert "E-CSV-20 functions.csv" in by_option.stderr
    assert word in by_option.stderr
    assert by_option.stderr == by_variable.stderr


def test_faults_are_one_json_value_for_a_program(own):
    """On standard output, with the place of each."""
    (Path(own["BUDGETMAP_DATA"]) / "budget/zz/control.csv").unlink()
    done = run("--json", "build", **own)
    said = json.loads(done.stdout)

    assert (2, "") == (done.returncode, done.stderr)
    assert "E-DATA-01" == said["error"]["code"]
    assert ("control.csv", "E-CSV-08") == tuple(said["error"]["faults"][0][name] for name in ("file", "code"))
    assert said["error"]["faults"][0]["message"]


def test_check_stores_nothing(own):
    """Neither good data nor a finished version."""
    version = home_of(own).current_id("zz")
    before = sorted(str(path) for path in home_of(own).folder.rglob("*"))
    checks = [run("check", **own), run("check", version, **own), run("--json", "check", version, **own)]

    assert [0, 0, 0] == [done.returncode for done in checks]
    assert {"is_good": True} == {k: v for k, v in json.loads(checks[2].stdout).items() if k == "is_good"}
    assert before == sorted(str(path) for path in home_of(own).folder.rglob("*"))


def test_versions_are_listed_and_the_one_in_force_is_marked(own):
    """With when and why each came into force."""
    done, listed = run("versions", **own), json.loads(run("--json", "versions", **own).stdout)
    marked = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("* ")]

    assert [home_of(own).current_id("zz")] == marked == [row["version"] for row in listed if row["is_in_force"]]
    assert ["× 1", "× 2"] == sorted(row["publication"]["note"] for row in listed)


def test_a_rollback_returns_and_a_publication_goes_forth(own):
    """Then there is nothing left to roll back: exit code 3."""
    first, second = (row.id for row in home_of(own).publications())
    back = run("rollback", "--note", "wrong", **own)
    in_force = home_of(own).current_id("zz")
    further = run("rollback", **own)
    forth = run("publish", second, "--expected", first, **own)

    assert (0, first) == (back.returncode, in_force)
    assert 3 == further.returncode
    assert further.stderr.startswith("E-VER-04: ")
    assert (0, second) == (forth.returncode, home_of(own).current_id("zz"))


def test_a_build_does_not_publish_again_what_was_taken_back(own):
    """A nightly build after a rollback leaves the older figures in force; `publish` is the way to insist."""
    older = json.loads(run("--json", "rollback", **own).stdout)["id"]
    again = run("--json", "build", "--publish", **own)
    told = run("build", "--publish", **own)
    held, rows = home_of(own).current_id("zz"), len(home_of(own).publications())
    newer = json.loads(again.stdout)["version"]
    insisted = run("publish", newer, **own)

    assert (0, 0, 0) == (again.returncode, told.returncode, insisted.returncode)
    assert newer != older == held
    assert 3 == rows
    assert "sequence" not in json.loads(again.stdout)
    assert newer in told.stdout.splitlines()[-1]
    assert newer == home_of(own).current_id("zz")


def test_somebody_elses_publication_is_a_conflict(own):
    """Exit code 3, and theirs stays."""
    first, second = (row.id for row in home_of(own).publications())
    done = run("publish", first, "--expected", "0000000000000000", **own)

    assert (3, second) == (done.returncode, home_of(own).current_id("zz"))
    assert done.stderr.startswith("E-VER-05: ")


@pytest.mark.parametrize(
    ("words", "given", "code", "said"),
    [
        (("publish", "0000000000000000"), {}, 2, "E-VER-02"),
        (("publish", "../../etc"), {}, 2, "E-VER-02"),
        (("check", "nothing"), {}, 2, "E-VER-02"),
        (("build", "--country", "qq"), {}, 2, "E-CTRY-01"),
        (("build", "--country", "../zz"), {}, 2, "E-CFG-01"),
        (("rollback", "--country", "qq"), {}, 2, "E-VER-01"),
        (("versions",), {"BUDGETMAP_PORT": "many"}, 2, "BUDGETMAP_PORT"),
        (("versions",), {"BUDGETMAP_LANGUAGE": "xx"}, 2, "BUDGETMAP_LANGUAGE"),
        (("--lang", "xx", "versions"), {}, 2, "--lang"),
        (("--nonsense",), {}, 2, "--nonsense"),
        (("nonsense",), {}, 2, "nonsense"),
        (("publish",), {}, 2, "VERSION_ID"),
        (("serve", "--port", "0"), {}, 2, "--port"),
        (("serve", "--workers", "many"), {}, 2, "--workers"),
    ],
)
def test_wrong_use_is_exit_code_2(own, words, given, code, said):
    """And says which word."""
    done = run(*words, **{**own, **given})

    assert code == done.returncode
    assert said in done.stderr
    assert "E-" not in done.stdout


def test_a_damaged_version_is_exit_code_4(own):
    """With the file that differs; it is not put into force."""
    first, second = (row.id for row in home_of(own).publications())
    (home_of(own).folder / "versions" / first / "facts.json").write_bytes(b"{}")
    checked, published = run("check", first, **own), run("publish", first, **own)

    assert (4, 4) == (checked.returncode, published.returncode)
    assert "facts.json" in checked.stderr
    assert second == home_of(own).current_id("zz")


def test_a_disk_that_refuses_is_exit_code_4(own, tmp_path):
    """A file stands where the home should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("build", **{**own, "BUDGETMAP_HOME": str(tmp_path / "file" / "home")})

    assert 4 == done.returncode
    assert done.stderr.startswith("E-SYS-02: ")


def test_a_fault_of_the_program_is_exit_code_1(own):
    """In one line, and a traceback only for whoever asks for it."""
    program = "import geo.versions.home as h; h.Home.version_ids = None; from geo.cli import main; main()"
    command = [sys.executable, "-c", program, "versions"]
    quiet, loud = (
        subprocess.run(command, env=environment(**own, **more), capture_output=True, text=True, check=False, timeout=60)
        for more in ({}, {"BUDGETMAP_TRACEBACK": "1"})
    )

    assert (1, 1) == (quiet.returncode, loud.returncode)
    assert re.fullmatch(r"E-SYS-01: .+\n", quiet.stderr)
    assert "Traceback" in loud.stderr


def test_config_says_where_each_value_comes_from(own, tmp_path):
    """Default, environment or option."""
    done = run("--json", "--data", tmp_path, "config", **own)
    rows = {row["variable"]: (row["value"], row["source"]) for row in json.loads(done.stdout)}

    assert 0 == done.returncode
    assert (own["BUDGETMAP_HOME"], "environment") == rows["BUDGETMAP_HOME"]
    assert (str(tmp_path), "option") == rows["BUDGETMAP_DATA"]
    assert ("8000", "default") == rows["BUDGETMAP_PORT"]
    assert set(rows) == {
        line.split()[0] for line in run("config", **own).stdout.splitlines() if line.startswith(PREFIX)
    }


def test_a_reader_who_leaves_is_no_fault(own):
    """`budgetmap config | head -1`: silence and exit code 0."""
    pipe = subprocess.Popen(
        [*COMMAND, "config"], env=environment(**own), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    pipe.stdout.close()
    error = pipe.stderr.read()
    pipe.stderr.close()

    assert (0, b"") == (pipe.wait(timeout=60), error)


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("build", "--help"), ("--version",)])
def test_help_is_not_a_fault(words):
    """And needs neither data nor a home."""
    done = run(*words)

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout


def test_freeze_refuses_a_folder_that_is_not_ours(own, tmp_path):
    """Exit code 2, and nothing is touched."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "mine.txt").write_text("mine", encoding="utf-8")
    done = run("freeze", tmp_path / "www", **own)

    assert 2 == done.returncode
    assert done.stderr.startswith("E-SYS-04: ")
    assert ["mine.txt"] == [path.name for path in (tmp_path / "www").iterdir()]


def free_port():
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(("stop", "as_json"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_serve_prints_its_address_answers_and_stops(own, stop, as_json):
    """Within seconds, with exit code 0."""
    port = free_port()
    words = [*(["--json"] if as_json else []), "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(
        [*COMMAND, *words], env=environment(**own), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stdout.readline()
        while as_json and not said.rstrip().endswith("}"):
            said += process.stdout.readline()
        answer = _answer(f"http://127.0.0.1:{port}/healthz", process)
        begun = time.monotonic()
        process.send_signal(stop)
        _, error = process.communicate(timeout=20)

    assert f"http://127.0.0.1:{port}/" in said
    assert {"status": "alive"} == answer
    assert 0 == process.returncode, error
    assert time.monotonic() - begun < 10
    assert "Traceback" not in error
    if as_json:
        assert {"address": f"http://127.0.0.1:{port}/"} == json.loads(said)


def _answer(address, process):
    """Return the JSON of an address as soon as somebody listens there."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return json.load(response)
        except OSError:
            os.sched_yield()
    raise AssertionError(f"no answer: {process.poll()}")


def test_a_taken_port_is_exit_code_4(own):
    """Before anything is served."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", taken.getsockname()[1], **own)

    assert 4 == done.returncode
    assert done.stderr.startswith("E-SYS-03: ")


def test_a_wrong_word_of_the_command_line_is_told_to_a_program_as_json(own):
    """With a code, like everything else that goes wrong; a person gets the usage."""
    heard, read = run("--json", "versions", "--strange", **own), run("versions", "--strange", **own)

    assert ("E-IN-02", 2) == (json.loads(heard.stdout)["error"]["code"], heard.returncode)
    assert ("", 2) == (read.stdout, read.returncode)
    assert "--strange" in read.stderr
