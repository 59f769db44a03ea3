"""Laws about the page that makes a map ready for an article: what it offers it answers, what it hands out is real."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.model import LANGUAGES
from geo.web import create_app
from geo.web.answering.answers import PAGE_POLICY
from geo.web.embeds import PARTS
from geo.web.faces import OFFERED
from geo.web.options import options_of
from geo.web.sharing import builder, snippets
from tests.web.asking import followed
from tests.web.words import foreign

VIEW = "kz/region/executed/2024/"
AT = f"/en/{VIEW}builder/"
OPTIONS = OFFERED[builder.WORD]
NAMES = ("iframe", "script", "link", "picture", "oembed", "cite")


class Fields(HTMLParser):
    """A page as what a browser would send of its form, and what it hands out to be copied."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.sent, self.offered, self.pasted, self.frames = [], {}, {}, []
        self._select = self._area = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "iframe":
            self.frames.append(given)
        elif tag == "input" and given.get("name") and given["name"] != "q":
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given:
                self.sent.append((given["name"], given.get("value") or ""))
            if given.get("type") == "radio":
                self.offered.setdefault(given["name"], []).append(given["value"])
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            self.offered.setdefault(self._select, []).append(given["value"])
            if "selected" in given:
                self.sent.append((self._select, given["value"]))
        elif tag == "textarea":
            self._area = given["id"].removeprefix("s-")
            self.pasted[self._area] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data):
        if self._area:
            self.pasted[self._area] += data

    def but(self, **changed):
        """Return what is sent after some choices."""
        kept = [(name, value) for name, value in self.sent if name not in changed]
        return [
            *kept,
            *((n, v) for n, values in changed.items() for v in ([values] if isinstance(values, str) else values)),
        ]


def fields(client, path=AT):
    """Return the fields of a builder."""
    response = client.get(path)

    assert 200 == response.status_code, path
    return Fields(response.get_data(as_text=True))


def sent(client, pairs, path=AT):
    """Return where a form leads that is sent with these pairs; its address in full."""
    response = client.get(path, query_string=pairs)

    assert 303 == response.status_code, response.get_data(as_text=True)[:2000]
    return response.headers["Location"]


@pytest.mark.parametrize("path", [AT, f"/en/{VIEW}theme=dark/without=title.table/figures=live/width=640/builder/"])
def test_a_form_that_is_sent_as_it_is_leads_to_where_it_stands(kz, path):
    """The form says all that the address says, and nothing else."""
    assert path == sent(kz, fields(kz, path).sent, path)


@pytest.mark.parametrize(
    "name", ["measure", "period", "per", "highlight", "lang", *sorted(OPTIONS.keys() - {"width", "without"})]
)
def test_every_choice_of_every_field_is_answered(kz, name):
    """No option is a trap, and what is chosen stands chosen on the page that it leads to."""
    shown = fields(kz)
    values = shown.offered[name][:4]
    led = {value: sent(kz, shown.but(**{name: value})) for value in values}

    assert len(set(led.values())) == len(values) > 1
    assert {(name, value) for value in values} == {
        pair for value, path in led.items() for pair in fields(kz, path).sent if pair == (name, value)
    }


@pytest.mark.parametrize("part", PARTS)
def test_what_is_not_ticked_is_left_out(kz, part):
    """The address names what is missing, so that a map that shows everything has the short one."""
    shown = [name for name in PARTS if name != part]
    led = sent(kz, fields(kz).but(show=["", *shown]))

    assert f"/en/{VIEW}without={part}/builder/" == led
    assert shown == [value for name, value in fields(kz, led).sent if name == "show" and value]
    assert f"without={part}/embed/" in fields(kz, led).pasted["iframe"]


def test_nothing_ticked_is_an_answer_too(kz):
    """A form without any tick is sent with its hidden field alone."""
    led = sent(kz, fields(kz).but(show=[""]))

    assert f"/en/{VIEW}without={'.'.join(PARTS)}/builder/" == led


@given(
    theme=st.sampled_from(OPTIONS["theme"].allowed),
    figures=st.sampled_from(["frozen", "live"]),
    width=st.one_of(st.just("full"), st.integers(builder.NARROWEST, builder.WIDEST).map(str)),
    order=st.randoms(use_true_random=False),
)
def test_an_address_says_the_same_in_any_order(theme, figures, width, order):
    """Options have one spelling, whatever order they came in."""
    pairs = [("theme", theme), ("figures", figures), ("width", width)]
    path = options_of(pairs, OPTIONS).path
    order.shuffle(pairs)

    assert path == options_of(pairs, OPTIONS).path


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("width=199", 400), ("width=2001", 400), ("width=1e3", 400), ("width=0640", 400), ("width=٦٤٠", 400),
        ("width=-640", 400), ("width=640px", 400), ("show=everything", 400), ("theme=pink", 400),
        ("without=source", 400),
        ("figures=dead", 400), ("lang=de", 404), ("lang=", 303), ("width=", 303), ("theme=dark&theme=dark", 400),
        ("lang=kk&lang=ru", 400), ("x=1", 400), ("level=village", 404), ("highlight=1", 400), ("picture=poster", 400),
        ("show=title&show=title", 303), ("measure=%00", 404), ("lang=../..", 404),
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused(kz, query, status):
    """Unknown keys, words and numbers out of range are errors that say what is offered, never a default."""
    response = kz.get(f"{AT}?{query}", headers={"Accept": "text/html"})

    assert status == response.status_code


def test_frozen_is_the_default(kz, kz_version):
    """Whoever copies without a choice gets figures that never move."""
    pasted = fields(kz).pasted
    pinned = f"http://localhost/v/{kz_version.id}/en/{VIEW}"

    assert NAMES == tuple(pasted)
    assert [name for name in NAMES if pinned not in pasted[name] and name != "oembed"] == []
    assert pinned == parse_qs(urlsplit(pasted["oembed"]).query)["url"][0]


def test_live_codes_name_no_version(kz, kz_version):
    """But a citation does: what is quoted was read in one version."""
    pasted = fields(kz, f"/en/{VIEW}figures=live/builder/").pasted

    assert ["cite"] == [name for name in NAMES if kz_version.id in pasted[name]]


def test_a_page_of_a_version_stays_in_it(kz, kz_version):
    """Its codes and its preview are of that version; live ones are of none, and leave it."""
    pinned = f"/v/{kz_version.id}/en/{VIEW}"
    shown = {figures: fields(kz, f"{pinned}{figures}builder/") for figures in ("", "figures=live/")}
    previews = [urljoin(f"{pinned}{figures}builder/", page.frames[0]["src"]) for figures, page in shown.items()]

    assert [f"{pinned}embed/", f"/en/{VIEW}embed/"] == previews
    assert f'src="http://localhost{pinned}embed/"' in shown[""].pasted["iframe"]
    assert f'src="http://localhost/en/{VIEW}embed/"' in shown["figures=live/"].pasted["iframe"]


@pytest.mark.parametrize("path", [AT, f"/kk/{VIEW}theme=dark/without=legend/figures=live/highlight=750000000/builder/"])
def test_every_address_that_is_handed_out_answers(kz, path):
    """The frame, its script, the picture, the page and what oEmbed says of it."""
    canonical = kz.get(path).headers.get("Location", path)
    pasted = fields(kz, canonical).pasted
    addresses = set(re.findall(r'(?:src|href)="([^"]+)"', "".join(pasted.values()))) | {
        pasted["link"],
        pasted["oembed"],
    }
    answers = {address: kz.get(address, headers={"Accept": "*/*"}).status_code for address in addresses}

    assert len(addresses) >= 5
    assert set() == {address for address, status in answers.items() if status != 200}


def test_a_preview_writes_nothing_down(kz):
    """Trying choices asks for the embed in force; a frozen one is kept for good when it is first asked for."""
    (frame,) = fields(kz, f"/en/{VIEW}without=title/builder/").frames
    seen = urlsplit(urljoin(f"http://localhost/en/{VIEW}without=title/builder/", frame["src"])).path

    assert f"/en/{VIEW}without=title/embed/" == seen
    assert [200] == followed(kz, seen)


def test_only_the_builder_frames_and_nobody_frames_it(kz):
    """A page with a form under somebody else's button would be a trap."""
    policies = {path: kz.get(path).headers["Content-Security-Policy"] for path in (AT, f"/en/{VIEW}")}

    assert f"{PAGE_POLICY}; frame-src 'self'" == policies[AT]
    assert "frame-ancestors 'none'" in policies[AT]
    assert PAGE_POLICY == policies[f"/en/{VIEW}"]


def test_search_engines_are_led_to_the_map(kz):
    """A builder of every view would be another page about the same figures."""
    assert "noindex" == kz.get(AT).headers["X-Robots-Tag"]


class _Tags(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


@settings(max_examples=40)
@given(title=st.text(max_size=80), alt=st.text(max_size=80), width=st.sampled_from(["full", "560"]))
def test_no_name_gets_out_of_its_attribute(title, alt, width):
    """Whatever a territory is called, what is pasted has the tags and attributes that it should and no others."""
    title, alt = (text.replace("\r", " ").replace("\0", " ") for text in (title, alt))
    framed = snippets.sized(snippets.iframe("https://a.example/e/", title, 500, width), "https://a.example/")
    shown = snippets.picture("https://a.example/map.png", "https://a.example/", alt, (1200, 630), width)
    (frame, script), (_, image) = _Tags(framed).tags, _Tags(shown).tags

    assert ("iframe", {"src", "title", "width", "height", "frameborder", "loading"}) == (frame[0], set(frame[1]))
    assert ("script", {"src": "https://a.example/frame.js", "async": None}) == script
    assert (title, alt) == (frame[1]["title"], image[1]["alt"])
    assert {"src", "alt", "width", "height", "style", "loading"} == set(image[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_builder_speaks_one_language(kz, kz_version, lang):
    """Names of systems are names in any text."""
    names = {unit.names[lang] for unit in kz_version.level("2022-06-08", "region").units}
    known = names | {"oEmbed", "Datawrapper", "pym", "js", "WordPress", "AMP", "HTML"}

    assert [] == foreign(kz.get(f"/{lang}/{VIEW}builder/").get_data(as_text=True), lang, known)


def test_what_is_made_up_says_so_wherever_it_is_pasted(demo_home):
    """The title of the frame, the words for the picture and the citation begin with the mark."""
    pasted = fields(create_app(demo_home).test_client(), "/en/kz-demo/region/executed/2024/builder/").pasted

    assert {"iframe", "script", "picture", "cite"} == {name for name, text in pasted.items() if "ynthetic" in text}
