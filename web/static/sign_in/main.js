/** @file Remembers the dispatcher's name on this device, so that the next sign-in is one press. */

const REMEMBERED = "showme.name";

const form = document.getElementById("sign-in");
const name = document.getElementById("name");

if (form instanceof HTMLFormElement && name instanceof HTMLInputElement) {
  if (name.value === "") name.value = remembered();
  // Ready to be typed over by the colleague of the next shift.
  name.addEventListener("focus", () => name.select(), { once: true });
  form.addEventListener("submit", () => remember(name.value.trim()));
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) ?? "";
  } catch {
    return "";
  }
}

/** @param {string} typed */
function remember(typed) {
  try {
    localStorage.setItem(REMEMBERED, typed);
  } catch {
    // A browser that keeps nothing: the name is typed again next time.
  }
}
