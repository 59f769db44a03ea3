// Where the focus stands, found again after the page has changed around it.

/** @returns {() => void} what brings the focus back */
export const spot = () => {
  const held = document.activeElement;
  const part = held?.closest("[data-part],[data-map]");
  if (!(held instanceof HTMLElement || held instanceof SVGElement) || !part) return () => {};
  /** @type {number[]} */
  const steps = [];
  for (let at = /** @type {Element} */ (held); at !== part && at.parentElement; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return () => {
    if (document.activeElement === held || (document.activeElement && document.activeElement !== document.body)) return;
    let at = /** @type {Element} */ (part);
    if (held.isConnected) at = held;
    else for (const step of steps) at = at.children[step] ?? at;
    const found = /** @type {HTMLElement} */ (at);
    if (found.tabIndex < 0) found.setAttribute("tabindex", "-1"); // the chosen one is no link any more
    found.focus({ preventScroll: true });
  };
};
