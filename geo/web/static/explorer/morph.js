// One tree of the page becomes like another: what is the same stays the same element, with its focus and its shape.

const OURS = ["tabindex", "style", "hidden", "inert", "open", "aria-busy", "aria-hidden"]; // scripts set these
const KEPT = ["d", ...OURS]; // parts of a page come without the outlines, which the page has

/** What an element is, beside its kind: one that stands for something else is another element, with another focus.
 * @type {Record<string, (element: Element) => string | null>} */
const MEANING = {
  A: (element) => element.getAttribute("title") ?? element.textContent,
  SPAN: (element) => element.getAttribute("title"),
  g: (element) => element.getAttribute("class"),
};

/** @param {Node} node */
const key = (node) => {
  if (!(node instanceof Element)) return node.nodeName;
  return `${node.nodeName} ${node.id || node.getAttribute("data-u") || node.getAttribute("name") || MEANING[node.nodeName]?.(node)}`;
};

/** @param {Element} was @param {Element} now */
const attributes = (was, now) => {
  for (const { name } of [...was.attributes]) if (!now.hasAttribute(name) && !KEPT.includes(name)) was.removeAttribute(name);
  for (const { name, value } of now.attributes) {
    if (was.getAttribute(name) !== value && !(was.hasAttribute(name) && OURS.includes(name))) was.setAttribute(name, value);
  }
};

// Nothing in these is set by hand, so what is equal needs no look inside.
const PLAIN = new Set(["TR", "LI", "P", "a", "g", "text"]);

/**
 * Make `was` like `now`, which is used up, all at once.
 * @param {Node} was
 * @param {Node} now
 */
export const morph = (was, now) => {
  for (const _ of morphing(was, now));
};

/**
 * Make `was` like `now`, which is used up; stops after each territory, for others to do their work in between. `fresh` is
 * told of each element that comes in whole.
 * @param {Node} was
 * @param {Node} now
 * @param {(element: Element) => void} [fresh]
 * @returns {Generator<void>}
 */
export function* morphing(was, now, fresh = () => {}) {
  if (!(was instanceof Element) || !(now instanceof Element)) {
    if (was.nodeValue !== now.nodeValue) was.nodeValue = now.nodeValue;
    return;
  }
  if (PLAIN.has(was.nodeName) && was.isEqualNode(now)) return;
  attributes(was, now);
  yield* children(was, now, fresh);
  // What a reader has chosen by hand counts more than the attribute: it is set as well.
  if (was instanceof HTMLOptionElement) was.selected = /** @type {HTMLOptionElement} */ (now).defaultSelected;
  if (was instanceof HTMLInputElement) was.value = was.defaultValue;
}

/** @param {Element} was @param {Element} now @param {(element: Element) => void} fresh @returns {Generator<void>} */
function* children(was, now, fresh) {
  /** @type {Map<string, ChildNode[]>} */
  const known = new Map();
  for (const child of was.childNodes) {
    const held = known.get(key(child));
    if (held) held.push(child);
    else known.set(key(child), [child]);
  }
  /** @type {ChildNode | null} */
  let at = was.firstChild;
  for (const child of [...now.childNodes]) {
    const same = known.get(key(child))?.shift();
    if (same) yield* morphing(same, child, fresh);
    else if (child instanceof Element) fresh(child);
    const next = same ?? child;
    if (at && at.parentNode !== was) at = next.parentNode === was ? next : null; // another script has taken it away
    if (next === at) at = at.nextSibling;
    else was.insertBefore(next, at);
    if (child instanceof Element && child.hasAttribute("data-u")) yield;
  }
  for (const left of known.values()) for (const child of left) child.remove();
}
