// A few sentences that come unasked: said politely, shown beside everything, until the reader closes them.
import { announce } from "./failing.js";
import { word } from "./words.js";

/** @typedef {{text: string, href: string}} Link */

/** Put the place of news on the page; returns what shows sentences there, with a link behind them. */
export const newsOn = () => {
  const box = document.createElement("aside");
  box.className = "news";
  const said = document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  box.hidden = true;
  box.append(said, button);
  document.body.append(box);
  /** Where the focus was before it came in here. @type {Element | null} */
  let outside = null;
  box.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget instanceof Element && !box.contains(relatedTarget)) outside = relatedTarget;
  });

  const close = () => {
    const had = box.contains(document.activeElement);
    box.hidden = true;
    said.replaceChildren();
    if (had && outside instanceof HTMLElement) outside.focus({ preventScroll: true });
  };
  button.addEventListener("click", close);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // nothing else is closed by it
    event.stopPropagation();
    close();
  });

  return (/** @type {string[]} */ texts, /** @type {Link | null} */ link = null) => {
    button.setAttribute("aria-label", word("close"));
    box.setAttribute("aria-label", word("watching.label"));
    box.hidden = false;
    const lines = texts.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    });
    if (link) {
      const more = document.createElement("a");
      more.href = link.href;
      more.textContent = link.text;
      lines.push(document.createElement("p"));
      lines[texts.length].append(more);
    }
    said.replaceChildren(...lines);
    announce(texts.join(" "));
  };
};
