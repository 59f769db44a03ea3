"""Laws about what is written for those who program: every example in docs/api.md and the notebook runs as it stands."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from geo.web import create_app
from tests.browser.conftest import serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = "https://example.org/"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


@pytest.fixture(scope="module")
def site(kz_home):
    """The address of the service over Kazakhstan, a slash behind."""
    with serving(create_app(kz_home)) as address:
        yield f"{address}/"


def _blocks(language):
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    return [content for kind, content in _BLOCK.findall(text) if kind == language]


def _cells():
    notebook = json.loads((DOCS / "figures.ipynb").read_text(encoding="utf-8"))
    return notebook["cells"], ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_python_examples_run_in_their_order(site, tmp_path, monkeypatch):
    """Against a site; what they assert holds."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in _blocks("python"):
        exec(block.replace(EXAMPLE, site), names)

    assert 20 == len(names["frame"])
    assert (tmp_path / "map.html").stat().st_size > 100_000


@pytest.mark.needs("curl")
def test_shell_examples_answer_what_is_said(site):
    """Each ends well; the refusal is the one that is shown."""
    said = []
    for block in _blocks("sh"):
        script = block.replace(EXAMPLE, site)
        said.append(
            subprocess.run(["sh", "-ec", script], capture_output=True, text=True, check=True, timeout=60).stdout
        )
    shown = json.loads(_blocks("json")[0])
    problem = next(json.loads(text) for text in said if text.startswith('{"type"'))

    assert any(text == "True\n" for text in said)
    assert any(text.startswith("303 ") and text.endswith("/per=none/\n") for text in said)
    assert shown.keys() == problem.keys()
    assert [shown[key] for key in ("type", "title", "status", "code")] == [
        problem[key] for key in ("type", "title", "status", "code")
    ]


def test_the_notebook_runs_from_its_first_cell_to_its_last(site, monkeypatch):
    """Without a kernel: its cells are Python and nothing else."""
    monkeypatch.setenv("BUDGETMAP_SITE", site)
    names = {}
    for cell in _cells()[1]:
        exec(cell, names)

    assert {"on_map"} <= set(names["terms"])
    assert 20 == len(names["beside"])


def test_the_notebook_holds_no_results():
    """Figures in it would be those of some day; a reader makes their own."""
    cells, _ = _cells()

    assert [] == [output for cell in cells for output in cell.get("outputs", [])]
    assert {None} == {cell["execution_count"] for cell in cells if cell["cell_type"] == "code"}
