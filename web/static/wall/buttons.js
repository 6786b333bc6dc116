/** @file Makes buttons: plain ones, ones that say "done", and ones that ask twice. */

import { make, setText } from "./elements.js";
import { icon } from "./icons.js";

/** How long, in milliseconds, "done" is shown. */
const DONE_SHOWS = 2000;
/** How long, in milliseconds, the second press is waited for. */
const SURE_WITHIN = 5000;

/**
 * Make a button with a sign and a word.
 *
 * @param {string} label
 * @param {import("./icons.js").IconName} sign
 * @returns {HTMLButtonElement}
 */
export function button(label, sign) {
  return make("button", "button quiet", { type: "button" }, icon(sign), make("span", "label", {}, label));
}

/**
 * Make a button for something that takes a moment: it cannot be pressed twice, and says when it is done.
 *
 * @param {object} needs
 * @param {string} needs.label
 * @param {string} needs.done
 * @param {import("./icons.js").IconName} needs.sign
 * @param {() => Promise<boolean>} needs.act true when it is done and worth saying so; must not reject
 * @returns {HTMLButtonElement}
 */
export function actingButton({ label, done, sign, act }) {
  const made = button(label, sign);
  const word = make("span", "done", { "aria-hidden": "true" }, icon("tick"), done);
  made.append(word);
  let isBusy = false;
  made.addEventListener("click", () => {
    if (isBusy) return;
    isBusy = true;
    made.setAttribute("aria-busy", "true");
    void act().then((isDone) => {
      isBusy = false;
      made.removeAttribute("aria-busy");
      if (!isDone) return;
      made.classList.add("is-done");
      setTimeout(() => made.classList.remove("is-done"), DONE_SHOWS);
    });
  });
  return made;
}

/**
 * Make a button that acts on the second press; leaving it, Escape or five seconds call it off.
 *
 * @param {object} needs
 * @param {string} needs.label
 * @param {string} needs.sure asks, on the button itself; no longer than the label, or the button moves away
 * @param {string} needs.again asks the same of those who listen
 * @param {import("./icons.js").IconName} needs.sign
 * @param {() => Promise<void>} needs.act must not reject
 * @param {(sentence: string) => void} needs.announce
 * @returns {HTMLButtonElement}
 */
export function twoStepButton({ label, sure, again, sign, act, announce }) {
  const made = button(label, sign);
  const word = made.querySelector(".label") ?? made;
  let isAsking = false;
  let isBusy = false;
  /** @type {number | undefined} */
  let timer;
  const callOff = () => {
    clearTimeout(timer);
    isAsking = false;
    setText(word, label);
    made.removeAttribute("aria-label");
    made.classList.remove("is-asking");
  };
  made.addEventListener("click", (event) => {
    // The second half of a double click is no second thought.
    if (isBusy || event.detail > 1) return;
    if (!isAsking) {
      isAsking = true;
      setText(word, sure);
      made.classList.add("is-asking");
      made.setAttribute("aria-label", `${sure} ${again}`);
      announce(again);
      timer = window.setTimeout(callOff, SURE_WITHIN);
      return;
    }
    callOff();
    isBusy = true;
    made.setAttribute("aria-busy", "true");
    void act().then(() => {
      isBusy = false;
      made.removeAttribute("aria-busy");
    });
  });
  made.addEventListener("blur", callOff);
  made.addEventListener("keydown", (event) => {
    if (event.key === "Escape") callOff();
    // Nor is a key that is held down.
    if (event.repeat) event.preventDefault();
  });
  return made;
}
