// Another view on the same page: whatever leads to one is answered here, without loading the page again.
import { drawing, hasSeen, isKnown, paint, redraw, redressing, remember, unpaint } from "./drawing.js";
import { announce, begin, end, refuse } from "./failing.js";
import { fetched, prefetch, Refused } from "./fetching.js";
import { spot } from "./focus.js";
import { say } from "./signals.js";
import { fix, parsed, piecewise, rest, swapping } from "./swap.js";
import { address, page, pathOf, word } from "./words.js";

/** @typedef {{step?: "push" | "replace" | "none", drawing?: string | null, isWhole?: boolean, isQuiet?: boolean}} How */

const content = document.getElementById("content");
let turn = 0; // of choosing: an answer to what is not wanted any more is not shown
let give = () => {};
/** The sheet that the words of the page belong to. @type {import("./signals.js").Sheet | null} */
let last = null;

/**
 * Show another view; true when it is shown, false when it could not be or something else was chosen meanwhile. What
 * nobody has asked for comes quietly: nothing is dimmed or said, and what fails is thrown.
 * @param {string} path
 * @param {How} [how]
 */
export const go = async (path, how = {}) => {
  if (page.is_plain && path.split("/")[0] !== page.lang) return location.assign(address(path) + spotKept()), false;
  const own = ++turn;
  let isFailed = false;
  const isWanted = () => own === turn;
  give();
  if (!how.isQuiet) {
    begin();
    content?.setAttribute("aria-busy", "true");
  }
  try {
    if (!hasSeen(page.drawing)) remember(page.drawing);
    const isWhole = how.isWhole || (!!how.drawing && !hasSeen(how.drawing));
    const asked = fetched(path, isWhole);
    give = asked.give;
    const isEarly = asked.early.then((sheet) => isWanted() && !isFailed && !!sheet && early(sheet));
    const answer = await asked.answer;
    // The colours are on the screen before anything else is done with what came.
    if (await isEarly) await frame();
    const isShown = isWanted() && (await show(answer, path, how, isWanted));
    if (isShown && !how.isQuiet) done();
    return isShown;
  } catch (error) {
    isFailed = true; // a sheet that comes later colours nothing
    if (how.isQuiet && isWanted()) throw error;
    if (isWanted()) failed(error, () => go(path, how));
    return false;
  }
};

/** Of the version and borders that are shown, the sheet colours the map before the rest is here; tells whether it did.
 * @param {import("./signals.js").Sheet} sheet */
const early = (sheet) => {
  if (sheet.version !== page.version || `${sheet.edition}/${sheet.level}` !== page.drawing) return false;
  say("shown", { sheet, view: sheet.view });
  paint(sheet);
  return true;
};

/** The next frame is on the screen; where none comes, as in a hidden window, nothing waits for it. @returns {Promise<void>} */
const frame = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, 100);
});

/** @param {import("./fetching.js").Answer} answer @param {string} path @param {How} how @param {() => boolean} isWanted
 * @returns {Promise<boolean>} */
const show = async ({ html, sheet }, path, how, isWanted) => {
  if (!isWanted()) return false;
  const next = await parsed(html);
  const about = JSON.parse(next.getElementById("explorer")?.textContent ?? "{}");
  const map = next.querySelector("[data-map]>.map");
  const isWhole = "words" in about && !page.is_plain; // what is around the views of a plain site has their language
  if (!map || (!isWhole && (about.lang !== page.lang || !isKnown(map, about.drawing)))) {
    const asked = fetched(about.view, true);
    give = asked.give;
    return show(await asked.answer, path, how, isWanted);
  }
  await rest();
  if (!isWanted()) return false;
  const back = spot();
  const isSame = about.drawing === page.drawing;
  step(about.view, how.step ?? "push");
  Object.assign(page, about);
  if (!isSame) redraw(map, about.drawing);
  else if (!(await piecewise(redressing(map, about.drawing), isWanted))) return false;
  if (isWhole) remember(about.drawing);
  last = sheet;
  say("shown", { sheet, view: about.view });
  await rest();
  const isAll = await piecewise(swapping(next, isWhole), isWanted);
  if (!isAll) return false;
  back();
  say("settled", { view: about.view, isWhole });
  return true;
};

/** @param {string} view @param {"push" | "replace" | "none"} how */
const step = (view, how) => {
  if (how === "none" || pathOf(location.href) === view) return;
  history[how === "push" ? "pushState" : "replaceState"]({ view }, "", address(view) + spotKept());
};

/** How the page is looked at: it does not change with what it shows. */
const spotKept = () => (location.hash.includes("=") ? location.hash : "");

const done = () => {
  end();
  content?.removeAttribute("aria-busy");
  announce([document.querySelector(".headline h1"), document.querySelector(".kicker"), document.querySelector(".overall")].map((part) => part?.textContent?.trim()).join(". "));
};

/** @param {unknown} error @param {() => void} retry */
const failed = (error, retry) => {
  unpaint();
  if (last) say("shown", { sheet: last, view: last.view });
  if (!(error instanceof Refused)) return say("failed", { what: word("view"), retry });
  content?.removeAttribute("aria-busy");
  document.querySelector(/** @type {"form"} */ ("form.controls"))?.reset();
  refuse(error.message);
};

/** The links whose pages are views of this page. @param {EventTarget | null} target */
const choice = (target) => {
  const link = target instanceof Element ? target.closest(".strip a,.languages a,.twin thead a,.legend a:not(.trust a),.controls a") : null;
  if (!(link instanceof HTMLAnchorElement)) return null;
  const path = link.dataset.to ?? pathOf(link.href);
  return path === null ? null : { path, drawing: link.dataset.redrawn, isWhole: link.closest(".languages") !== null };
};

/** @param {HTMLFormElement} form */
const sent = (form) => {
  const fields = new URLSearchParams(/** @type {any} */ (new FormData(form)));
  go(`${page.view}?${fields}`);
};

/** @param {Event} event */
const onChange = ({ target }) => {
  const field = target instanceof HTMLElement ? target : null;
  const form = field?.closest(/** @type {"form"} */ ("form.controls"));
  if (!form) return;
  const chosen = [...form.querySelectorAll("option")].filter((option) => option.selected && !option.defaultSelected);
  const [only] = chosen;
  // One choice leads where its option says; more than one, before the first was answered, go to the server together.
  if (field instanceof HTMLSelectElement && chosen.length === 1 && only.dataset.to) go(only.dataset.to, { drawing: only.dataset.redrawn });
  else sent(form);
};

const watch = () => {
  fix();
  document.addEventListener("click", (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const chosen = choice(event.target);
    if (!isPlain || !chosen || event.defaultPrevented) return;
    event.preventDefault();
    go(chosen.path, chosen);
  });
  document.addEventListener("change", onChange);
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement) || !event.target.matches(".controls")) return;
    event.preventDefault();
    sent(event.target);
  });
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const chosen = choice(event.target);
      if (chosen && !chosen.isWhole) prefetch(chosen.path, !!chosen.drawing && !hasSeen(chosen.drawing));
    });
  }
  addEventListener("popstate", () => {
    const path = pathOf(location.href);
    if (path !== null && path !== page.view) go(path, { step: "none", isWhole: path.split("/")[0] !== page.lang });
  });
};

if (drawing() && page.view) watch();
