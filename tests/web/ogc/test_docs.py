"""What docs/api.md tells people to type is typed here."""

import re
import subprocess
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"
PART = DOCUMENT.read_text(encoding="utf-8").partition("## OGC API – Features")[2].partition("\n## ")[0]
COMMANDS = re.findall(r"```sh\n(.+?)\n```", PART, re.DOTALL)


@pytest.mark.needs("ogrinfo", "ogr2ogr", "curl")
def test_every_command_of_the_document_does_what_it_says(kz_served, tmp_path):
    """Against a real server, with nothing said on the side of errors."""
    said = []
    for command in COMMANDS:
        typed = command.replace("https://example.org", kz_served.address)
        done = subprocess.run(typed, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

        assert (0, "") == (done.returncode, done.stderr)
        said.append(done.stdout)
    information, nothing, count, tiles = said

    assert "Feature Count: 180" in information
    assert "" == nothing
    assert (tmp_path / "regions.gpkg").is_file()
    assert "20" == count.strip()
    assert "Layer name: region" in tiles


def test_the_document_names_every_collection_and_what_it_is_chosen_by(kz):
    """A filter that is new is told, and one that is gone is not."""
    listed = kz.get("/ogc/collections").get_json()["collections"]
    told = {row.split("|")[1].strip(" `").split(".")[1]: row for row in PART.splitlines() if row.startswith("| `kz.")}

    assert {one["id"].split(".")[1] for one in listed} == set(told)
    for one in listed:
        kind = one["id"].split(".")[1]
        words = set(kz.get(f"/ogc/collections/{one['id']}/queryables").get_json()["properties"]) - {"geometry"}
        row = told[kind] + told["values"] if kind == "functions" else told[kind]
        level = {
            "unit_<level>" if word.startswith("unit_") and word not in {"unit_id", "unit_code"} else word
            for word in words
        }

        assert level <= set(re.findall(r"`([a-z_<>]+)`", row))
