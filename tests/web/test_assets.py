"""Laws of style sheets, scripts and the map engine: one content, one address, in the coding that a reader takes."""

import gzip
import json
from pathlib import Path

import brotli
import pytest

from geo.web.answering.codings import preferred
from geo.web.assets import MODULES, engine, module, served

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
UNCODED = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"),
        ("identity, gzip;q=0.5", ""),
        ("", ""),
        ("deflate", ""),
    ],
)
def test_the_coding_that_a_reader_wants_most_is_given(accepted, expected):
    """Of equals the first that is offered; none where the plain bytes are wanted more."""
    assert expected == preferred(accepted, ("br", "gzip"))


@pytest.mark.parametrize("name", ENGINE)
@pytest.mark.parametrize("coding", UNCODED)
def test_the_engine_is_the_same_in_every_coding(small, name, coding):
    """What a browser unpacks is the library that the lock file names."""
    response = small.get(f"/{engine(name)}", headers={"Accept-Encoding": coding})
    package = (ROOT / "node_modules" / "maplibre-gl" / "dist" / name).read_bytes()

    assert (200, coding) == (response.status_code, response.headers.get("Content-Encoding", ""))
    assert package.split(b"//# sourceMappingURL=")[0] == UNCODED[coding](response.data) + b"\n"
    assert "Accept-Encoding" in response.headers["Vary"]


def test_two_codings_of_the_engine_have_two_tags(small):
    """A cache that holds one must not take it for the other."""
    tags = {small.get(f"/{engine(ENGINE[0])}", headers={"Accept-Encoding": one}).headers["ETag"] for one in UNCODED}

    assert len(UNCODED) == len(tags)


def test_every_module_is_served_from_one_folder_so_that_their_imports_are_found():
    """They import each other by relative names."""
    names = {path.name for path in MODULES.glob("*.js")}
    folders = {module(name).rsplit("/", 1)[0] for name in names}

    assert {"main.js", "search.js", "nearest.js"} <= names
    assert 1 == len(folders)
    assert all(name in {held.rsplit("/", 1)[-1] for held in served()} for name in names)


def test_the_engine_is_the_version_that_credits_name():
    """A library that comes with another version is credited as it."""
    version = json.loads((ROOT / "package.json").read_text("utf-8"))["dependencies"]["maplibre-gl"]

    assert f"MapLibre GL JS {version}" in (ROOT / "CREDITS.md").read_text("utf-8")
