"""Laws about the house: what is installed, what is locked, and the commands a newcomer types."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import geo

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
ADDRESS = re.compile(r"://|file:|index-url|find-links|trusted-host|(?:^|\s)/\w|@ ", re.MULTILINE)
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def pins(name):
    """Return library → version of a lock file."""
    return {canonicalize_name(library): version for library, version in PIN.findall((ROOT / name).read_text("utf-8"))}


def asked(lock):
    """Return the requirements that pyproject.toml puts into a lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    rows = project["build-system"]["requires"] + project["project"]["dependencies"] + extras["build"] + groups["house"]
    if lock != "requirements.lock":
        rows += [row for row in groups["dev"] if isinstance(row, str)]
    if lock == "requirements-bench.lock":
        rows += groups["bench"]
    return [Requirement(row) for row in rows]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel once, aside, with what is installed; the tree gains nothing."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (built,) = target.iterdir()
    with zipfile.ZipFile(built) as archive:
        yield archive


def test_the_wheel_installs_geo_and_nothing_else(wheel):
    """No top-level tests, scripts, tiles or app lands in anybody's site-packages."""
    tops = {name.split("/")[0] for name in wheel.namelist()}

    assert {"geo", f"budgetmap-{geo.__version__}.dist-info"} == tops


def test_the_wheel_holds_every_file_of_geo(wheel):
    """Templates, styles and messages travel with the code that reads them, with the libraries that set-up lays."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "geo"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    kept = {name for name in listed if name and (ROOT / name).is_file()}
    laid = {str(path.relative_to(ROOT)) for path in (ROOT / "geo/web/vendor").rglob("*") if path.is_file()}

    assert laid
    assert kept | laid == {name for name in wheel.namelist() if name.startswith("geo/")}


def test_the_wheel_brings_the_budgetmap_command(wheel):
    """`budgetmap` is there after `pip install`."""
    entry_points = wheel.read(f"budgetmap-{geo.__version__}.dist-info/entry_points.txt").decode()

    assert "[console_scripts]\nbudgetmap = geo.cli:main\n" == entry_points


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_hashes_and_no_addresses(lock):
    """The lock says what, to the byte, and leaves to each machine where from."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    without_hash = [entry.split("\\")[0] for entry in re.split(r"\n(?=\S)", text) if not HASH.search(entry)]

    assert [] == ADDRESS.findall(text)
    assert [] == without_hash


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_answers_what_the_project_asks(lock):
    """After a change of pyproject.toml somebody has to run `make lock`."""
    locked = pins(lock)
    answers = [(row, locked.get(canonicalize_name(row.name), "0")) for row in asked(lock)]

    assert [] == [f"{row}, locked {version}" for row, version in answers if not row.specifier.contains(version)]


def test_the_locks_agree():
    """All commands share one environment, so each lock is a part of the next larger one."""
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
    assert pins("requirements-dev.lock").items() <= pins("requirements-bench.lock").items()


def test_npm_packages_are_pinned_with_hashes_and_no_addresses():
    """Exact versions in package.json; in its lock a hash for each and nowhere to fetch it from."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = {name.removeprefix("node_modules/"): entry for name, entry in locked.items() if name}

    assert wanted.items() <= {name: entry["version"] for name, entry in packages.items()}.items()
    assert [] == [name for name, entry in packages.items() if "resolved" in entry or "integrity" not in entry]


def test_the_readme_names_the_two_commands():
    """A newcomer needs `make map` to see the map and `make test` to check it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert [] == [command for command in ("make map", "make test") if command not in readme]


@pytest.mark.parametrize(
    "target", ["map", "test", "setup", "lint", "bench", "bench-quick", "data", "pictures", "wheel", "lock", "clean"]
)
def test_make_alone_lists_what_make_can_do(target):
    """`make` without a word changes nothing and names each target."""
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)

    assert target in [line.split()[0] for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(("no_skips", "code"), [("", 0), ("1", 1)])
def test_a_skipped_test_is_named_and_fails_where_nothing_may_be_skipped(tmp_path, no_skips, code, workers):
    """On a laptop without the browser the last line tells, whoever ran the test; in CI the run is red."""
    (tmp_path / "test_it.py").write_text(
        "import pytest\n@pytest.mark.needs('no-such-program')\ndef test_a(): assert 0\ndef test_b(): assert 1\n"
    )
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.skip('not here', allow_module_level=True)\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-n", str(workers), "--rootdir", str(tmp_path)]
    environment = {**os.environ, "BUDGETMAP_NO_SKIPS": no_skips, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    run = subprocess.run(
        [*command, str(tmp_path)], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    told = "not run here: test_it.py::test_a (needs no-such-program); test_whole.py (not here)"

    assert code == min(run.returncode, 1), run.stdout
    assert (told == run.stdout.splitlines()[-1]) is (code == 0)
