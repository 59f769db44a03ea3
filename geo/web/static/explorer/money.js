// Amounts of the map itself. Tiles carry whole minor units as text; nothing is lost on the way to the reader.
import { word } from "./words.js";

/**
 * Return how amounts are written: short for labels, exact to the last digit for reading.
 * @param {string} lang
 * @param {string} currency
 * @param {number} minor minor units to one
 */
export const moneyOf = (lang, currency, minor) => {
  const known = [lang, "ru"]; // browsers know no numbers of Kazakh; both write them alike
  const brief = new Intl.NumberFormat(known, { maximumSignificantDigits: 3 });
  const exact = new Intl.NumberFormat(known, { maximumFractionDigits: 6 });
  const sign = new Intl.NumberFormat(known, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  const symbol = sign.formatToParts(1).find(({ type }) => type === "currency")?.value ?? currency;
  const digits = String(minor).length - 1;
  return {
    count: (/** @type {number} */ number) => exact.format(number),
    short: (/** @type {number} */ amount) => {
      const size = Math.abs(amount / minor);
      const power = [12, 9, 6, 3].find((exponent) => size >= 10 ** exponent) ?? 0;
      return word(`map.e${power}`, { number: brief.format(amount / minor / 10 ** power), symbol }).replace(/ /g, "\u00a0");
    },
    exact: (/** @type {string} */ amount) => {
      const minus = amount.startsWith("-") ? "-" : "";
      const plain = amount.slice(minus.length).padStart(digits + 1, "0");
      const decimal = digits ? `${minus}${plain.slice(0, -digits)}.${plain.slice(-digits)}` : amount;
      const number = exact.format(/** @type {any} */ (decimal)); // of text, not of a number: exact at any size
      return word("map.e0", { number, symbol });
    },
  };
};
