// The search box as a combobox: hits while one types, moved through with the arrows. Without this file it is a form.
import { say } from "./signals.js";

/** @typedef {{kind: string, id: string, href: string, word: string, name: [string, number][], lang: string, beside: [string, number][], note: string}} Hit */

const WAIT_MS = 150;
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.find"));
if (form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input"));
  const list = /** @type {HTMLUListElement} */ (form.querySelector("ul"));
  const status = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
  let timer = 0;
  let asking = new AbortController();
  let active = -1;
  /** @type {(() => void)[]} */
  let goes = [];
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(name, value);

  /** @param {number} at */
  const point = (at) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const chosen = list.children[at];
    chosen?.setAttribute("aria-selected", "true");
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
    else input.removeAttribute("aria-activedescendant");
  };

  /** @param {boolean} isOpen */
  const open = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) point(-1);
  };

  /** Want nothing any more of what was asked for. */
  const forget = () => {
    clearTimeout(timer);
    asking.abort();
  };

  /** Close the list; what is on its way would open it again. */
  const leave = () => {
    forget();
    open(false);
  };

  /** @param {[string, number][]} pieces @param {string} lang */
  const named = (pieces, lang) => {
    const name = document.createElement("bdi");
    if (lang) name.lang = lang;
    for (const [text, isHit] of pieces) {
      const part = isHit ? document.createElement("mark") : document.createTextNode("");
      part.textContent = text;
      name.append(part);
    }
    return name;
  };

  /** @param {Node[]} parts @param {() => void} go */
  const option = (parts, go) => {
    const made = document.createElement("li");
    made.id = `find-${goes.length}`;
    made.role = "option";
    made.setAttribute("aria-selected", "false");
    made.append(...parts);
    // The box keeps the focus: a press would take it, and the list would close before the click. Nor may the list change under it.
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      forget();
    });
    made.addEventListener("click", go);
    goes.push(go);
    list.append(made);
    return made;
  };

  /** @param {Hit} hit */
  const follow = (hit) => {
    const address = new URL(hit.href, form.action).href;
    leave();
    if ((hit.kind === "unit" || hit.kind === "body") && document.getElementById("panel")) say("open", { kind: hit.kind, id: hit.id, address });
    else location.assign(address);
  };

  /** @param {{said: string, all: string, count: number, results: Hit[]}} found */
  const show = (found) => {
    goes = [];
    point(-1); // what stood there is gone
    list.replaceChildren();
    for (const hit of found.results) {
      const small = document.createElement("small");
      small.append(...(hit.beside.length ? [named(hit.beside, ""), " · "] : []), [hit.word, hit.note].filter(Boolean).join(" · "));
      option([named(hit.name, hit.lang), small], () => follow(hit));
    }
    if (found.count > found.results.length) option([document.createTextNode(found.all)], () => form.submit()).className = "every";
    open(goes.length > 0);
    status.textContent = found.said;
  };

  /** @param {string} typed @param {AbortSignal} signal */
  const results = async (typed, signal) => {
    if (form.dataset.plain !== undefined) return (await import("./found.js")).found(typed, form.action);
    const answer = await fetch(new URL(`results.json?q=${encodeURIComponent(typed)}`, form.action), { signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const ask = async () => {
    asking.abort();
    const mine = (asking = new AbortController());
    const typed = input.value.trim();
    if (!typed) return open(false);
    try {
      const found = await results(typed, mine.signal);
      if (!mine.signal.aborted && document.activeElement === input) show(found);
    } catch (error) {
      if (mine.signal.aborted) return;
      open(false);
      status.textContent = form.dataset.failed ?? "";
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (isOpen) point(active < 0 && step < 0 ? goes.length - 1 : ((active + step + 1 + goes.length + 1) % (goes.length + 1)) - 1);
      else void ask();
    } else if (event.key === "Enter" && isOpen && active >= 0) {
      event.preventDefault();
      goes[active]();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  });
  input.addEventListener("blur", leave);
  // What a reader typed before this file came is looked up too.
  if (input.value !== input.defaultValue && document.activeElement === input) void ask();
}
