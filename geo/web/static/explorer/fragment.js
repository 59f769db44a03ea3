// What stands behind # in the address: how the page is looked at, never what it shows. `map=4/48/67&show=bodies`.

/** @returns {Map<string, string>} what the address says now, by key */
export const read = () => {
  const found = new Map();
  for (const part of location.hash.slice(1).split("&")) {
    const at = part.indexOf("=");
    if (at > 0) found.set(part.slice(0, at), plain(part.slice(at + 1)));
  }
  return found;
};

/**
 * Keep a key in the address, or take it out; `push` makes a step that the reader can go back from.
 * @param {string} key
 * @param {string | null} value
 * @param {{push?: boolean}} [how]
 */
export const write = (key, value, { push = false } = {}) => {
  const kept = read();
  if (value === null) kept.delete(key);
  else kept.set(key, value);
  const parts = [...kept].map(([name, held]) => `${name}=${encodeURIComponent(held).replace(/%2F/g, "/").replace(/%2C/g, ",")}`);
  const address = location.pathname + location.search + (parts.length ? `#${parts.join("&")}` : "");
  if (address === location.pathname + location.search + location.hash) return;
  if (push) history.pushState(history.state, "", address);
  else history.replaceState(history.state, "", address);
};

/** @param {string} text */
const plain = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is what somebody typed
  }
};
