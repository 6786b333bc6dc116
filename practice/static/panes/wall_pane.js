/** @file Shows the photowall, signed in. */

import { promised } from "./elements.js";
import { keepFitted } from "./fitting.js";

/** The narrowest window, in CSS pixels, in which the wall lies in two columns. */
const TWO_COLUMNS = 848;

/** Letters smaller than this part of their size would be hard to read: rather one column then. */
const SMALLEST = 0.74;

/** Between two attempts to sign in, in milliseconds. */
const PAUSE = 3000;

export class WallPane {
  #frame = promised("wall-frame", HTMLIFrameElement);
  #opening = promised("wall-opening", HTMLElement);
  #server;
  #isSigningIn = false;
  #triedAt = -PAUSE;

  /** @param {import("./server.js").Server} server */
  constructor(server) {
    this.#server = server;
    keepFitted(promised("wall-place", HTMLElement), (width) => {
      const scale = Math.min(1, width / TWO_COLUMNS);
      return scale < SMALLEST ? 1 : scale;
    });
  }

  /**
   * Show a path of the dispatcher's door: the wall, or a sign-in link.
   *
   * @param {string} path
   */
  open(path) {
    this.#opening.hidden = true;
    this.#frame.hidden = false;
    this.#frame.contentWindow?.location.replace(path);
  }

  /** Sign in where nobody is signed in: at the beginning, and after the session has ended. */
  async keepSignedIn() {
    if (this.#isSigningIn || performance.now() - this.#triedAt < PAUSE || !this.#isSignedOut()) return;
    this.#isSigningIn = true;
    try {
      await this.#server.signIn();
      this.open("/wall");
    } catch {
      // The next look tries again.
    } finally {
      this.#isSigningIn = false;
      this.#triedAt = performance.now();
    }
  }

  #isSignedOut() {
    if (this.#frame.hidden) return true;
    const page = this.#frame.contentDocument;
    // An error page of the browser itself belongs to nobody, and is not ours to read.
    if (!page) return true;
    if (page.readyState !== "complete") return false;
    // Signing out leads to the entrance, which in practice mode is the page around this frame.
    const isAtTheEntrance = page.location.pathname === "/" || page.location.href === "about:blank";
    return isAtTheEntrance || page.getElementById("ended")?.hidden === false;
  }
}
