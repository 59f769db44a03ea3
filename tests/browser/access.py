"""What a browser measures of access: axe-core's objections, targets too small, motion, width."""

from pathlib import Path

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A link inside a sentence may be as high as its line (WCAG 2.2, 2.5.8 "inline"); shapes of a map lie where they lie.
_SMALL = """least => {
  const inline = element => {
    const style = getComputedStyle(element);
    if (style.display !== "inline") return false;
    let text = "";
    for (const node of element.parentElement.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) text += node.textContent;
    }
    return text.replace(/[\\s·,.:;()–—]/g, "").length > 2;
  };
  const found = [];
  for (const element of document.querySelectorAll("a[href],button,select,input:not([type=hidden]),textarea,summary")) {
    if (element.closest("svg") || element.classList.contains("skip") || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || inline(element)) continue;
    if (box.width < least || box.height < least) {
      const place = element.closest("[class],[id]");
      const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
      const name = element.textContent.trim().slice(0, 24);
      found.push(`${element.localName} in .${place.className || place.id}: ${size} ${name}`);
    }
  }
  return [...new Set(found)];
}"""
_BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest("svg,.scroll"))
  .map(e => `${e.localName}.${e.className}`).slice(0, 8)"""
_MOVING = """() => document.getAnimations().filter(a => (a.effect?.getComputedTiming().duration ?? 0) > 1).length
  + [...document.querySelectorAll("*")].filter(e => {
    const s = getComputedStyle(e);
    return [s.transitionDuration, s.animationName === "none" ? "0s" : s.animationDuration]
      .some(all => all.split(",").some(one => parseFloat(one) > 0.001));
  }).length"""


def objections(page):
    """Return what axe-core objects to, as (rule, place)."""
    if not page.evaluate("typeof axe === 'object'"):
        page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run({runOnly: {type: 'tag', values: tags}})", TAGS)
    assert len(found["passes"]) >= 15
    return [(rule["id"], node["html"][:120]) for rule in found["violations"] for node in rule["nodes"]]


def small(page, least=24):
    """Return the links, buttons and fields outside of running text that are smaller than a finger, in CSS pixels."""
    return page.evaluate(_SMALL, least - 0.01)


def beyond(page):
    """Return what makes a page wider than its window; empty where nothing does."""
    return page.evaluate(_BEYOND)


def moving(page):
    """Return how many elements move, or would, by themselves."""
    return page.evaluate(_MOVING)
