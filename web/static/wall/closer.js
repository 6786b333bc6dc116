/**
 * @file Lets one picture be looked at closely: larger, moved, turned, mirrored, alone on the screen, copied.
 *
 * Our own and not a library's: the picture stays the one that is blurred, revealed and forgotten here, in the same
 * dialog, with the same keys. Styles are set by script, property by property, which the strict policy allows.
 */

import { actingButton, button } from "./buttons.js";
import { promised, setAttribute, setText } from "./elements.js";
import { singleKeysAreWanted } from "./shortcuts.js";

const LARGEST = 8;
const STEP = 1.4;
/** A double click shows so much more. */
const GLANCE = 2.5;
/** A key moves the picture by so many pixels. */
const NUDGE = 80;

export class Closer {
  #say;
  #announce;
  #onCopied;
  #dialog = promised("view", HTMLDialogElement);
  #frame = promised("view-frame", HTMLElement);
  #image = promised("view-large", HTMLImageElement);
  #tools = promised("view-tools", HTMLElement);
  #full;
  #scale = 1;
  #x = 0;
  #y = 0;
  /** In quarters, clockwise. */
  #turn = 0;
  #isMirrored = false;
  /** @type {Map<number, {x: number, y: number}>} */
  #fingers = new Map();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {(sentence: string) => void} needs.announce
   * @param {() => void} needs.onCopied
   */
  constructor({ say, announce, onCopied }) {
    this.#say = say;
    this.#announce = announce;
    this.#onCopied = onCopied;
    this.#full = this.#tool("large", "full", () => this.#toggleFull());
    const copy = actingButton({ label: say("view.copy_picture"), done: say("card.copied"), sign: "copy", act: () => this.#copy() });
    copy.classList.add("view-copy-picture");
    this.#tools.append(
      this.#tool("near", "larger", () => this.#zoomBy(STEP)),
      this.#tool("far", "smaller", () => this.#zoomBy(1 / STEP)),
      this.#tool("small", "fit", () => this.#fit()),
      this.#tool("turn", "turn", () => this.#rotate()),
      this.#tool("swap", "flip", () => this.#mirror()),
      this.#full,
      copy,
    );
    this.#image.addEventListener("load", () => this.#draw());
    this.#frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#frame.addEventListener("dblclick", (event) => this.#glance(event));
    this.#frame.addEventListener("pointerdown", (event) => this.#down(event));
    this.#frame.addEventListener("pointermove", (event) => this.#move(event));
    for (const kind of /** @type {const} */ (["pointerup", "pointercancel"])) {
      this.#frame.addEventListener(kind, (event) => this.#fingers.delete(event.pointerId));
    }
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("cancel", (event) => {
      if (!this.#isAlone) return;
      event.preventDefault();
      this.#leaveFull();
    });
    this.#dialog.addEventListener("close", () => {
      this.reset();
      this.#leaveFull();
    });
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.#isAlone) this.#leaveFull();
    });
    new ResizeObserver(() => this.#draw()).observe(this.#frame);
  }

  /** Show the whole picture, as it came: another one is looked at now. */
  reset() {
    this.#turn = 0;
    this.#isMirrored = false;
    this.#fingers.clear();
    this.#fit();
  }

  get #isThere() {
    return this.#frame.hasAttribute("data-large") && this.#image.naturalWidth > 0;
  }

  get #isAlone() {
    return this.#dialog.hasAttribute("data-alone");
  }

  /**
   * @param {import("./icons.js").IconName} sign
   * @param {string} word
   * @param {() => void} act
   */
  #tool(sign, word, act) {
    const made = button(this.#say(`view.${word}`), sign);
    made.addEventListener("click", act);
    return made;
  }

  #fit() {
    this.#scale = 1;
    this.#x = 0;
    this.#y = 0;
    this.#draw();
  }

  #rotate() {
    this.#turn = (this.#turn + 1) % 4;
    this.#fit();
  }

  #mirror() {
    this.#isMirrored = !this.#isMirrored;
    this.#draw();
  }

  /**
   * @param {number} factor
   * @param {number} [atX] what stays where it is, in pixels from the middle of the frame
   * @param {number} [atY]
   */
  #zoomBy(factor, atX = 0, atY = 0) {
    if (!this.#isThere) return;
    const scale = Math.min(LARGEST, Math.max(1, this.#scale * factor));
    const ratio = scale / this.#scale;
    this.#x = atX - (atX - this.#x) * ratio;
    this.#y = atY - (atY - this.#y) * ratio;
    this.#scale = scale;
    this.#draw();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    if (!this.#isThere) return;
    event.preventDefault();
    const [x, y] = this.#fromMiddle(event);
    this.#zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), x, y);
  }

  /** @param {MouseEvent} event */
  #glance(event) {
    if (isOnControl(event)) return;
    const [x, y] = this.#fromMiddle(event);
    if (this.#scale > 1) this.#fit();
    else this.#zoomBy(GLANCE, x, y);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.#isThere || isOnControl(event) || event.button !== 0) return;
    event.preventDefault();
    this.#frame.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    this.#fingers.set(event.pointerId, now);
    const other = [...this.#fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) {
      this.#x += now.x - before.x;
      this.#y += now.y - before.y;
      this.#draw();
      return;
    }
    const wide = Math.hypot(before.x - other.x, before.y - other.y);
    const [x, y] = this.#fromMiddle({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 });
    if (wide > 0) this.#zoomBy(Math.hypot(now.x - other.x, now.y - other.y) / wide, x, y);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.#isThere) return;
    /** @type {Record<string, [number, number]>} */
    const nudges = { ArrowLeft: [NUDGE, 0], ArrowRight: [-NUDGE, 0], ArrowUp: [0, NUDGE], ArrowDown: [0, -NUDGE] };
    const nudge = event.shiftKey ? nudges[event.key] : undefined;
    /** @type {Record<string, () => void>} */
    const acts = {
      "+": () => this.#zoomBy(STEP),
      "=": () => this.#zoomBy(STEP),
      "-": () => this.#zoomBy(1 / STEP),
      0: () => this.#fit(),
      r: () => this.#rotate(),
      f: () => this.#mirror(),
      l: () => this.#toggleFull(),
      c: () => promised("view-tools", HTMLElement).querySelector("button.view-copy-picture")?.dispatchEvent(new MouseEvent("click")),
    };
    const act = singleKeysAreWanted() ? acts[event.key.toLowerCase()] : undefined;
    if (nudge) {
      this.#x += nudge[0];
      this.#y += nudge[1];
      this.#draw();
    } else if (act) act();
    else return;
    event.preventDefault();
    // The arrows alone walk to other photos.
    event.stopImmediatePropagation();
  }

  #toggleFull() {
    if (this.#isAlone) {
      this.#leaveFull();
      return;
    }
    setAttribute(this.#dialog, "data-alone", "");
    this.#tellFull("small");
    // A dialog cannot fill the screen by itself; it fills the page, and the page the screen, where the browser can.
    void document.documentElement.requestFullscreen?.().catch(() => {});
  }

  #leaveFull() {
    setAttribute(this.#dialog, "data-alone", null);
    this.#tellFull("full");
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  }

  /** @param {"full" | "small"} word */
  #tellFull(word) {
    setText(this.#full.querySelector(".label") ?? this.#full, this.#say(`view.${word}`));
  }

  /** Copy the picture as it is turned here; false when the browser does not. */
  async #copy() {
    if (!this.#isThere) return false;
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": this.#asPng() })]);
      this.#onCopied();
      return true;
    } catch {
      this.#announce(this.#say("view.picture_not_copied"));
      return false;
    }
  }

  /** @returns {Promise<Blob>} */
  #asPng() {
    const { naturalWidth: wide, naturalHeight: high } = this.#image;
    const isOnSide = this.#turn % 2 === 1;
    const canvas = document.createElement("canvas");
    canvas.width = isOnSide ? high : wide;
    canvas.height = isOnSide ? wide : high;
    const brush = canvas.getContext("2d");
    return new Promise((resolve, reject) => {
      if (!brush) {
        reject(new Error("no canvas"));
        return;
      }
      brush.translate(canvas.width / 2, canvas.height / 2);
      if (this.#isMirrored) brush.scale(-1, 1);
      brush.rotate((this.#turn * Math.PI) / 2);
      brush.drawImage(this.#image, -wide / 2, -high / 2);
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
    });
  }

  #draw() {
    const { clientWidth: wide, clientHeight: high } = this.#frame;
    const { naturalWidth, naturalHeight } = this.#image;
    const isDown = !this.#isThere || wide === 0 || high === 0;
    setAttribute(this.#frame, "data-closer", !isDown && this.#scale > 1 ? "" : null);
    if (isDown) {
      this.#image.style.transform = "";
      return;
    }
    const upright = Math.min(wide / naturalWidth, high / naturalHeight);
    const [shownWide, shownHigh] = this.#turn % 2 === 1 ? [naturalHeight, naturalWidth] : [naturalWidth, naturalHeight];
    const fitting = Math.min(wide / shownWide, high / shownHigh);
    const size = fitting * this.#scale;
    this.#x = within(this.#x, (shownWide * size - wide) / 2);
    this.#y = within(this.#y, (shownHigh * size - high) / 2);
    const mirror = this.#isMirrored ? -1 : 1;
    const scale = size / upright;
    this.#image.style.transform =
      `translate(${this.#x}px, ${this.#y}px) scale(${scale * mirror}, ${scale}) rotate(${this.#turn * 90}deg)`;
  }

  /** @param {{clientX: number, clientY: number}} point */
  #fromMiddle({ clientX, clientY }) {
    const box = this.#frame.getBoundingClientRect();
    return /** @type {const} */ ([clientX - box.left - box.width / 2, clientY - box.top - box.height / 2]);
  }
}

/**
 * @param {number} value
 * @param {number} most nothing beyond the picture's edge is shown
 */
function within(value, most) {
  const limit = Math.max(0, most);
  return Math.min(limit, Math.max(-limit, value));
}

/** @param {Event} event */
function isOnControl({ target }) {
  return target instanceof Element && target.closest("button, a, video, input") !== null;
}
