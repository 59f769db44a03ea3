"""What a page shows, block by block, so that one that was repainted can be held against one that was loaded."""

# Scripts mark what is pointed at, focused or busy; an option is chosen by its property, not by its attribute.
_BLOCKS = """() => {
  const said = {title: document.title, lang: document.documentElement.lang};
  for (const query of ['meta[name="description"]', 'link[rel="canonical"]', 'link[hreflang="ru"]']) {
    said[query] = document.querySelector(query)?.outerHTML;
  }
  for (const part of document.querySelectorAll("[data-part],[data-map]>svg.map")) {
    const copy = part.cloneNode(true);
    copy.querySelectorAll(".over").forEach((outline) => outline.remove());
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      const ofScripts = ["tabindex", "style", "aria-busy", "hidden", "open", "selected"];
      for (const name of ofScripts) element.removeAttribute(name);
      element.classList.remove("on");
      if (!element.className.baseVal && !element.className) element.removeAttribute("class");
      const held = [...element.attributes].map(({name, value}) => [name, value]).sort();
      for (const [name] of held) element.removeAttribute(name);
      for (const [name, value] of held) element.setAttribute(name, value);
    }
    const chosen = [...part.querySelectorAll("select,input")].map((field) => field.value);
    said[part.dataset.part ?? "map"] = copy.outerHTML + chosen;
  }
  return said;
}"""
_SETTLED = "before => location.href !== before && !document.querySelector('[aria-busy=true]')"


def blocks(page):
    """Return the HTML of each block by its name, without what only scripts add."""
    return page.evaluate(_BLOCKS)


def different(one, other):
    """Return the names of the blocks that differ, with the place where they do."""
    found = {}
    for name in one.keys() | other.keys():
        texts = (one.get(name) or "", other.get(name) or "")
        if texts[0] != texts[1]:
            pairs = enumerate(zip(*texts, strict=False))
            at = next((place for place, (a, b) in pairs if a != b), min(map(len, texts)))
            found[name] = tuple(text[max(0, at - 80) : at + 120] for text in texts)
    return found


def after(page, act):
    """Do something that leads to another view and wait until the page shows it whole."""
    before = page.url
    act()
    page.wait_for_function(_SETTLED, arg=before)
