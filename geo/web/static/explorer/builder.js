// The page that makes a map ready for an article: what is chosen is seen at once, and what is pasted is copied.

import { morph } from "./morph.js";

const LATE_MS = 400; // what comes sooner needs no sign of waiting

/** @template {Element} T @param {string} selector @param {new () => T} kind @param {ParentNode} [root] */
const found = (selector, kind, root = document) => {
  const element = root.querySelector(selector);
  return element instanceof kind ? element : null;
};

/** Make the links of a page whole: its address changes, what they mean does not. @param {ParentNode} root @param {string} base */
const settle = (root, base) => {
  for (const name of ["href", "src"]) {
    for (const held of root.querySelectorAll(`a[${name}],img[${name}],iframe[${name}],link[rel=icon][${name}]`)) {
      const value = held.getAttribute(name) ?? "";
      if (value && !value.startsWith("#")) held.setAttribute(name, new URL(value, base).href);
    }
  }
};

/** Show what scripts alone can do. @param {ParentNode} root */
const equip = (root) => {
  for (const button of root.querySelectorAll("[data-copy]")) button.removeAttribute("hidden");
  for (const button of root.querySelectorAll(".send,.renew")) button.setAttribute("hidden", "");
};

/** Copy a text, or choose it for the reader to copy by hand. @param {HTMLElement} button */
const copy = async (button) => {
  const text = found(`#${button.dataset.copy}`, HTMLTextAreaElement);
  const said = button.previousElementSibling;
  if (!text || !(said instanceof HTMLElement)) return;
  await renewing; // what was chosen a moment ago is copied, not what stood there before
  let word = said.dataset.copied;
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.focus();
    text.select();
    word = said.dataset.select;
  }
  said.textContent = word ?? "";
};

/** Show the map that a page has, without a step in the history. @param {Document} made */
const preview = (made) => {
  const [was, now] = [found("#preview", HTMLIFrameElement), found("#preview", HTMLIFrameElement, made)];
  if (!was || !now || was.src === now.getAttribute("src")) {
    if (was && now) was.width = now.width;
    return;
  }
  const fresh = document.createElement("iframe");
  for (const { name, value } of now.attributes) fresh.setAttribute(name, value);
  was.replaceWith(fresh);
};

/** @type {AbortController | null} */
let asking = null;
/** @type {Promise<void> | null} */
let renewing = null;

/** Ask for the page of what is chosen and become like it. @param {HTMLFormElement} form */
const renew = async (form) => {
  asking?.abort();
  const own = (asking = new AbortController());
  const query = new URLSearchParams(/** @type {[string, string][]} */ ([...new FormData(form)]));
  const late = setTimeout(() => document.body.classList.add("is-late"), LATE_MS);
  try {
    const response = await fetch(`${location.pathname}?${query}`, { signal: own.signal, headers: { Accept: "text/html" } });
    const made = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok) become(made, response.url);
    say(response.ok ? "" : (made.querySelector(".sentence")?.textContent ?? null));
  } catch {
    if (!own.signal.aborted) say(null);
  } finally {
    clearTimeout(late);
    if (asking === own) document.body.classList.remove("is-late");
  }
};

/** Say why a choice is not shown, null where nobody knows, and let it be sent again. @param {string | null} words */
const say = (words) => {
  const said = found("[data-said]", HTMLElement);
  if (said) said.textContent = words ?? said.dataset.failed ?? "";
  if (words !== "") for (const button of document.querySelectorAll(".send,.renew")) button.removeAttribute("hidden");
};

/** @param {Document} made @param {string} address */
const become = (made, address) => {
  settle(made, address);
  preview(made);
  for (const part of document.querySelectorAll("[data-part]")) {
    const now = made.querySelector(`[data-part="${part.getAttribute("data-part")}"]`);
    if (now) morph(part, now);
  }
  for (const box of document.querySelectorAll("#build input")) {
    if (box instanceof HTMLInputElement) box.checked = box.defaultChecked;
  }
  document.title = made.title;
  history.replaceState(null, "", address);
  equip(document);
};

const form = found("#build", HTMLFormElement);
if (form) {
  settle(document, document.baseURI);
  equip(document);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    renewing = renew(form);
  });
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement) || target.form !== form) return;
    if (target.name === "lang") form.submit(); // every word of the page is another
    else if (form.reportValidity()) renewing = renew(form);
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLElement && target.dataset.copy) copy(target);
    if (target instanceof HTMLTextAreaElement && target.readOnly) target.select();
  });
}
