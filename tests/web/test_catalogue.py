"""Laws about what portals and search engines are told: it parses, it is ours, and every address in it is answered."""

import json
import re
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest

from geo.web import create_app
from tests.web.asking import LANGUAGES
from tests.web.zz import publish_zz

MAP = "/{}/zz/region/executed/2024/"
HOST = "http://localhost/"
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
HOSTILE = "</script><script>window.ran=1</script><!--&"


def dataset(client, path):
    """Return the Dataset of a page."""
    (block,) = BLOCK.findall(client.get(path).text)
    return json.loads(block)


def nodes(value):
    """Yield every object inside a JSON value."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


@pytest.fixture
def catalogue(small):
    """The catalogue of the small country."""
    return small.get("/catalog.jsonld").json


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_view_tells_search_engines_what_it_is(small, lang):
    """A dataset with name, description, time, place, and its files, in the language of the page."""
    found = dataset(small, MAP.format(lang))

    assert ("https://schema.org/", "Dataset", lang) == (found["@context"], found["@type"], found["inLanguage"])
    assert "2024-01-01/2024-12-31" == found["temporalCoverage"]
    assert 50 <= len(found["description"]) <= 5000
    assert {"text/csv", "application/geo+json"} <= {one["encodingFormat"] for one in found["distribution"]}


def test_every_address_of_a_dataset_is_answered_with_what_it_says(small):
    """Files have the type that is named; the page names itself."""
    found = dataset(small, MAP.format("en"))

    assert 200 == small.get(found["url"].removeprefix("http://localhost")).status_code
    assert 200 == small.get(found["includedInDataCatalog"]["url"].removeprefix("http://localhost")).status_code
    for one in found["distribution"]:
        answer = small.get(urljoin(HOST, one["contentUrl"]).removeprefix("http://localhost"))
        assert (200, one["encodingFormat"], True) == (answer.status_code, answer.mimetype, bool(answer.data))


def test_no_name_ends_the_block_of_data(tmp_path):
    """Whatever a unit, a source or a country is called."""
    client = create_app(publish_zz(tmp_path, label=HOSTILE)).test_client()
    html = client.get(MAP.format("en")).text
    (block,) = BLOCK.findall(html)

    assert HOSTILE in json.dumps(json.loads(block), ensure_ascii=False)
    assert not re.search(r"[<>&]", block)


def test_every_address_of_the_catalogue_is_answered(small, catalogue):
    """Pages and files alike; a file has the length that is listed, and its tag is the listed checksum."""
    ours = {node["@id"] for node in nodes(catalogue) if node.get("@id", "").startswith(HOST)}
    listed = [node for node in nodes(catalogue) if "spdx:checksum" in node]

    assert len(listed) > 20
    for address in ours - {HOST}:
        answer = small.get(address.removeprefix("http://localhost"), follow_redirects=True)
        assert (200, True) == (answer.status_code, bool(answer.data)), address
    for node in listed:
        answer = small.get(node["dcat:downloadURL"]["@id"].removeprefix("http://localhost"))
        assert node["dcat:byteSize"]["@value"] == str(len(answer.data))
        assert node["spdx:checksum"]["spdx:checksumValue"] == answer.headers["ETag"].strip('"')
        assert node["dcat:mediaType"]["@id"].endswith(answer.mimetype)


def test_the_catalogue_has_every_version_that_is_kept(small, catalogue):
    """The newest first; each belongs to the series of its country."""
    versions = [node["dcat:version"] for node in catalogue["dcat:dataset"] if "dcat:version" in node]
    series = {node["@id"] for node in catalogue["dcat:dataset"] if node["@type"] == "dcat:DatasetSeries"}

    assert small.get("/api/current").json["countries"]["zz"]["id"] == versions[0]
    assert 2 == len(versions)
    assert series == {node["dcat:inSeries"]["@id"] for node in catalogue["dcat:dataset"] if "dcat:version" in node}


def test_licences_are_those_that_the_sources_name(kz, kz_version):
    """Nothing is added and nothing left out, in the page, the catalogue and the package."""
    expected = {one.strip() for s in kz_version.country.sources for one in s.licence.split(";") if one.strip()}
    plain = kz.get("/catalog.jsonld").json
    package = kz.get(f"/v/{kz_version.id}/bulk/datapackage.json").json
    (newest,) = [node for node in plain["dcat:dataset"] if node.get("dcat:version") == kz_version.id]

    assert expected == {node["name"] for node in dataset(kz, "/en/kz/region/executed/2024/")["license"]}
    assert expected == {node["dct:title"] for node in newest["dct:license"]}
    assert expected == {node["title"] for node in package["licenses"]}


def test_search_engines_find_every_page(small):
    """robots.txt names the list; each address in it is canonical and answered at once."""
    (named,) = re.findall(r"^Sitemap: (\S+)$", small.get("/robots.txt").text, re.M)
    tree = ElementTree.fromstring(small.get(named.removeprefix("http://localhost")).data)
    found = [loc.text.removeprefix("http://localhost") for loc in tree.iter() if loc.tag.endswith("loc")]

    assert set(map(MAP.format, LANGUAGES)) <= set(found)
    assert len(set(found)) == len(found)
    assert {200} == {small.get(path).status_code for path in found[::7]}
