"""Laws about a site of plain files: whole, linked, served by anything, and never lost on the way to the next."""

import errno
import functools
import json
import os
import re
import shutil
import threading
from collections import Counter
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from geo.cli.frozen import say
from geo.cli.say import Speaker
from geo.core.errors import CannotWrite, NotOurFolder, SomebodyElseFreezes
from geo.core.settings import Settings
from geo.core.text import text_of
from geo.versions import Home
from geo.web import assets, create_app
from geo.web.frozen import RECORD, Plan, folder, freeze
from geo.web.frozen.counted import kind_of
from geo.web.frozen.hosting import ABSENT, AS_IT_IS, HEADERS, LACKS, SCRIPT
from tests.browser.watching import Watched
from tests.frozen import frozen_kz
from tests.web.asking import LANGUAGES, Page
from tests.web.zz import publish_zz

POLICY = re.compile(rb'\n<meta http-equiv="Content-Security-Policy" content="[^"]*">')
HOST = "http://site.example/deep/folder/"
# Small enough to be written often: one view of each kind that matters here, nothing that another process writes.
SMALL = Plan(
    views=("zz/region/executed/2024/*", "zz/region/change/2024/"),
    files={"each": ("map.svg", "data.csv"), "first": ("data.json", "data.geojson", "map.html", "of=bodies/data.csv")},
    bodies=3,
)


def contents(folder):
    """Return every file of a folder by name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dangling(folder):
    """Return (page, link) of every link that leads to no file of the folder."""
    names, found = set(contents(folder)), []
    pages = sorted(name for name in names if name.endswith(".html"))
    for name in pages:
        parts = Page((folder / name).read_text(encoding="utf-8"))
        for address in parts.addresses:
            target = urldefrag(urljoin(HOST + name, address))[0]
            inside = unquote(target.removeprefix(HOST))
            file = f"{inside}index.html" if inside.endswith("/") or not inside else inside
            if not target.startswith(HOST) or file not in names:
                found.append((name, address))
    assert pages
    return found


def frozen_twice(folder):
    """Freeze the small country into `site`, keep it as `before`, publish twice as much, freeze again."""
    freeze(publish_zz(folder), folder / "site", plan=SMALL)
    shutil.copytree(folder / "site", folder / "before")
    freeze(publish_zz(folder, factor=2), folder / "site", plan=SMALL)


@pytest.fixture(scope="module")
def frozen(once):
    """What was frozen twice: (before, after, folder, the two versions)."""
    sites = [once("frozen", frozen_twice) / name for name in ("before", "site")]
    versions = [json.loads((site / RECORD).read_text(encoding="utf-8"))["versions"]["zz"] for site in sites]
    return *map(contents, sites), sites[1], tuple(versions)


def test_every_link_of_a_frozen_site_leads_to_a_file(frozen):
    """Pages, embeds, units, leading pages and the pinned pages of both versions; from any folder of any host."""
    _, _, out, _ = frozen

    assert [] == dangling(out)


def test_every_page_of_a_frozen_synthetic_country_bears_its_mark(frozen):
    """Leads, pages, embeds, pictures and files, as they are copied to a web host; bulk tables in their names."""
    marks = [text_of(lang)("synthetic.mark").encode() for lang in LANGUAGES]
    kinds = (".html", ".svg", ".csv", ".json", ".geojson")
    parts = ("static/", "tiles/", "notice/")  # of pages that bear it
    shown = {
        name: content
        for name, content in frozen[1].items()
        if name.endswith(kinds) and not name.startswith(parts) and name != RECORD and not _is_index(name)
    }
    unnamed = {name: content for name, content in shown.items() if "-synthetic." not in name}

    assert len(shown) > 100
    assert [] == [name for name, content in unnamed.items() if not any(mark in content for mark in marks)]


def test_the_record_counts_what_was_written_and_what_was_left_out(frozen):
    """By kind; so who copies a site knows how large it is, and what of the service it does not have."""
    _, after, _, (_, second) = frozen
    record = json.loads(after[RECORD])
    kinds = {"bulk", "data", "embeds", "notices", "pages", "pictures", "search", "site", "static", "tiles"}

    assert {name: content for name, content in after.items() if name != RECORD and name.startswith(f"v/{second}/")}
    assert kinds == set(record["written"])
    carried = Counter(kind_of(name) for name in after if name != RECORD)
    carried.subtract({kind: counted["files"] for kind, counted in record["written"].items()})
    assert min(carried.values()) == 0
    assert record["carried"]["files"] == carried.total() > 0
    assert record["files"] == len(after) - 1
    assert record["bytes"] == sum(len(content) for name, content in after.items() if name != RECORD)
    assert record["left_out"]["views"] > 0
    assert record["left_out"]["bodies"] > 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_terminal_says_what_there_is_and_what_is_not(frozen, capsys, lang):
    """Every kind of file, all that was left out, all that a plain host lacks, in the words of the language."""
    record = json.loads(frozen[1][RECORD])
    say(record, frozen[2], Speaker(Settings(language=lang), as_json=False), has_address=False)
    said, text = capsys.readouterr().out, text_of(lang)

    assert [] == [kind for kind in record["written"] if text(f"frozen.kinds.{kind}") not in said]
    assert [] == [word for word in LACKS if text(f"frozen.lacks.{word}") not in said]
    assert all(text(f"frozen.missing.{kind}", count=n) in said for kind, n in record["left_out"].items() if n)


def test_a_first_record_counts_each_kind_as_it_lies_on_the_disk(frozen):
    """Files and bytes; nothing is written twice, nothing was there before."""
    written = {name: content for name, content in frozen[0].items() if name != RECORD}
    record = json.loads(frozen[0][RECORD])
    files, sizes = Counter(map(kind_of, written)), Counter()
    for name, content in written.items():
        sizes[kind_of(name)] += len(content)

    assert {kind: {"files": files[kind], "bytes": sizes[kind]} for kind in files} == record["written"]
    assert {"files": 0, "bytes": 0} == record["carried"]


def test_names_are_good_on_every_disk(frozen):
    """A stick is often one of another system: no sign that it refuses, no two names that differ in capitals alone."""
    names = [part for name in frozen[1] for part in name.split("/")]

    assert [] == [name for name in names if re.search(r'[<>:"\\|?*\x00-\x1f]', name) or name.endswith((".", " "))]
    assert len({name.lower() for name in frozen[1]}) == len(frozen[1])


def reached(folder):
    """Return the files that links lead to, one after the other, from the first page."""
    names, found, ahead = set(contents(folder)), set(), ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in found:
            continue
        found.add(name)
        parts = Page((folder / name).read_text(encoding="utf-8")) if name.endswith(".html") else None
        for address in parts.addresses if parts else ():
            inside = unquote(urldefrag(urljoin(HOST + name, address))[0].removeprefix(HOST))
            target = f"{inside}index.html" if inside.endswith("/") or not inside else inside
            if target in names:
                ahead.append(target)
    return found


def test_every_file_can_be_reached_from_the_first_page(frozen):
    """A view, unit, face or pinned page that nothing leads to would be found by nobody; older versions are quoted."""
    _, after, out, (first, _) = frozen
    leads = {f"{lang}/{rest}index.html" for lang in ("kk", "ru", "en") for rest in ("", "zz/")}
    quoted = {name for name in after if name.startswith((f"v/{first}/", "static/"))}
    fetched = {name for name in after if name.startswith(("tiles/", "notice/")) or _is_index(name)}  # by scripts

    assert set() == set(after) - reached(out) - quoted - fetched - leads - {RECORD, HEADERS, ABSENT, AS_IT_IS, SCRIPT}


def _is_index(name):
    """Tell whether a file is one of those in which the script of the search looks things up."""
    return "/search/" in name and name.endswith(".json")


def test_a_frozen_site_of_the_real_country_is_whole(once, kz_home):
    """Every link of every page leads to a file, and the record counts them all."""
    site = frozen_kz(once, kz_home) / "deep" / "site"
    written = contents(site)
    report = json.loads(written.pop(RECORD))

    assert [] == dangling(site)
    assert len(written) == report["files"] == sum(kind["files"] for kind in report["written"].values())
    assert sum(map(len, written.values())) == report["bytes"]
    assert b"kz/region/executed/2024/" in written["index.html"]


def test_a_frozen_answer_is_that_of_the_service(frozen, tmp_path):
    """Files byte for byte; embeds carry the policy that a service sends beside them; pages have links for a form."""
    _, after, _, (_, second) = frozen
    settings = publish_zz(tmp_path, factor=2)
    client = create_app(settings).test_client()

    assert Home(settings.home).current_id("zz") == second
    for face in ("embed/index.html", "map.svg", "data.csv", "data.json", "data.geojson"):
        path = f"kk/zz/region/executed/2024/{face}"
        assert client.get(f"/{path.removesuffix('index.html')}").data == POLICY.sub(b"", after[path])


def test_every_page_says_its_own_policy(frozen):
    """Where a host sends none; of what only headers can say it says nothing."""
    pages = {name: POLICY.findall(content) for name, content in frozen[1].items() if name.endswith("index.html")}
    leads = {name for name, content in frozen[1].items() if b'http-equiv="refresh"' in content}

    assert leads == {name for name, found in pages.items() if not found}
    assert all(len(found) == 1 and b"default-src &#39;none&#39;" in found[0] for found in pages.values() if found)
    assert not any(b"frame-ancestors" in found[0] for found in pages.values() if found)


def test_a_frozen_page_has_links_instead_of_a_form(frozen):
    """A host of plain files answers no form."""
    _, after, _, _ = frozen
    parts = Page(after["kk/zz/region/executed/2024/index.html"].decode())

    assert [] == parts.forms
    assert any("per=none" in address for address in parts.addresses)


def test_a_second_freeze_keeps_what_articles_quote(frozen):
    """Every pinned file of the older version is there, byte for byte, with the styles that it needs."""
    before, after, _, (first, second) = frozen
    kept = {name for name in before if name.startswith((f"v/{first}/", "static/"))}

    assert first != second
    assert kept
    assert {name: before[name] for name in kept} == {name: after[name] for name in kept}
    assert [name for name in after if name.startswith(f"v/{second}/")]


def test_a_second_freeze_shows_the_newer_figures(frozen):
    """At the addresses without a version."""
    before, after, _, _ = frozen

    assert before["en/zz/region/executed/2024/data.csv"] != after["en/zz/region/executed/2024/data.csv"]


@pytest.mark.parametrize("name", ["notes.txt", "index.html", ".hidden", "kk/old.html"])
def test_a_folder_that_is_not_ours_is_refused_and_untouched(kz_home, tmp_path, name):
    """Somebody's files are never replaced."""
    out = tmp_path / "www"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine", encoding="utf-8")

    with pytest.raises(NotOurFolder):
        freeze(kz_home, out)
    assert {name: b"mine"} == contents(out)
    assert [out] == list(tmp_path.iterdir())


class Killed(BaseException):
    """The end of a process, as far as it can be had within one."""


@pytest.mark.parametrize("moment", [0.0, 0.3])
def test_an_interrupted_freeze_leaves_the_old_site_whole(frozen, tmp_path, moment):
    """Whenever it is stopped; nothing half-written is left beside it."""
    out = tmp_path / "site"
    shutil.copytree(frozen[2], out)

    def stop(done, of):
        if done >= of * moment:
            raise Killed

    with pytest.raises(Killed):
        freeze(publish_zz(tmp_path), out, stop, SMALL)
    assert frozen[1] == contents(out)
    assert ["site"] == [path.name for path in tmp_path.iterdir() if "site" in path.name]


def test_a_disk_that_is_full_leaves_the_old_site_whole(frozen, tmp_path):
    """At the first page, in the middle, at the last: the error says where, and nothing half-written is left."""
    out, settings = tmp_path / "site", publish_zz(tmp_path)
    shutil.copytree(frozen[2], out)
    for moment in (0.0, 0.5, 1.0):

        def full(done, of, moment=moment):
            if done >= of * moment:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page")

        with pytest.raises(CannotWrite, match="E-SYS-02"):
            freeze(settings, out, full, replace(SMALL, tiles=(), search=False))
        assert frozen[1] == contents(out)
    assert ["site"] == [path.name for path in tmp_path.iterdir() if "site" in path.name]


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    """A file where a folder should be, above it too, and a disk of its own, which nothing can stand beside."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for out in (tmp_path / "file", tmp_path / "file" / "site", Path("/proc")):
        with pytest.raises((CannotWrite, NotOurFolder)), folder.replaced(out):
            pytest.fail("begun")
    assert {"file": b"mine"} == contents(tmp_path)


def test_two_freezes_do_not_meet(tmp_path):
    """The second is refused while the first lives; what a killed one left goes with the next."""
    out, left = tmp_path / "site", tmp_path / f".site.{'0' * 32}"
    left.mkdir()
    (left / "index.html").touch()
    with folder.replaced(out) as aside:
        (aside / RECORD).touch()
        with pytest.raises(SomebodyElseFreezes), folder.replaced(out):
            pytest.fail("begun")

    assert [out] == list(tmp_path.iterdir())
    assert {RECORD: b""} == contents(out)


def test_a_wrong_address_leads_to_the_map_from_any_depth(frozen, tmp_path):
    """In three languages, without asking for anything; a relative link would lead anywhere."""
    settings = replace(publish_zz(tmp_path), base_url=HOST)
    few = Plan(views=(), languages=("ru", "en"), units=False, lists=0, search=False, tiles=(), files={"first": ()})
    freeze(settings, tmp_path / "site", plan=few)
    addressed, alone = contents(tmp_path / "site"), Page(frozen[0][ABSENT].decode())
    links = Page(addressed[ABSENT].decode()).addresses
    listed = re.findall(r"<loc>([^<]*)</loc>", addressed["sitemap.xml"].decode())

    assert [] == list(alone.addresses)
    assert all(text_of(lang)("frozen.absent.title").encode() in frozen[0][ABSENT] for lang in LANGUAGES)
    assert ["/deep/folder/ru/zz/", "/deep/folder/en/zz/"] == list(links)
    assert all(f"{address.removeprefix('/deep/folder/')}index.html" in addressed for address in links)
    assert listed
    assert [] == [one for one in listed if f"{one.removeprefix(HOST)}index.html" not in addressed]
    assert "sitemap.xml" not in frozen[0]


@pytest.fixture(scope="module")
def healed(frozen, tmp_path_factory):
    """The link through which the first figures were frozen again, where a freeze of the second had been killed between
    two names: the old site stood under its hidden name."""
    folder = tmp_path_factory.mktemp("healed")
    shutil.copytree(frozen[2], folder / ".site.before")
    (folder / "link").symlink_to(folder / "site")
    freeze(publish_zz(folder), folder / "link", plan=SMALL)
    return folder / "link"


def test_a_freeze_killed_between_two_names_is_made_good_by_the_next(frozen, healed):
    """What articles quote is there again; a link stays a link."""
    pages = [healed / f"v/{version}/kk/zz/region/executed/2024/embed/index.html" for version in frozen[3]]

    assert healed.is_symlink()
    assert all(page.is_file() for page in pages)
    assert ["site"] == [path.name for path in healed.parent.iterdir() if "site" in path.name]


def test_freezing_the_same_again_changes_nothing(frozen, healed):
    """No clock, no chance: the same bytes, in another folder too."""
    before, again = frozen[0], contents(healed)

    assert before.keys() <= again.keys()
    assert [] == [name for name, content in before.items() if name != RECORD and content != again[name]]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Keep the lines of requests out of the output of the tests."""


@pytest.fixture
def plain_host(frozen):
    """The address of the frozen site in a folder of a host of plain files."""
    out = frozen[2]
    handler = functools.partial(_Quiet, directory=out.parent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{out.name}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.needs("chromium")
def test_a_plain_host_serves_the_map(plain_host, frozen, chromium):
    """View, unit, embed and pinned page in a browser, from a folder of the host; the root leads to the map."""
    first = frozen[3][0]
    addresses = {
        "kk/zz/region/executed/2024/": 5,
        "en/zz/region/executed/2024/per=none/": 5,
        f"v/{first}/ru/zz/region/change/2024/": 5,
        "ru/zz/region/executed/2024/embed/": 5,
        "kk/zz/unit/2020-01-01/region/10/": 0,
    }
    window = chromium.new_context()
    for path, units in addresses.items():
        seen = Watched.opened(window, f"{plain_host}/{path}")

        assert (200, [], []) == (seen.status, seen.faults, seen.foreign)
        assert units == len(
            {e.get_attribute("data-u") for e in seen.page.locator(".map path.u, .map a").all()} - {None}
        )
    lead = Watched.opened(window, f"{plain_host}/")
    lead.page.wait_for_url("**/kk/zz/region/executed/2024/")
    assert 5 == lead.page.locator(".twin tbody tr").count()
    window.close()


def test_every_asset_is_written(frozen):
    """Under the name that holds its hash."""
    _, after, _, _ = frozen

    assert {f"static/{name}" for name in assets.served()} <= set(after)
