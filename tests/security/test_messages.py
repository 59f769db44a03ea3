"""Laws about messages between an article and our frame: a thousand strange ones change nothing on either side."""

import json
import random

import pytest

from tests.hostile import HOSTILE
from tests.web.route_map import MAP

pytestmark = pytest.mark.needs("chromium")

KEYS = (
    "datawrapper-height",
    "height",
    "type",
    "sentinel",
    "secret",
    "message",
    "value",
    "url",
    "theme",
    "pym",
    "__proto__",
)
SCALARS = (None, True, -1, 0, 49, 5001, 10**12, "9" * 400, "1e9", "60;color:red", "60px", *HOSTILE)
ARTICLE = """<!doctype html><link rel="icon" href="data:,"><style>iframe {{ border: 0 }}</style><p>An article</p>
<iframe id="ours" src="{src}" width="560" height="420"></iframe><script src="{site}/frame.js"></script>"""
# What was posted has been heard when what was posted behind it has.
POST = """async ([messages, isToFrame]) => {
  const frame = document.getElementById("ours"), target = isToFrame ? frame.contentWindow : window;
  const heard = new Promise((done) => addEventListener("message", ({data}) => { if (data === "the last") done(); }));
  for (const one of messages) target.postMessage(one, "*");
  window.postMessage("the last", "*");
  await heard; await new Promise((done) => setTimeout(done, 150));
  return frame.getBoundingClientRect().height; }"""


def strange(number):
    """Return messages drawn from everything that scripts of hosts say, and from what nobody should."""
    drawn = random.Random(7)  # the same ones each time

    def value(depth):
        kind = drawn.randrange(6 if depth else 3)
        if kind < 3:
            return drawn.choice(SCALARS)
        if kind == 3:
            return [value(depth - 1) for _ in range(drawn.randrange(4))]
        return {drawn.choice(KEYS): value(depth - 1) for _ in range(drawn.randrange(1, 4))}

    packed = (f"pymxPYMxmapxPYMx{drawn.choice(KEYS)}xPYMx{drawn.choice(SCALARS)}" for _ in range(number))
    return [drawn.choice([value(3), json.dumps(value(2)), next(packed)]) for _ in range(number)]


@pytest.fixture
def article(browse, serve, small_app):
    """A page of another site with our frame and our script."""
    site = serve(small_app)

    def page(_, start_response):
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [ARTICLE.format(src=f"{site}{MAP}embed/", site=site).encode()]

    seen = browse(f"{serve(page)}/")
    seen.page.frames[1].wait_for_selector(".map")
    seen.page.wait_for_selector("#ours[style]")  # our script has given our frame the height that it told
    return seen


def test_a_thousand_messages_to_our_frame_change_nothing_in_it(article):
    """Neither its words nor its height nor the console; nothing that they say is run."""
    frame = article.page.frames[1]
    article.page.evaluate(POST, [[], True])
    before = frame.evaluate("[document.documentElement.outerHTML, innerHeight]")
    high = article.page.evaluate(POST, [strange(1000), True])

    assert before == frame.evaluate("[document.documentElement.outerHTML, innerHeight]")
    assert before[1] == high
    assert "undefined" == frame.evaluate("typeof window.__x")
    assert [] == article.complaints


def test_a_thousand_messages_to_the_article_do_not_move_our_frame(article):
    """Our script heeds our own frame alone, and of it what may be a height."""
    before = article.page.evaluate(POST, [[], False])
    high = article.page.evaluate(POST, [[*strange(1000), {"datawrapper-height": {"x": 999}}], False])

    assert before == high
    assert 50 <= high <= 5000
    assert "undefined" == article.page.evaluate("typeof window.__x")
    assert [] == article.complaints
