// Says on a page that does not repaint itself that newer figures are in force, and offers to show them.
(() => {
  const LONGEST_S = 300;
  const PATIENCE_MS = 10_000;
  const SPREAD = 0.25; // so that pages opened together do not ask together

  const place = /** @type {HTMLElement | null} */ (document.querySelector(".newer"));
  if (!place) return;
  const { at = "", version = "" } = place.dataset;
  let every_s = Number(place.dataset.every);
  let tag = "";
  let failures = 0;
  let timer = 0;
  let isOver = false;

  const isSaving = () => {
    const { saveData = false } = /** @type {any} */ (navigator).connection ?? {};
    return saveData || matchMedia("(prefers-reduced-data:reduce)").matches;
  };

  /** Ask which version is in force; say it where that is another one. */
  const look = async () => {
    const headers = tag ? { "If-None-Match": tag } : undefined;
    const answer = await fetch(at, { headers, signal: AbortSignal.timeout(PATIENCE_MS), cache: "no-store" });
    if (answer.status === 304) return;
    if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { wait_s: Number(answer.headers.get("Retry-After")) || 0 });
    const state = await answer.json();
    tag = answer.headers.get("ETag") ?? "";
    every_s = state.every_s;
    if (state.version === version) return;
    isOver = true;
    const words = /** @type {HTMLTemplateElement | null} */ (place.querySelector("template"));
    if (words) place.append(words.content.cloneNode(true));
  };

  const ask = async () => {
    let wait_s = 0;
    try {
      await look();
      failures = 0;
    } catch (error) {
      wait_s = /** @type {any} */ (error).wait_s ?? 0;
      failures++;
    }
    later(wait_s);
  };

  const later = (wait_s = 0) => {
    clearTimeout(timer);
    if (isOver || !every_s || isSaving() || document.hidden) return;
    const next_s = Math.max(wait_s, Math.min(LONGEST_S, every_s * 2 ** failures));
    timer = window.setTimeout(ask, 1000 * next_s * (1 - SPREAD + 2 * SPREAD * Math.random()));
  };

  document.addEventListener("visibilitychange", () => later());
  addEventListener("online", () => later());
  later();
})();
