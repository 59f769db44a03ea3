"""Laws about the part of docs/exports.md on files of a view: its examples run, its tables are the table of faces."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from geo.web import create_app, exports
from geo.web.faces import FILES

ROOT = Path(__file__).resolve().parents[2]
VIEW = "/en/kz/region/executed/2024/"


def part():
    """Return the part of the document."""
    return (ROOT / "docs/exports.md").read_text(encoding="utf-8").split("\n## Of a view\n")[1].split("\n## ")[0]


@pytest.fixture(scope="module")
def said(kz_home, tmp_path_factory):
    """What each example prints beside the files that it opens, and the service."""
    folder, client = tmp_path_factory.mktemp("doc"), create_app(kz_home).test_client()
    for name in ("data.csv", "data.parquet"):
        (folder / name).write_bytes(client.get(f"{VIEW}{name}").data)
    code = "\nprint('—')\n".join(re.findall(r"```python\n(.*?)```", part(), re.DOTALL))
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.split("—\n"), client


def test_the_examples_say_what_the_view_says(said, kz_version):
    """The sum of the amounts, the territories with the highest value, the words about the borders."""
    (total, highest, about), client = said
    plain = client.get(f"{VIEW}data.json").json
    first = max(plain["units"], key=lambda unit: unit["value"])

    assert sum(Decimal(unit["amount"]) for unit in plain["units"]) == Decimal(total)
    assert first["name_en"] in highest.splitlines()[1]
    assert f"{kz_version.id} {plain['metadata']['view']} {plain['metadata']['geometry']['note']}" == about.strip()


def test_the_document_names_every_file_and_option():
    """No more and no fewer than are offered, each with its default first."""
    files = {name for name in FILES if name.startswith("data.")}
    options = {key: option for offered in exports.OFFERED.values() for key, option in offered.items()}
    told = {key: tuple(re.findall(r"`(\w+)`", words)) for key, words in re.findall(r"\| `(\w+)=` \| (.*?) \|", part())}

    assert files == set(re.findall(r"\| `(data\.\w+)` \|", part())) == set(exports.OFFERED)
    assert {key: option.allowed for key, option in options.items()} == told
