// What a reader is told while something is fetched, and when it cannot be: what is shown stays, and it is tried again.
import { hear } from "./signals.js";
import { word } from "./words.js";

const HINT_MS = 400;
const SLOW_MS = 8000;
const MOST_WAIT_S = 30;

const told = document.createElement("div");
told.className = "state";
told.setAttribute("role", "status");
const said = document.createElement("p");
said.className = "unseen";
said.id = "said";
said.setAttribute("role", "status");
document.body.append(told, said);

/** @type {{what: string, retry: () => void} | null} */
let failure = null;
let tries = 0;
let waiting = 0;
/** @type {number[]} */
let timers = [];

/** Say something to who listens, without showing it. @param {string} text */
export const announce = (text) => {
  said.textContent = text;
};

/** @param {string} text @param {boolean} [isBad] @param {Node[]} more */
const tell = (text, isBad = false, ...more) => {
  told.classList.toggle("bad", isBad);
  const line = document.createElement("p");
  line.textContent = text;
  told.replaceChildren(...(text ? [line, ...more] : []));
};

/** @param {string} text @param {() => void} act */
const button = (text, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
};

const content = document.getElementById("content");

/** What has to wait is shown as old only then: to dim it at once would draw the page twice for a quick answer. */
const hint = () => {
  content?.classList.add("is-slow");
  if (!failure) tell(word("loading"));
};

/** Something is being fetched: soon that is said, later that the network is slow. */
export const begin = () => {
  settle();
  timers = [
    setTimeout(hint, HINT_MS),
    setTimeout(() => failure || tell(word("slow")), SLOW_MS),
  ];
};

/** It has come, or is not wanted any more. */
export const end = () => {
  settle();
  content?.classList.remove("is-slow");
  tries = 0;
  if (failure || told.childNodes.length) tell("");
  failure = null;
};

/** Say why a choice is not answered; there is no use in trying again. @param {string} sentence */
export const refuse = (sentence) => {
  end();
  tell(sentence, true, button(word("close"), end));
};

const settle = () => {
  for (const timer of timers) clearTimeout(timer);
  clearTimeout(waiting);
};

const again = () => {
  const { retry } = failure ?? {};
  settle();
  failure = null;
  tell("");
  retry?.();
};

hear("failed", ({ what, retry }) => {
  settle();
  failure = { what, retry };
  content?.classList.add("is-slow");
  tell(word(navigator.onLine ? "failed" : "offline", { what }), true, button(word("again"), again));
  waiting = setTimeout(again, 1000 * Math.min(MOST_WAIT_S, 2 ** ++tries));
});
addEventListener("online", () => failure && again());
