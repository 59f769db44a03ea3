// Names as they are heard, by the tables of a site of plain files: «Қызылорда» and Kyzylorda are one. The rules are those
// of geo/core/skeleton.py.

/** @typedef {{one: Record<string, string>, two: Record<string, string>, heard: Record<string, string>, alike: Record<string, string>, longest: number}} Tables */

const APOSTROPHES = /['’‘ʼʻ`´′ʹ]/g;
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{N}]|['\u0300-\u036f])*/gu;

/**
 * The skeletons of the words of a text, in order; letters and digits are words of their own.
 * @param {string} text
 * @param {Tables} tables
 * @returns {string[]}
 */
export const skeletons = (text, tables) =>
  (text.normalize("NFC").replace(APOSTROPHES, "'").match(WORD) ?? []).flatMap((word) => (word.match(/[0-9]+|[^0-9]+/g) ?? []).map((part) => skeleton(part, tables)).filter(Boolean));

/** @param {string} word @param {Tables} tables */
const skeleton = (word, { one, two, heard, alike, longest }) => {
  const isCyrillic = /[\u0400-\u04ff]/.test(word);
  const letters = [...(isCyrillic ? [...word].map((letter) => alike[letter] ?? letter).join("") : word).toLowerCase()];
  /** @type {string[]} */
  const sounds = [];
  /** @param {string} sound */
  const hear = (sound) => {
    const before = sounds.at(-1);
    const merged = before === undefined || /[0-9]/.test(sound) ? "" : before === sound ? sound : (heard[before + sound] ?? "");
    if (!merged) return void sounds.push(sound);
    sounds.pop();
    hear(merged);
  };
  for (let at = 0; at < letters.length; at++) {
    const pair = two[letters[at] + (letters[at + 1] ?? "")];
    if (pair !== undefined) at++;
    for (const sound of pair ?? sounded(letters[at], one)) hear(sound);
  }
  return sounds.join("").slice(0, longest);
};

/** @param {string} letter @param {Record<string, string>} one */
const sounded = (letter, one) => {
  const base = letter.normalize("NFKD")[0];
  return one[letter] ?? one[base] ?? (/[\p{L}\p{N}]/u.test(letter) ? letter : "");
};
