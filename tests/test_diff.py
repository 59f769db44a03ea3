"""Laws of the command about versions: the sums are those of the page, and what cannot be compared is said."""

import csv
import io
import json
from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.settings import Settings
from geo.layers.grouped import BY, grouped, origins
from geo.layers.moved import Figure
from geo.versions import Publication
from geo.versions.parents import parents
from geo.web import create_app
from tests.restaged import LEVEL, new_home, npy, restaged, with_totals
from tests.test_cli import run

EXECUTED, ADJUSTED, LAST = 4, 2, 2
FIGURES = st.lists(
    st.builds(
        Figure,
        period=st.sampled_from(["2024-06", "2024-12"]),
        phase=st.sampled_from(["approved", "executed"]),
        unit_id=st.sampled_from(["", "10", "20"]),
        function=st.sampled_from(["01", "04"]),
        before=st.none() | st.integers(-(10**15), 10**15),
        after=st.none() | st.integers(-(10**15), 10**15),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory, zz_version):
    """A home with two publications that differ in many figures, and one staged version of the same figures."""
    made, first = new_home(tmp_path_factory.mktemp("diff"), zz_version)
    chance = np.random.default_rng(7)
    totals = first.level(*LEVEL.split("/")).totals
    other = np.where(chance.random(totals.shape) < 0.2, chance.integers(-9_999, 9_999), 0)
    restaged(made, first, 2, {f"{LEVEL}/totals.npy": npy(totals + other)}, author="Ә", note="corrected")
    restaged(made, first, 3, publish=False)
    return made


def of(home):
    return {"BUDGETMAP_HOME": str(home.folder), "BUDGETMAP_COUNTRY": "zz"}


def ids(home):
    return [f"{number:016x}" for number in (1, 2, 3)]


@given(FIGURES)
def test_groups_change_as_much_as_their_figures(figures):
    """By unit or by function, in each period and phase; none is counted twice."""
    for by in BY:
        groups = grouped(figures, by)

        assert sum(figure.change for figure in figures) == sum(group.change for group in groups)
        assert len(figures) == sum(group.count for group in groups)
        assert len({(group.period, group.phase, group.key) for group in groups}) == len(groups)


def test_the_command_tells_the_sums_of_the_page(home):
    """In JSON, in CSV, and by unit: to the minor unit, what the site's own files say."""
    first, second, _ = ids(home)
    client = create_app(Settings(home=home.folder, country="zz")).test_client()
    page = client.get("/en/zz/changes/changes.json").json
    told = json.loads(run("--json", "diff", first, second, **of(home)).stdout)
    rows = list(csv.DictReader(io.StringIO(run("diff", first, second, "--csv", **of(home)).stdout)))
    by_unit = defaultdict(Decimal)
    for group in told["by_unit"]:
        by_unit[group["period"], group["phase"]] += Decimal(group["change"])

    assert (page["totals"], page["figures"]) == (told["totals"], told["figures"])
    assert [figure["change"] for figure in page["figures"]] == [row["change"] for row in rows]
    assert {(row["period"], row["phase"]): Decimal(row["change"]) for row in page["totals"]} == dict(by_unit)


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("by", BY)
def test_a_person_reads_names_and_sums(home, lang, by):
    """Exit code 0, the ids, every total; the way back changes as much with the other sign."""
    first, second, _ = ids(home)
    there, back = (
        run("--lang", lang, "diff", *pair, "--by", by, **of(home)) for pair in ((first, second), (second, first))
    )

    assert (0, 0) == (there.returncode, back.returncode)
    assert first in there.stdout.splitlines()[0]
    assert "+" in there.stdout
    assert len(there.stdout.splitlines()) == len(back.stdout.splitlines())


def test_the_same_figures_have_no_difference(home):
    """Of a version that was never in force too: so it can be looked at before it is."""
    first, _, staged = ids(home)
    told = json.loads(run("--json", "diff", first, staged, **of(home)).stdout)

    assert ([], [], {"new": [], "gone": []}) == (told["figures"], told["totals"], told["deliveries"])


def test_each_version_tells_its_parent_author_note_and_changes(home):
    """In the order of publications; what was never in force stands behind."""
    first, second, staged = ids(home)
    rows = json.loads(run("--json", "versions", **of(home)).stdout)
    brief = json.loads(run("--json", "versions", "--brief", **of(home)).stdout)
    page = create_app(Settings(home=home.folder, country="zz")).test_client().get("/en/zz/changes/changes.json").json

    assert [first, second, staged] == [row["version"] for row in rows]
    assert [None, first, None] == [row["parent"] for row in rows]
    assert ("Ә", "corrected", 2) == tuple(rows[1]["publication"][name] for name in ("author", "note", "sequence"))
    assert (len(page["figures"]), page["totals"]) == (rows[1]["changed"]["figures"], rows[1]["changed"]["totals"])
    assert {None} == {row["changed"] for row in brief}


def test_what_is_no_version_is_exit_code_2(home):
    """With the versions that there are."""
    first, second, _ = ids(home)
    done = run("diff", first, "ffffffffffffffff", **of(home))

    assert (2, True) == (done.returncode, "E-VER-02" in done.stderr and second in done.stderr)
    assert 2 == run("diff", "../versions", second, **of(home)).returncode


def test_versions_of_two_countries_are_not_compared(kz_version, zz_version, tmp_path):
    """Exit code 2, with the versions of the first country."""
    home, _ = new_home(tmp_path, zz_version)
    other = restaged(home, kz_version, 2)
    done = run("diff", f"{1:016x}", other.id, **of(home))

    assert 2 == done.returncode
    assert f"{1:016x}" in done.stderr.split("Allowed")[1]


def test_a_damaged_version_is_exit_code_4_and_does_not_hide_the_others(tmp_path, zz_version):
    """`diff` names the file; `versions` lists all the same."""
    home, first = new_home(tmp_path, zz_version)
    second = restaged(home, first, 2, with_totals(first, {(0, LAST, 0, EXECUTED): 5}))
    (second.folder / "facts.json").write_bytes(b"{}")
    done, listed = run("diff", first.id, second.id, **of(home)), run("versions", **of(home))

    assert (4, True) == (done.returncode, "facts.json" in done.stderr)
    assert (0, True) == (listed.returncode, second.id in listed.stdout and "facts.json" in listed.stdout)


def test_deliveries_say_why(tmp_path, zz_version):
    """Those that only one of two versions was made of."""
    home, first = new_home(tmp_path, zz_version)
    row = {"id": "d1", "kind": "figures", "source": "portal", "key": "", "revision": 1, "file": "may.xlsx", "rank": 1}
    manifest = {**first.manifest, "inputs": {**first.manifest["inputs"], "deliveries": [row]}}
    kept = {name: (first.folder / name).read_bytes() for name in first.manifest["files"]}
    plain = {name: value for name, value in manifest.items() if name not in {"files", "id", "format", "seal"}}
    second = home.stage(f"{2:016x}", kept, plain)

    assert ["may.xlsx"] == [one["file"] for one in origins(first, second).new]
    assert ["may.xlsx"] == [one["file"] for one in origins(second, first).gone]
    assert "may.xlsx" in run("diff", first.id, second.id, **of(home)).stdout


def test_a_version_published_again_keeps_its_parent():
    """Each country has a line of its own; a rollback is told against what it took back."""
    rows = [
        Publication(number, country, version, "2026-01-01T00:00:00Z", action, "", "")
        for number, (country, version, action) in enumerate(
            [
                ("aa", "1", "publish"),
                ("bb", "9", "publish"),
                ("aa", "2", "publish"),
                ("aa", "2", "publish"),
                ("aa", "1", "rollback"),
            ],
            start=1,
        )
    ]
    found = {number: row.id if row else None for number, row in parents(rows).items()}

    assert {1: None, 2: None, 3: "1", 4: "1", 5: "2"} == found


def test_a_person_reads_which_version_came_after_which(home):
    """Sequence, parent, author and note stand in the list; of the first there is no parent."""
    first, second, _ = ids(home)
    lines = run("versions", "--brief", **of(home)).stdout.splitlines()

    assert f"       After {first}." == lines[2]
    assert [f"  {first}     1", f"* {second}     2"] == [line[:24] for line in lines[:2]]
    assert lines[1].endswith("zz  Ә  corrected")
