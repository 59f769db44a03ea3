"""Laws about what a first visit weighs: everything a page asks for before its reader asks for more, as it travels."""

import re
from urllib.parse import urljoin, urlsplit

import brotli
import pytest

from geo.web.assets import served
from tests.web.asking import LANGUAGES

MOST = 40_000  # bytes: the readable page
MOST_MODULES = 12_000  # of them scripts
MAP = "kz/region/executed/2024/"
_LINKED = re.compile(
    r'<link rel="(?:stylesheet|icon|modulepreload)"[^>]* href="([^"]+)"|<(?:script[^>]*|img) src="([^"]+)"'
)
_IMPORT = re.compile(r'(?:^|;)(?:import|export)\b[^"(;]*"(\./[^"]+)"', re.M)
ENCODED = {"Accept-Encoding": "br"}


def travelled(client, address):
    """Return how many bytes an answer is when it travels: as the server encodes it, or would at the least effort."""
    response = client.get(address, headers=ENCODED)

    assert 200 == response.status_code, address
    coded = response.headers.get("Content-Encoding") == "br"
    return len(response.data) if coded else len(brotli.compress(response.data, quality=5, lgwin=16))


def loaded(client, address):
    """Return the bytes of all that a browser loads with a page, by address: styles, icon, modules and their modules."""
    html = client.get(address).get_data(as_text=True)
    found = {address: travelled(client, address)}
    left = [urljoin(address, first or second) for first, second in _LINKED.findall(html)]
    while left:
        name = left.pop()
        if name in found:
            continue
        found[name] = travelled(client, name)
        if name.endswith(".js"):
            left += [urljoin(name, other) for other in _IMPORT.findall(client.get(name).get_data(as_text=True))]
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", [MAP, f"{MAP}per=none/", "kz/region/change/2024/"])
def test_a_readable_page_is_at_most_40_kilobytes(kz, lang, path):
    """The page, its styles, its icon and every module that it loads by itself; the moving map comes later."""
    sizes = loaded(kz, f"/{lang}/{path}")

    assert len(sizes) > 5
    assert sum(sizes.values()) <= MOST, sizes


def test_the_light_modules_are_light(kz):
    """What is loaded with every view; the map engine and what draws with it are not among them."""
    sizes = loaded(kz, f"/en/{MAP}")
    modules = {urlsplit(name).path.rsplit("/", 1)[1]: size for name, size in sizes.items() if name.endswith(".js")}

    assert {"main.js", "search.js"} <= modules.keys()
    assert not [name for name in modules if name.startswith(("map", "panel"))]
    assert sum(modules.values()) <= MOST_MODULES, modules


def test_modules_travel_without_their_comments():
    """Types and reasons are for those who read the source."""
    ours = [file.content.decode() for name, file in served().items() if name.startswith("explorer-")]

    assert len(ours) > 3
    assert [] == [line for text in ours for line in text.splitlines() if line.lstrip().startswith(("//", "/*", "* "))]


def test_a_page_asks_for_all_its_modules_at_once(kz):
    """No module is found out about only when another one has arrived."""
    html = kz.get(f"/en/{MAP}").get_data(as_text=True)
    asked = re.findall(r'<link rel="modulepreload" href="([^"]+)"', html)
    names = {urljoin(f"/en/{MAP}", name) for name in asked}
    needing = {urljoin(name, other) for name in names for other in _IMPORT.findall(kz.get(name).text)}

    assert len(asked) >= 2
    assert names >= needing
