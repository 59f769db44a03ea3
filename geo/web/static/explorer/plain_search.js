// The search box of a site of plain files: without scripts a link to the list, with them a box that looks things up.
const place = /** @type {HTMLElement | null} */ (document.querySelector("p.find"));
const link = place?.querySelector("a");
if (place && link) {
  const { label = "", placeholder = "", go = "", failed = "" } = place.dataset;
  const made = (/** @type {string} */ kind, /** @type {Record<string, string>} */ given, text = "") => {
    const element = document.createElement(kind);
    for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
  };
  const form = made("form", { class: "find", role: "search", method: "get", action: link.href, "data-failed": failed, "data-plain": "" });
  form.append(
    made("label", { class: "unseen", for: "find" }, label),
    made("input", { id: "find", name: "q", type: "search", maxlength: "100", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", placeholder }),
    made("button", {}, go),
    made("ul", { id: "find-list", role: "listbox", "aria-label": label, hidden: "" }),
    made("p", { class: "unseen", role: "status" }),
  );
  place.replaceWith(form);
  const typed = new URL(location.href).searchParams.get("q");
  await import("./search.js");
  const input = form.querySelector("input");
  if (typed && input && !input.value && location.href.startsWith(link.href)) {
    input.value = typed;
    input.focus();
    input.dispatchEvent(new Event("input"));
  }
}
export {};
