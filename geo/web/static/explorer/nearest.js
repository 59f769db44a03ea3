// Organisations near a point: «near me» on the page of the form, and near a point of the map. The position is asked for
// on a click alone, rounded to about a hundred metres before it leaves, and travels in the body of a POST.

const DECIMALS = 3;
const WAIT_MS = 20_000;

/** A coordinate as it is sent. @param {number} degrees */
export const rounded = (degrees) => degrees.toFixed(DECIMALS);

/**
 * Lead to the organisations near a point; `address` is that of the page `nearest/` of the country.
 * @param {number} lon @param {number} lat @param {string} address
 */
export const near = (lon, lat, address) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.hidden = true;
  // A map may be turned around the earth more than once.
  for (const [name, value] of Object.entries({ lon: ((((lon + 180) % 360) + 360) % 360) - 180, lat })) {
    const field = document.createElement("input");
    field.name = name;
    field.value = rounded(value);
    form.append(field);
  }
  document.body.append(form);
  form.submit();
};

/** @param {HTMLFormElement} form */
const field = (form) => (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** Let a form round what it sends and, where the device knows its place, be filled with it. @param {HTMLFormElement} form */
export const serve = (form) => {
  const of = field(form);
  for (const name of ["lon", "lat"]) of(name).step = "any"; // without scripts the browser refuses what is finer
  form.addEventListener("submit", () => {
    for (const name of ["lon", "lat"]) {
      const value = Number(of(name).value);
      if (Number.isFinite(value)) of(name).value = rounded(value);
    }
  });
  const button = /** @type {HTMLButtonElement | null} */ (form.querySelector("[data-me]"));
  const said = form.querySelector("[data-said]");
  if (!button || !said || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = button.dataset.asking ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        of("lon").value = rounded(coords.longitude);
        of("lat").value = rounded(coords.latitude);
        form.requestSubmit();
      },
      ({ code, PERMISSION_DENIED }) => {
        said.textContent = (code === PERMISSION_DENIED ? button.dataset.denied : button.dataset.unavailable) ?? "";
        of("lon").focus();
      },
      { maximumAge: 60_000, timeout: WAIT_MS },
    );
  });
};

for (const form of document.querySelectorAll("form[data-near]")) serve(/** @type {HTMLFormElement} */ (form));
