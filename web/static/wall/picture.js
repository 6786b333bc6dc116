/** @file Shows one photo small: on its way, blurred, revealed or unreadable; a press reveals or opens it. */

import { clipSentence } from "./clip.js";
import { make, setAttribute, setText } from "./elements.js";
import { icon } from "./icons.js";
import { pictureOf } from "./sizes.js";
import { isOld, takingSentence } from "./taking.js";

/** Waits, in milliseconds, before a thumbnail that did not come is asked for again. */
const RETRIES = [1000, 3000, 8000];

/** @typedef {"important" | "kept" | "seen"} MarkName */

/** @type {Record<MarkName, import("./icons.js").IconName>} */
const SIGNS = { important: "star", kept: "lock", seen: "tick" };

/**
 * @typedef {object} PictureNeeds
 * @property {import("./shapes.js").Say} say
 * @property {import("./times.js").Times} times
 * @property {import("./hiding.js").Hiding} hiding
 * @property {(id: string) => number | null} invitationNumber
 * @property {(photo: import("./shapes.js").Photo) => string} sizeOf what to say of one that is not whole
 * @property {(photo: import("./shapes.js").Photo) => boolean} wants whether it is to be shown now
 * @property {(id: string) => void} open
 */

export class Picture {
  #needs;
  #photo;
  #image = make("img", "picture-image", { alt: "", decoding: "async", draggable: "false" });
  #words = make("span", "picture-words", { "aria-hidden": "true" });
  #sign = make("span", "picture-sign", { "aria-hidden": "true" }, icon("eye"));
  #name = make("span", "unseen");
  #taken = make("span", "picture-taken", { "aria-hidden": "true" });
  #marks = make("span", "picture-marks", { "aria-hidden": "true" });
  #failures = 0;

  /**
   * @param {import("./shapes.js").Photo} photo
   * @param {PictureNeeds} needs
   */
  constructor(photo, needs) {
    this.#photo = photo;
    this.#needs = needs;
    this.element = make("button", "picture", { type: "button", "data-photo": photo.id });
    this.element.append(this.#name, this.#words, this.#sign, this.#taken, this.#marks);
    this.element.addEventListener("click", () => this.#press());
    this.#image.addEventListener("error", () => this.#again());
    this.update(photo);
  }

  /** @param {import("./shapes.js").Photo} photo */
  update(photo) {
    this.#photo = photo;
    const { say, times, hiding } = this.#needs;
    const isShown = photo.state === "shown";
    const isHidden = isShown && hiding.isHidden(photo.id);
    const blanks = { photo: photo.number, invitation: this.#needs.invitationNumber(photo.invitation) ?? "?" };
    setAttribute(this.element, "data-state", photo.state);
    setAttribute(this.element, "data-hidden", isHidden ? "" : null);
    const name = say(`photo.name_${isHidden ? "hidden" : photo.state}`, blanks);
    const size = this.#needs.sizeOf(photo);
    // What a preview has lost tells nothing of when the photo was taken.
    const sentence = size || [clipSentence(photo, say, times), takingSentence(photo, say)].filter(Boolean).join(" · ");
    const marks = marksOf(photo);
    const told = [sentence, ...marks.map((mark) => say(`photo.mark_${mark}`))].filter(Boolean).join("; ");
    setText(this.#name, told ? say("photo.name_taken", { name, sentence: told }) : name);
    this.#showMarks(marks);
    setText(this.#taken, sentence);
    setAttribute(this.element, "data-kind", photo.kind);
    setAttribute(this.element, "data-small", size ? "" : null);
    setAttribute(this.element, "data-old", isOld(photo) ? "" : null);
    if (photo.state === "received") setText(this.#words, say("photo.arriving", { size: times.size(photo.bytes) }));
    if (photo.state === "unreadable") setText(this.#words, say("photo.unreadable"));
    if (isShown) {
      setText(this.#words, isHidden ? say("photo.reveal") : "");
      // Until a fuller picture is there, a browser goes on showing the one before it.
      if (!this.#image.isConnected || this.#image.getAttribute("src") !== pictureOf(photo, "thumbnail")) this.#load();
    } else {
      this.#image.remove();
    }
    setAttribute(this.element, "aria-disabled", isShown ? null : "true");
  }

  #press() {
    if (this.#photo.state !== "shown") return;
    const { hiding, open } = this.#needs;
    if (hiding.isHidden(this.#photo.id) && !hiding.isOnlyAlone) hiding.reveal(this.#photo.id);
    else open(this.#photo.id);
  }

  /** @param {MarkName[]} marks */
  #showMarks(marks) {
    const written = marks.join(" ");
    if (this.#marks.getAttribute("data-marks") === written) return;
    this.#marks.setAttribute("data-marks", written);
    this.#marks.replaceChildren(
      ...marks.map((mark) => make("span", "picture-mark", { "data-mark": mark }, icon(SIGNS[mark]))),
    );
  }

  #load() {
    this.#image.src = pictureOf(this.#photo, "thumbnail");
    if (!this.#image.isConnected) this.element.prepend(this.#image);
  }

  #again() {
    const wait = RETRIES[this.#failures];
    this.#failures += 1;
    this.#image.remove();
    if (wait !== undefined) setTimeout(() => this.update(this.#photo), wait);
    else setText(this.#words, this.#needs.say("photo.not_loaded"));
  }
}

/**
 * What dispatchers have said of a photo, the most telling first.
 *
 * @param {import("./shapes.js").Photo} photo
 * @returns {MarkName[]}
 */
function marksOf({ important, kept, seen }) {
  /** @type {MarkName[]} */
  const marks = [];
  if (important) marks.push("important");
  if (kept) marks.push("kept");
  if (seen && seen.length > 0) marks.push("seen");
  return marks;
}
