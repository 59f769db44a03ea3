// What the server says to the scripts: where the page stands, and the words of its language.

/**
 * @typedef {{
 *   lang: string, country: string, version: string, is_pinned: boolean, is_plain: boolean, watch_s: number, edition: string, level: string,
 *   view: string, drawing: string, root: string, prefix: string, engine: string, worker: string, words: Record<string, string>,
 * }} Page
 */

const said = document.getElementById("explorer")?.textContent;

/** The page as it stands now: a change of view renews its members. @type {Page} */
export const page = said
  ? JSON.parse(said)
  : { lang: "", country: "", version: "", is_pinned: false, is_plain: true, watch_s: 0, edition: "", level: "", view: "", drawing: "", root: "./", prefix: "", engine: "", worker: "", words: {} };

/**
 * A message of the page's language, its {names} filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export const word = (key, values = {}) =>
  (page.words[key] ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

const home = new URL(page.root + page.prefix, location.href);

/** The absolute address of a page given from the root, in the version that is being read. @param {string} path */
export const address = (path) => new URL(path, home).href;

/** The path from the root of an address in the version that is being read; null for one elsewhere. @param {string} url */
export const pathOf = (url) => {
  const [whole] = url.split("#");
  return whole.startsWith(home.href) ? whole.slice(home.href.length) : null;
};
