/** Draws one line of the list of what was sent: a picture, a name, how far it is, and a button where one helps. */

import { find } from "./element.js";
import { speak } from "./speaking.js";

/**
 * @typedef {object} Look
 * @property {string} sentence
 * @property {"good" | "bad" | ""} [mood]
 * @property {number} [percent] shows a bar
 * @property {boolean} [again] shows the button
 * @property {HTMLElement | undefined} [beside] a small button of its own
 */

/** A line on the page. */
export class Row {
  #line = document.createElement("li");
  #sentence = document.createElement("p");
  #bar = document.createElement("progress");
  #button = document.createElement("button");
  #name;
  /** @type {ChildNode} */
  #picture;
  /** @type {HTMLElement | undefined} */
  #beside;

  /**
   * Put a new line on top of the list.
   * @param {object} shown
   * @param {string} shown.name
   * @param {Blob | Element | null} shown.picture a photo of this phone, or an icon of the page to copy
   * @param {string} shown.buttonText
   * @param {() => void} shown.onButton
   */
  constructor({ name, picture, buttonText, onButton }) {
    this.#name = name;
    const title = document.createElement("p");
    title.className = "name";
    title.textContent = name;
    this.#bar.max = 100;
    this.#bar.hidden = true;
    // The sentence says the same, in words.
    this.#bar.setAttribute("aria-hidden", "true");
    const text = document.createElement("div");
    text.append(title, this.#sentence, this.#bar);
    this.#button.type = "button";
    this.#button.className = "button";
    this.#button.textContent = buttonText;
    this.#button.onclick = onButton;
    this.#picture = pictureOf(picture);
    this.#line.append(this.#picture, text, this.#button);
    find("rows").prepend(this.#line);
    const { classList } = document.body;
    classList.add("started");
    // What the camera sees stays in sight.
    if (!classList.contains("on")) {
      this.#line.scrollIntoView({ block: "nearest" });
    }
  }

  /** Whether what it stands for has arrived. */
  get isGood() {
    return this.#sentence.className === "good";
  }

  /**
   * Show a picture that was not at hand before.
   * @param {Blob} picture
   */
  illustrate(picture) {
    const drawn = pictureOf(picture);
    this.#picture.replaceWith(drawn);
    this.#picture = drawn;
  }

  /**
   * Put a button of its own below what it says.
   * @param {HTMLElement} beside
   */
  add(beside) {
    this.show({ sentence: this.#sentence.textContent ?? "", mood: this.isGood ? "good" : "", beside });
  }

  /**
   * Show how far it is; what is new is also said aloud, a running percentage is not.
   * @param {Look} look
   */
  show({ sentence, mood = "", percent, again = false, beside }) {
    const isRunning = percent !== undefined && !this.#bar.hidden;
    if (!isRunning && this.#sentence.textContent !== sentence) {
      speak(`${this.#name}: ${sentence}`);
    }
    this.#sentence.textContent = sentence;
    this.#sentence.className = mood;
    this.#bar.hidden = percent === undefined;
    this.#bar.value = percent ?? 0;
    if ((!again && document.activeElement === this.#button) || (!beside && document.activeElement === this.#beside)) {
      // A person on the keyboard keeps the place when the button that was pressed goes away.
      this.#line.tabIndex = -1;
      this.#line.focus();
    }
    this.#button.hidden = !again;
    if (beside !== this.#beside) {
      this.#beside?.remove();
      this.#beside = beside;
      if (beside) {
        this.#bar.after(beside);
      }
    }
  }
}

/**
 * Make what stands at the head of a line.
 * @param {Blob | Element | null} picture
 * @returns {ChildNode}
 */
function pictureOf(picture) {
  if (!(picture instanceof Blob)) {
    return /** @type {ChildNode} */ (picture?.cloneNode(true) ?? new Text());
  }
  const image = new Image();
  image.alt = "";
  const address = URL.createObjectURL(picture);
  image.onload = () => URL.revokeObjectURL(address);
  image.onerror = () => {
    URL.revokeObjectURL(address);
    // A format that this browser cannot draw: it is sent all the same.
    image.replaceWith(document.querySelector(".take svg")?.cloneNode(true) ?? new Text());
  };
  image.src = address;
  return image;
}
