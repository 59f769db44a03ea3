// What a reader types, looked up in the files of a site that no service stands behind; as `results.json` answers it.
import { skeletons } from "./heard.js";

/** @typedef {import("./search.js").Hit} Hit */
/** @typedef {Hit & {sounds: string[]}} Row */
/** @typedef {import("./heard.js").Tables & {light: string[], said: {found: string, nothing: string}, files: Record<string, string>}} Table */

const MOST = 20;
/** @type {Map<string, Promise<any>>} */
const held = new Map();

/** @param {string} url @returns {Promise<any>} */
const json = (url) => {
  const known = held.get(url) ?? fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));
  held.set(url, known);
  known.catch(() => held.delete(url));
  return known;
};

/**
 * The hits for a text; raises what fetching raises.
 * @param {string} typed
 * @param {string} folder the address of the page of the search
 * @returns {Promise<{said: string, all: string, count: number, results: Hit[]}>}
 */
export const found = async (typed, folder) => {
  /** @type {Table} */
  const table = await json(new URL("sounds.json", folder).href);
  const words = skeletons(typed, table);
  const heavy = words.filter((word) => word.length > 1 && !table.light.includes(word));
  const asked = heavy.length ? heavy : words;
  const [longest = ""] = [...asked].sort((a, b) => b.length - a.length);
  const file = table.files[longest[0]];
  /** @type {Row[]} */
  const rows = file ? await json(new URL(file, folder).href) : [];
  const hits = rows.map((row) => ({ row, fit: fitting(row.sounds, asked) })).filter(({ fit }) => fit);
  const results = hits.sort((a, b) => b.fit - a.fit).slice(0, MOST).map(({ row }) => row);
  const said = results.length ? table.said.found.replace("{count}", String(hits.length)) : table.said.nothing;
  return { said, all: "", count: results.length, results };
};

/** How well a name fits: 0 where a word is missing, more for whole words. @param {string[]} sounds @param {string[]} asked */
const fitting = (sounds, asked) => {
  const fits = asked.map((word) => (sounds.includes(word) ? 2 : sounds.some((sound) => sound.startsWith(word)) ? 1 : 0));
  return fits.some((fit) => !fit) ? 0 : fits.reduce((/** @type {number} */ sum, fit) => sum + fit, 0);
};
