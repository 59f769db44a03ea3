// A page of our own, fetched and taken apart: its readable part, ready to stand in another page.

const LINKING = ["href", "src", "action"];
const NAMING = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"];

/**
 * The readable part of a page, its links made absolute, its style sheets loaded, its ids apart from the page's own.
 * Throws a RangeError where the server has no such page, another error where nothing could be fetched.
 * @param {string} asked
 * @param {AbortSignal} signal
 * @returns {Promise<{article: Element, address: string}>}
 */
export const adopted = async (asked, signal) => {
  if (new URL(asked).origin !== location.origin) throw new RangeError(asked);
  const response = await fetch(asked, { signal, headers: { Accept: "text/html" } });
  if (response.status >= 400 && response.status < 500) throw new RangeError(asked);
  if (!response.ok || new URL(response.url).origin !== location.origin) throw new Error(String(response.status));
  const made = new DOMParser().parseFromString(await response.text(), "text/html");
  const article = made.querySelector("[data-panel]");
  if (!article) throw new RangeError(asked);
  for (const script of article.querySelectorAll("script,style,iframe")) script.remove();
  // Landmarks of a page would be second ones of their names in this page.
  for (const held of article.querySelectorAll("section[aria-labelledby],section[aria-label]")) held.setAttribute("role", "group");
  for (const name of LINKING) {
    for (const held of article.querySelectorAll(`[${name}]`)) {
      const value = held.getAttribute(name) ?? "";
      if (!value.startsWith("#")) held.setAttribute(name, new URL(value, response.url).href);
    }
  }
  apart(article);
  await Promise.all([...made.querySelectorAll("link[rel=stylesheet]")].map((link) => styled(new URL(link.getAttribute("href") ?? "", response.url).href)));
  return { article: document.adoptNode(article), address: response.url };
};

/** Rename ids that the page has already, with all that points at them. @param {Element} article */
const apart = (article) => {
  for (const held of article.querySelectorAll("[id]")) {
    const taken = document.getElementById(held.id);
    if (!taken || taken.closest("#panel")) continue;
    const [id, own] = [held.id, `panel-${held.id}`];
    held.id = own;
    for (const link of article.querySelectorAll(`[href="#${CSS.escape(id)}"]`)) link.setAttribute("href", `#${own}`);
    for (const name of NAMING) {
      for (const named of article.querySelectorAll(`[${name}~="${CSS.escape(id)}"]`)) {
        const ids = (named.getAttribute(name) ?? "").split(/\s+/).map((word) => (word === id ? own : word));
        named.setAttribute(name, ids.join(" "));
      }
    }
  }
};

/** Bring a style sheet that the page lacks; unstyled is readable, so a failure is no failure. @param {string} href @returns {Promise<void>} */
export const styled = (href) =>
  new Promise((done) => {
    const has = [...document.querySelectorAll("link")].some((link) => link.rel === "stylesheet" && link.href === href);
    if (has || new URL(href).origin !== location.origin) return done();
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.addEventListener("load", () => done());
    link.addEventListener("error", () => done());
    link.href = href;
    document.head.append(link);
  });
