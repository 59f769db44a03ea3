"""Laws about the benchmarks, and the sizes that they limit; nothing here looks at a clock."""

import ast
from itertools import islice
from pathlib import Path

import pytest

from benchmarks import embed
from benchmarks.shared import at_least, at_most, paired, verdict
from geo.core.model import LANGUAGES
from geo.web import create_app

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
EVERY = 23  # of the default views; no period, language or switch repeats with it


@pytest.fixture(scope="module")
def client(kz_home):
    """Ask the service for the built and published figures of Kazakhstan."""
    return create_app(kz_home).test_client()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_benchmark_says_whom_it_measures_against_and_what_it_must_reach(script):
    """Figures without a peer and a limit tell nobody anything."""
    docstring = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    paragraphs = docstring.splitlines()

    assert 1 == sum(line.startswith("Peer: ") for line in paragraphs)
    assert 1 == sum(line.startswith("Limits: ") for line in paragraphs)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_readme_of_the_benchmarks_explains_each(script):
    """A row in its table."""
    assert f"| `{script.name}` |" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_one_missed_limit_fails_a_benchmark(capsys):
    """Whatever the other limits say; a limit that is just reached is met."""
    met, missed = at_most("size", 8_000, 8_000, "bytes"), at_least("faster", 99.9, 100)

    assert 0 == verdict(met)
    assert 1 == verdict(met, missed, met)
    assert ["yes", "yes", "NO", "yes"] == [
        line.split()[-2] for line in capsys.readouterr().out.splitlines() if line.startswith(("| size", "| faster"))
    ]


def test_a_ratio_is_the_median_over_pairs():
    """One slow moment of the machine, in one pair, moves nothing."""
    assert 3 == paired([1, 1, 50], [3, 3, 3])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_embed_is_at_most_8000_bytes(client, kz_version, lang):
    """Compressed as served, over a sample of the default views."""
    paths = [path for path in embed.addresses(embed.default_views(kz_version)) if path.startswith(f"{lang}/")]
    found = embed.sizes(client, list(islice(paths, 0, None, EVERY)))

    assert {} == {path: size for path, size in found.items() if size > embed.MOST_EMBED}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_heaviest_kind_of_embed_is_at_most_8000_bytes(client, kz_version, lang):
    """Two reconciliations, a unit that did not report, a highlight, and links into one version."""
    unit = embed.longest(kz_version, embed.EDITION)
    heaviest = f"v/{kz_version.id}/{lang}/kz/region/execution/2025-03/highlight={unit}/embed/"

    assert embed.sizes(client, [heaviest])[heaviest] <= embed.MOST_EMBED


def test_an_embed_loads_nothing_else(client):
    """One request is the embed itself."""
    html = client.get(f"/{embed.EMBED}").get_data(as_text=True)

    assert [] == embed.loads(html)


def test_what_a_page_loads_is_found():
    """Style sheets, pictures, scripts and the icon, each once; not what is only linked to, nor data within."""
    html = (
        '<link rel="stylesheet" href="a.css"><link rel="icon" href="b.svg"><link rel="canonical" href="c/">'
        '<script src="d.js"></script><script>1</script><img src="b.svg"><img src="data:,"><a href="e/">e</a>'
    )

    assert ["a.css", "b.svg", "d.js"] == embed.loads(html)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_view_of_a_page_is_at_most_40_kilobytes(client, lang):
    """With every style sheet, script and picture that it loads, each compressed as served."""
    loaded = embed.first_view(client, f"/{lang}/{embed.FIRST_VIEW}")

    assert 1 < len(loaded)
    assert sum(loaded.values()) <= embed.MOST_PAGE
