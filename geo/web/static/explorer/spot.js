// What a panel may show: which page a link or the address means, and at which address that page stands.
import { read } from "./fragment.js";
import { address, page, pathOf } from "./words.js";

/** @typedef {{key: "unit" | "body" | "page", id: string, address: string}} Spot */

const SAFE = /^[\p{L}\p{N}._,=-]+(\/[\p{L}\p{N}._,=-]+)*\/?$/u;
const PAGES = new Set(["unit", "body", "bodies", "compare"]);
/** The period that addresses of units leave out, once it is known. @type {string | null} */
let usual = null;

const here = () => `${page.lang}/${page.country}/`;
const periodOf = (/** @type {string} */ view) => view.split("/")[4] ?? "";

/**
 * The page that a reader's click asks for; null leaves the click to the browser.
 * @param {Element} target
 * @returns {Spot | null}
 */
export const spotOf = (target) => {
  const link = target.closest("a[href]");
  if (link?.hasAttribute("data-leaves") || link?.hasAttribute("download") || link?.getAttribute("target")) return null;
  if (link?.closest("#panel")) return spotAt(link.getAttribute("href") ?? "");
  const held = target.closest(".mapbox .map [data-u],.twin tbody tr[data-u]");
  if (!held || (!link && (target.closest("button,select,input") || String(getSelection())))) return null;
  const unit = held.getAttribute("data-u");
  const own = document.querySelector(`.twin tbody tr[data-u="${unit}"] a[href],.mapbox .map a[data-u="${unit}"]`);
  const spot = spotAt((link ?? own)?.getAttribute("href") ?? "");
  return spot && { ...spot, address: addressOf(spot) };
};

/**
 * The page at an address, if it is one of ours that a panel shows.
 * @param {string} href
 * @returns {Spot | null}
 */
const spotAt = (href) => {
  const url = new URL(href, location.href);
  const root = new URL(address(here()));
  if (!href || url.origin !== root.origin || !url.pathname.startsWith(root.pathname) || url.search) return null;
  const path = decoded(url.pathname.slice(root.pathname.length));
  const [what, edition, level, id] = path.split("/");
  if (!PAGES.has(what) || !SAFE.test(path)) return null;
  if (what === "body") return { key: "body", id: edition, address: url.href };
  const isHere = what === "unit" && edition === page.edition && level === page.level;
  return isHere ? { key: "unit", id, address: url.href } : { key: "page", id: path, address: url.href };
};

/** What the address says is open. @returns {Spot | null} */
export const inView = () => {
  const said = read();
  for (const key of /** @type {const} */ (["unit", "body", "page"])) {
    const id = said.get(key) ?? "";
    const allowed = SAFE.test(id) && !id.includes("..") && (key === "page" ? PAGES.has(id.split("/")[0]) : !id.includes("/"));
    if (allowed) return { key, id, address: addressOf({ key, id, address: "" }) };
  }
  return null;
};

/**
 * Where a page stands: a unit of this map in the period and borders that the map shows.
 * @param {Spot} spot
 * @param {{edition?: string, view?: string}} [now]
 */
export const addressOf = ({ key, id, address: given }, { edition = page.edition, view = page.view } = {}) => {
  if (key === "body") return spoken(given) || address(`${here()}body/${encodeURIComponent(id)}/`);
  if (key === "page") return spoken(given) || address(here() + id);
  return address(`${here()}unit/${edition}/${page.level}/${encodeURIComponent(id)}/${during(view)}`);
};

/** @param {string} view */
const during = (view) => {
  usual ??= said();
  const period = periodOf(view);
  return page.is_plain || period === usual || !period ? "" : `period=${period}/`;
};

/**
 * The list of the organisations of a unit, for the period and function that the map shows.
 * @param {string} level
 * @param {string} id
 * @param {string} func its code, `all` for every function
 * @returns {Spot}
 */
export const listOf = (level, id, func) => {
  const path = `bodies/${page.edition}/${level}/${encodeURIComponent(id)}/${func === "all" ? "" : `function=${func}/`}${during(page.view)}`;
  return { key: "page", id: path, address: address(here() + path) };
};

/** The same page in the language of the map; what is none of ours stays. @param {string} given */
const spoken = (given) => {
  const path = pathOf(given);
  return path === null ? given : address([page.lang, ...path.split("/").slice(1)].join("/"));
};

/** The period that the page's own links leave out: that of its view, where they name none. */
const said = () => {
  const link = document.querySelector(".twin tbody a[href]")?.getAttribute("href") ?? "";
  return link && !link.includes("/period=") ? periodOf(page.view) : null;
};

/** @param {string} path */
const decoded = (path) => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
