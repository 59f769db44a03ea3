"""Laws about tiles: one address each, the bytes of the archive, and an answer to whatever else is asked."""

import gzip
import json
import re
import shutil
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.pmtiles import Archive
from geo.core.text import text_of
from geo.versions import Home
from geo.web import create_app
from tests.conftest import made_zz, published
from tests.web.asking import LANGUAGES, raw
from tests.web.tiled import (
    BOUNDS,
    EDITION,
    FIGURES,
    LAYERS,
    LEAST,
    MOST,
    RASTER,
    archives,
    at,
    content,
    has,
    staged,
    with_tiles,
)

V = "feed00000000beef"
UNITS, BODIES, SURFACE = f"/tiles/zz/{EDITION}/units", f"/tiles/zz/{V}/bodies", f"/tiles/zz/{V}/surface"
VALUES, FUNCTION = f"/tiles/zz/{V}/values/2024-12/all", f"/tiles/zz/{V}/values/2024-12/01"
KINDS = {UNITS: "units", BODIES: "bodies", SURFACE: "surface", VALUES: "values", FUNCTION: "01"}
ENDINGS = {UNITS: "mvt", BODIES: "mvt", SURFACE: "png", VALUES: "json", FUNCTION: "json"}
TYPES = {"mvt": "application/vnd.mapbox-vector-tile", "png": "image/png", "json": "application/json"}
FIXED, SHORTLY = "public, max-age=31536000, immutable", "public, max-age=60, must-revalidate"
PROBLEM, OUTSIDE = "application/problem+json", f"{UNITS}/{MOST + 1}/0/0.mvt"
WHOLES = (f"{UNITS}.pmtiles", f"{BODIES}.pmtiles", f"{VALUES}.pmtiles", f"{SURFACE}.tif")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Settings of a home in which a version with tiles is in force; not to be written to."""
    folder = tmp_path_factory.mktemp("tiled")
    settings = with_tiles(published(made_zz(folder).settings, "zz"), folder, V)
    (settings.home / "canary.txt").write_text("canary-7f3a", encoding="utf-8")
    return settings


@pytest.fixture(scope="module")
def app(home):
    """Serve it."""
    return create_app(home)


@pytest.fixture
def client(app):
    """Ask for its tiles."""
    return app.test_client()


@pytest.fixture
def own(home, tmp_path):
    """Settings of a copy of the home, to be changed by one test."""
    shutil.copytree(home.home, tmp_path / "home")
    return at(home, tmp_path / "home")


def tile(base, z, x, y):
    """Return the address of a tile."""
    return f"{base}/{z}/{x}/{y}.{ENDINGS[base]}"


@pytest.mark.parametrize("base", KINDS)
def test_every_tile_of_an_archive_is_answered_and_what_it_lacks_is_empty(client, base):
    """With the bytes that were put in; 204 where the map has nothing, inside of its zooms."""
    for z in range(LEAST, MOST + 1):
        for x, y in ((x, y) for x in range(1 << z) for y in range(1 << z)):
            answer = client.get(tile(base, z, x, y))
            expected = (200, content(KINDS[base], z, x, y)) if has(z, x, y) else (204, b"")

            assert expected == (answer.status_code, answer.data)


@given(st.sampled_from([*KINDS]), st.integers(0, 30), st.integers(0, 2**30), st.integers(0, 2**30))
def test_outside_of_an_archive_the_range_is_named(app, base, z, x, y):
    """Whatever the numbers: 404 with the zooms that there are, never another tile."""
    answer = app.test_client().get(tile(base, z, x, y))
    inside = LEAST <= z <= MOST and x < 1 << z and y < 1 << z

    assert inside == (answer.status_code in {200, 204})
    if not inside and max(x, y) < 10**9:
        assert (404, PROBLEM, "E-URL-09") == (answer.status_code, answer.mimetype, answer.json["code"])
        assert [f"z={LEAST}…{MOST}", "x=0…2^z-1", "y=0…2^z-1"] == answer.json["allowed"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_range_is_named_in_the_language_of_the_reader(client, lang):
    """With the numbers of the archive."""
    answer = client.get(OUTSIDE, headers={"Accept-Language": lang, "Accept": "text/html"})

    assert text_of(lang)("reader.E-URL-09", least=LEAST, most=MOST) == answer.json["detail"]
    assert str(MOST) in answer.json["detail"]
    assert "no-store" == answer.headers["Cache-Control"]


@pytest.mark.parametrize("base", KINDS)
def test_a_tile_says_what_it_is_how_long_it_is_good_and_who_may_read_it(client, base):
    """An address with a version never changes; borders are asked for again after a minute."""
    answer, empty = client.get(tile(base, 1, 0, 0)), client.get(tile(base, 1, 0, 1))
    caching = SHORTLY if base == UNITS else FIXED

    assert TYPES[ENDINGS[base]] == answer.headers["Content-Type"]
    assert str(len(answer.data)) == answer.headers["Content-Length"]
    assert re.fullmatch(r'"[0-9a-f]{20}-[0-9a-f]+"', answer.headers["ETag"])
    for one in (answer, empty):
        assert caching == one.headers["Cache-Control"]
        assert "*" == one.headers["Access-Control-Allow-Origin"]
        assert "Accept-Encoding" == one.headers["Vary"]
        assert "cross-origin" == one.headers["Cross-Origin-Resource-Policy"]
        assert "nosniff" == one.headers["X-Content-Type-Options"]
        assert "default-src 'none'; frame-ancestors 'none'; sandbox" == one.headers["Content-Security-Policy"]
        assert "DENY" == one.headers["X-Frame-Options"]
        assert len({name.lower() for name, _ in one.headers}) == len(one.headers)
    assert 204 == empty.status_code
    assert {"Content-Length", "Content-Type", "Content-Encoding"}.isdisjoint(empty.headers.keys())


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("GZIP;q=0.5", True),
        ("*", True),
        ("br;q=1.0, gzip;q=0.2, *;q=0", True),
        ("deflate, x-gzip", True),
        ("gzip ; q=1 , identity;q=0.5", True),
        (None, False),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("gzip;q=many", False),
        ("gzipped", False),
    ],
)
def test_a_tile_leaves_as_it_is_stored_for_those_who_unpack_it(client, accepted, is_packed):
    """Others get the same content plain, under a tag of its own; pictures are packed already."""
    headers = {} if accepted is None else {"Accept-Encoding": accepted}
    answer, plain = client.get(tile(BODIES, 2, 1, 3), headers=headers), client.get(tile(BODIES, 2, 1, 3))
    picture = client.get(tile(SURFACE, 2, 1, 3), headers=headers)

    assert ("gzip" if is_packed else None) == answer.headers.get("Content-Encoding")
    assert plain.data == (gzip.decompress(answer.data) if is_packed else answer.data)
    assert is_packed == (plain.headers["ETag"] != answer.headers["ETag"])
    assert (content("surface", 2, 1, 3), None) == (picture.data, picture.headers.get("Content-Encoding"))


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize("base", KINDS)
def test_a_tile_that_is_known_is_not_sent_again(client, base, coding):
    """By one tag of a list, as a weak one, or any; the rest of the headers stay."""
    path, headers = tile(base, 1, 0, 0), {"Accept-Encoding": coding}
    first = client.get(path, headers=headers)
    tag = first.headers["ETag"]

    for known in (tag, f'"other", {tag}', f"W/{tag}", "*", f'W/"a",W/{tag}'):
        again = client.get(path, headers={**headers, "If-None-Match": known})
        dropped = {"Content-Type", "Content-Length", "Content-Encoding"}

        assert (304, b"") == (again.status_code, again.data)
        assert {pair for pair in first.headers if pair[0] not in dropped} == set(again.headers)
    for known in ('"other"', "", tag.strip('"') + "x", 'W/"other"'):
        assert 200 == client.get(path, headers={**headers, "If-None-Match": known}).status_code


SPELLINGS = (
    *(f"{BODIES}/{place}.mvt" for place in ("00/0/0", "1/00/0", "1/0/01", "+1/0/0", "1/-0/0", "1/0/0/", "1//0/0")),
    *(f"{BODIES}/1/0/0{ending}" for ending in (".pbf", ".MVT", ".mvt/", ".mvt.gz", "", ".", ".png", ".json", ".mvt\n")),
    *(f"{BODIES}/{place}.mvt" for place in ("1.0/0/0", "1e0/0/0", " 1/0/0", "1/0x0/0", "٠/0/0", "1/0", "1/0/0/0")),
    *(f"{BODIES}{ending}" for ending in ("", "/", ".JSON", ".json/", ".tif", ".mvt", "/i.json", ".pmtiles/", ".js")),
    f"/Tiles/zz/{V}/bodies/1/0/0.mvt",
    f"/tiles/ZZ/{V}/bodies/1/0/0.mvt",
    f"/tiles/zz/{V.upper()}/bodies/1/0/0.mvt",
    f"/tiles//zz/{V}/bodies/1/0/0.mvt",
    f"//tiles/zz/{V}/bodies/1/0/0.mvt",
    f"/tiles/zz/{V}/./bodies/1/0/0.mvt",
    f"/tiles/zz/x/../{V}/bodies/1/0/0.mvt",
    f"/tiles/zz/{V}/units/1/0/0.mvt",
    f"/tiles/zz/{EDITION}/bodies/1/0/0.mvt",
    f"/tiles/zz/{V}/values/1/0/0.json",
    f"/tiles/zz/{V}/values/2024/all/1/0/0.json",
    f"/tiles/zz/{V}/values/2024-12/ALL/1/0/0.json",
    f"/tiles/zz/{V}/values/2024-12/../bodies/1/0/0.json",
    f"/tiles/zz/{V}/tiles/bodies/1/0/0.mvt",
    f"/tiles/zz/{V}/../../canary.txt",
    f"/tiles/zz/{V}/values/..%2f..%2f..%2f/canary/1/0/0.json",
    "/tiles/zz/%2e%2e/bodies/1/0/0.mvt",
    f"/tiles/zz/{V}\x00/bodies/1/0/0.mvt",
    f"/tiles/..%2fcanary/{V}/bodies.json",
    f"/tiles/kz/{V}/bodies/1/0/0.mvt",
    f"/tiles/zz/{V[:-1]}0/bodies/1/0/0.mvt",
    "/tiles/zz/2010-01-01/units/1/0/0.mvt",
    "/tiles/zz/2020-13-41/units.json",
    "/tiles/", "/tiles", "/tiles/zz", f"/tiles/zz/{V}",
)  # fmt: skip


@pytest.mark.parametrize("path", SPELLINGS)
def test_no_other_spelling_has_an_answer(app, path):
    """Two addresses of one tile would be two places in every cache; no name is joined to a folder."""
    answer = raw(app, path)

    assert 404 == answer.status_code
    assert "canary-7f3a" not in answer.get_data(as_text=True)
    assert "E-URL" in answer.json["code"]


@pytest.mark.parametrize(
    "spelling", ["%62odies/1/0/0.mvt", "bodies%2f1/0/0.mvt", "bodies/1/0/0%2emvt", "bodies.js%6fn"]
)
def test_an_escaped_spelling_is_another_address(app, spelling):
    """Where the server tells how an address came; the plain one is answered."""
    for came in ("RAW_URI", "REQUEST_URI"):
        environ = {came: f"/tiles/zz/{V}/{spelling}"}
        escaped = app.test_client().get(f"/tiles/zz/{V}/{spelling}", environ_overrides=environ)

        assert (404, "E-URL-05") == (escaped.status_code, escaped.json["code"])


def test_an_unknown_tileset_is_answered_with_those_that_there_are(client):
    """Their descriptions, one click away."""
    allowed = client.get("/tiles/zz/2010-01-01/units.json").json["allowed"]

    assert {f"{UNITS}.json", f"{BODIES}.json", f"{SURFACE}.json", f"{VALUES}.json", f"{FUNCTION}.json"} == set(allowed)
    assert {200} == {client.get(path).status_code for path in allowed}
    assert ["zz"] == client.get("/tiles/kz/2020-01-01/units.json").json["allowed"]


@pytest.mark.parametrize("path", [tile(UNITS, 1, 0, 0), tile(BODIES, 1, 0, 0), f"{BODIES}.json", *WHOLES])
def test_a_query_another_method_and_a_foreign_host_are_refused(app, path):
    """A tile takes no keys; nothing is written here; no other name is answered to."""
    client = app.test_client()
    asked = {query: raw(app, path, query=query).status_code for query in ("x=1", "key", "&", "v=2&v=3")}
    refused = {method: client.open(path, method=method) for method in ("POST", "PUT", "DELETE", "PATCH")}

    assert {400} == set(asked.values())
    assert {(405, "E-URL-07")} == {(answer.status_code, answer.json["code"]) for answer in refused.values()}
    assert {"GET, HEAD, OPTIONS"} == {answer.headers["Allow"] for answer in refused.values()}
    for host in ("evil.example", "", "localhost.evil.example"):
        assert (400, "E-URL-08") == (raw(app, path, host=host).status_code, raw(app, path, host=host).json["code"])
    assert 200 == raw(app, path, host="127.0.0.1:8000").status_code


def lasting(response):
    """Return the headers of an answer without the clock and the number of the request."""
    return {pair for pair in response.headers if pair[0] not in {"Date", "X-Request-Id"}}


@pytest.mark.parametrize("path", [tile(UNITS, 1, 0, 0), tile(BODIES, 1, 0, 1), f"{BODIES}.json", *WHOLES, OUTSIDE])
@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip"}, {"Range": "bytes=0-9"}])
def test_head_says_what_get_would(client, path, headers):
    """Without the body, and whole: a part is something of GET alone."""
    asked, whole = client.head(path, headers=headers), {**headers, "Range": ""}
    got = client.get(path, headers=whole)

    assert got.status_code == asked.status_code
    assert b"" == asked.data
    assert lasting(got) == lasting(asked)


def test_a_script_of_another_site_may_ask_for_parts(client):
    """And read the tag and where the part lies."""
    asked = client.options(f"{BODIES}.pmtiles").headers

    assert "*" == asked["Access-Control-Allow-Origin"]
    assert "Range" in asked["Access-Control-Allow-Headers"]
    assert "ETag, Content-Range" in client.get(f"{BODIES}.pmtiles").headers["Access-Control-Expose-Headers"]


@pytest.fixture(scope="module")
def whole(home):
    """Return the files of the version that are given whole, by address."""
    folder = home.home / "versions" / V / "tiles"
    names = (f"units/{EDITION}.pmtiles", "bodies.pmtiles", "values/2024-12/all.pmtiles", "surface.tif")
    return {path: (folder / name).read_bytes() for path, name in zip(WHOLES, names, strict=True)}


@pytest.mark.parametrize("path", WHOLES)
def test_a_whole_file_is_given_with_its_digest_as_tag(client, home, whole, path):
    """The same on every machine; an address with a version never changes."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    listed = {row["sha256"] for row in Home(home.home).version(V).manifest["files"].values()}
    expected = "public, no-cache" if path.startswith(UNITS) else FIXED

    assert (200, whole[path], "bytes") == (answer.status_code, answer.data, answer.headers["Accept-Ranges"])
    assert answer.headers["ETag"].strip('"') in listed
    assert expected == answer.headers["Cache-Control"]
    assert ("image/tiff" if path.endswith("tif") else "application/vnd.pmtiles") == answer.mimetype
    assert "Content-Encoding" not in answer.headers
    assert 304 == client.get(path, headers={"If-None-Match": f'"x", W/{answer.headers["ETag"]}'}).status_code


@given(st.sampled_from(WHOLES), st.integers(0, 90_000), st.integers(0, 90_000) | st.none())
def test_any_part_is_that_part(app, whole, path, start, stop):
    """One range with both ends or open; what lies outside is 416 with the length, what is backwards too."""
    content = whole[path]
    asked = f"bytes={start}-{'' if stop is None else stop}"
    answer = app.test_client().get(path, headers={"Range": asked})
    last = len(content) - 1 if stop is None else min(stop, len(content) - 1)

    if start >= len(content) or last < start:
        assert (416, f"bytes */{len(content)}") == (answer.status_code, answer.headers["Content-Range"])
        assert "E-URL-10" == answer.json["code"]
    else:
        assert (206, content[start : last + 1]) == (answer.status_code, answer.data)
        assert f"bytes {start}-{last}/{len(content)}" == answer.headers["Content-Range"]
        assert str(last + 1 - start) == answer.headers["Content-Length"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=-1", 206),
        ("bytes=-999999999", 206),
        ("bytes=0-0", 206),
        ("bytes=-0", 416),
        ("bytes=0-1,5-6", 416),
        ("bytes=x-y", 416),
        ("bytes=", 416),
        ("lines=0-1", 200),
        ("", 200),
        ("bytes 0-1", 200),
        ("BYTES = 0-1", 206),
        ("bytes=-", 416),
        ("bytes=--1", 416),
        ("bytes=9999999999999999999999999999-", 416),
    ],
)
def test_a_part_is_one_part_or_refused(client, asked, status):
    """Several parts at once are a way to make a server send a file many times over."""
    answer = client.get(WHOLES[3], headers={"Range": asked})

    assert status == answer.status_code
    assert len(answer.data) <= len(RASTER)


def test_a_part_is_only_given_of_the_file_that_was_meant(client, whole):
    """Else the new file comes whole: a strong tag that is right, and nothing weaker."""
    tag = client.get(WHOLES[1]).headers["ETag"]
    statuses = {
        named: client.get(WHOLES[1], headers={"Range": "bytes=0-3", "If-Range": named}).status_code
        for named in (tag, '"other"', f"W/{tag}", "Fri, 27 Nov 2026 08:00:00 GMT")
    }

    assert [206, 200, 200, 200] == [*statuses.values()]
    assert 304 == client.get(WHOLES[1], headers={"Range": "bytes=0-3", "If-None-Match": tag}).status_code


@pytest.mark.parametrize("base", KINDS)
def test_a_description_says_all_that_tilejson_demands(client, base):
    """Version 3.0.0: absolute addresses that are answered, layers with fields, bounds, zooms in order."""
    answer = client.get(f"{base}.json")
    plain = answer.json
    west, south, east, north = plain["bounds"]

    assert (200, "application/json", "3.0.0") == (answer.status_code, answer.mimetype, plain["tilejson"])
    assert [f"http://localhost{base}/{{z}}/{{x}}/{{y}}.{ENDINGS[base]}"] == plain["tiles"]
    assert (base == SURFACE) == ("vector_layers" not in plain)
    assert plain.get("vector_layers", LAYERS) == LAYERS
    assert 0 <= plain["minzoom"] <= plain["maxzoom"] <= 30
    assert BOUNDS == (west, south, east, north)
    assert west <= plain["center"][0] <= east
    assert south <= plain["center"][1] <= north
    assert plain["minzoom"] <= plain["center"][2] <= plain["maxzoom"]
    assert re.fullmatch(r"1\.2\.0", plain["version"])
    assert plain["is_synthetic"] is True
    assert text_of("kk")("note.synthetic") in plain["attribution"]
    assert ("public, no-cache" if base == UNITS else FIXED) == answer.headers["Cache-Control"]
    first = plain["tiles"][0].removeprefix("http://localhost").format(z=1, x=0, y=0)
    assert 200 == client.get(first).status_code


@pytest.mark.parametrize("base", [BODIES, VALUES, FUNCTION])
def test_a_description_tells_what_the_figures_are_and_how_they_are_joined(client, base):
    """Period, unit of money and shifts: who has TileJSON alone finds the value tile of a body tile."""
    plain = client.get(f"{base}.json").json

    assert FIGURES == {name: plain.get(name) for name in FIGURES}


def test_a_surface_is_described_with_its_facts(client):
    """Unit, method and error, as the version states them."""
    assert {"unit": "tenge per km2", "error": "0"} == client.get(f"{SURFACE}.json").json["facts"]


def test_an_attribution_holds_no_markup(tmp_path):
    """Programs show it as HTML; what a source is called is not theirs to run."""
    made = made_zz(tmp_path)
    country, hostile = made.borders / "country.toml", "<img src=x onerror=alert(1)>&\"'"
    text = country.read_text(encoding="utf-8")
    country.write_text(text.replace('"Әңү"', json.dumps(hostile)), encoding="utf-8")
    client = create_app(with_tiles(published(made.settings, "zz"), tmp_path, V)).test_client()
    said = client.get(f"{UNITS}.json").json["attribution"]

    assert hostile in unescape(said)
    assert {"<", ">", '"', "'"}.isdisjoint(said)


def test_addresses_of_a_description_are_those_of_the_configured_site(home):
    """Whatever the request calls it."""
    from dataclasses import replace

    client = create_app(replace(home, base_url="https://map.example/a/")).test_client()

    assert client.get(f"{BODIES}.json").json["tiles"][0].startswith(f"https://map.example/a{BODIES}/")


def test_a_publication_shows_in_the_borders_at_once_and_changes_no_version(own, tmp_path):
    """The process that serves is not restarted; a rollback brings the same bytes and tags back."""
    client = create_app(own).test_client()
    paths = (tile(UNITS, 1, 0, 0), tile(BODIES, 1, 0, 0), f"{UNITS}.pmtiles", f"{UNITS}.json")
    first = [client.get(path) for path in paths]
    with_tiles(own, tmp_path, "feed00000000cafe", "2")
    second = [client.get(path) for path in paths]
    Home(own.home).rollback("zz")
    third = [client.get(path) for path in paths]

    changed = [a.headers["ETag"] != b.headers["ETag"] for a, b in zip(first, second, strict=True)]

    assert (content("units2", 1, 0, 0), first[1].data) == (second[0].data, second[1].data)
    assert [True, False, True, True] == changed
    assert ["1.2.0", "1.3.0"] == [answers[3].json["version"] for answers in (first, second)]
    assert [(a.data, a.headers["ETag"]) for a in first] == [(c.data, c.headers["ETag"]) for c in third]


def test_what_was_never_in_force_has_no_tiles(own, tmp_path):
    """A staged version may still change its mind; once published its tiles are there at once."""
    client = create_app(own).test_client()
    name = staged(own, tmp_path, "feed00000000cafe", "2")
    path = f"/tiles/zz/{name}/bodies/1/0/0.mvt"
    before = client.get(path)
    Home(own.home).publish(name)

    assert (404, "E-URL-06") == (before.status_code, before.json["code"])
    assert (200, content("bodies2", 1, 0, 0)) == (client.get(path).status_code, client.get(path).data)


def test_two_machines_name_the_same_tags(home, own):
    """A copied home answers byte for byte and header for header the same."""
    paths = (*(tile(base, 1, 0, 0) for base in KINDS), *(f"{base}.json" for base in KINDS), *WHOLES)
    clients = [create_app(settings).test_client() for settings in (home, own)]

    for path in paths:
        ours, theirs = (client.get(path, headers={"Accept-Encoding": "gzip"}) for client in clients)

        assert ours.headers["ETag"] == theirs.headers["ETag"]
        assert ours.get_data()[10:] == theirs.get_data()[10:]


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_a_tile_with_one_wrong_bit_is_not_given_out(own, accepted):
    """Packed or not, before anybody has looked for damage: it would lie in caches for a year."""
    client = create_app(own).test_client()
    headers, spoilt, beside = {"Accept-Encoding": accepted}, tile(BODIES, 3, 7, 7), tile(BODIES, 1, 0, 0)
    assert 200 == client.get(beside, headers=headers).status_code
    path = own.home / "versions" / V / "tiles" / "bodies.pmtiles"
    start, size = Archive.open(path).find(3, 7, 7)
    with path.open("r+b") as file:
        file.seek(start + size // 2)
        bits = file.read(1)[0]
        file.seek(start + size // 2)
        file.write(bytes([bits ^ 1]))
    answer = client.get(spoilt, headers=headers)

    assert (503, "E-VER-03") == (answer.status_code, answer.json["code"])
    assert 200 == client.get(beside, headers=headers).status_code


@pytest.mark.parametrize("harm", ["cut", "emptied", "removed", "replaced"])
def test_a_harmed_archive_ends_no_process(own, tmp_path, harm):
    """While it is open: an answer that is right, or 503; never a tile of other bytes."""
    client = create_app(own).test_client()
    path = own.home / "versions" / V / "tiles" / "bodies.pmtiles"
    right, whole = client.get(tile(BODIES, 1, 0, 0)).data, path.read_bytes()
    if harm == "removed":
        path.unlink()
    elif harm == "replaced":
        path.unlink()
        path.write_bytes(archives(tmp_path, "-x")["tiles/bodies.pmtiles"][:-1])
    else:
        with path.open("r+b") as file:
            file.truncate(len(whole) // 3 if harm == "cut" else 0)
    answers = {at: client.get(tile(BODIES, *at)) for at in [(1, 0, 0), (4, 15, 15), (3, 7, 7), (0, 0, 0)]}

    assert right == answers[1, 0, 0].data
    for place, answer in answers.items():
        expected = (200, content("bodies", *place)) if has(*place) else (204, b"")
        assert answer.status_code == 503 or expected == (answer.status_code, answer.data)
    assert 503 == client.get(f"{BODIES}.pmtiles").status_code
    assert 503 == client.get("/readyz").status_code
    assert 200 == client.get("/healthz").status_code
