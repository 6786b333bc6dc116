/** @file Plays the caller's phone: home screen, messages and browser. */

import { lendCamera } from "./camera.js";
import { lendVideo } from "./drawn_video.js";
import { make, promised, setText } from "./elements.js";
import { keepFitted } from "./fitting.js";
import { CODE_PATH, linkTo, ownPath, paneOf, withLinks } from "./links.js";
import { Toast } from "./toast.js";

/** The phone with its edge, in CSS pixels; panes.css says the same. */
const PHONE = { width: 384, height: 764 };

/** How long a banner stays, in milliseconds: the message itself stays in the list. */
const BANNER_TIME = 9000;

const MOST_NOTIFICATIONS = 3;

/** @typedef {"home" | "messages" | "browser"} Screen */

export class PhonePane {
  #screen = promised("phone-screen", HTMLElement);
  #frame = promised("phone-frame", HTMLIFrameElement);
  #banner = promised("phone-banner", HTMLButtonElement);
  #toast = new Toast(promised("phone-toast", HTMLElement));
  #parts = {
    home: promised("phone-home", HTMLElement),
    messages: promised("phone-messages", HTMLElement),
    browser: promised("phone-browser", HTMLElement),
  };
  #say;
  #times;
  #onOpened;
  /** @type {Map<string, HTMLElement>} the link of each message */
  #links = new Map();
  /** @type {"home" | "messages"} what the browser was opened from */
  #behind = "messages";
  #isFirstLook = true;
  #sender = "";
  #lastTo = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #bannerTimer;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {() => void} needs.onOpened the page of an invitation was opened
   */
  constructor({ say, times, onOpened }) {
    this.#say = say;
    this.#times = times;
    this.#onOpened = onOpened;
    keepFitted(promised("phone-place", HTMLElement), (width, height) =>
      Math.min(1.15, width / PHONE.width, height / PHONE.height),
    );
    promised("messages-back", HTMLButtonElement).addEventListener("click", () => this.#go("home"));
    promised("phone-to-home", HTMLButtonElement).addEventListener("click", () => this.#go("home"));
    promised("browser-back", HTMLButtonElement).addEventListener("click", () => {
      this.#go(this.#behind);
      promised(this.#behind === "home" ? "phone-code" : "messages-back", HTMLElement).focus();
    });
    promised("phone-code", HTMLButtonElement).addEventListener("click", () => this.open(CODE_PATH));
    promised("browser-reload", HTMLButtonElement).addEventListener("click", () => this.#frame.contentWindow?.location.reload());
    setText(promised("browser-host", HTMLElement), location.host);
    lendCamera(this.#frame, say);
    lendVideo(this.#frame, say);
    this.#frame.addEventListener("load", () => this.#loaded());
    this.#tick();
    setInterval(() => this.#tick(), 1000);
  }

  /**
   * Open a page of the citizen's door in the browser.
   *
   * @param {string} path
   */
  open(path) {
    // A page that is open already stays as it is: it may be sending.
    if (this.#pathShown() !== new URL(path, location.href).pathname) {
      this.#frame.contentWindow?.location.replace(path);
      promised("browser-tab", HTMLAnchorElement).href = path;
    }
    this.#behind = path === CODE_PATH ? "home" : "messages";
    const back = this.#say(`phone.back_${this.#behind}`);
    promised("browser-back", HTMLElement).setAttribute("aria-label", back);
    this.#go("browser");
    this.#frame.focus();
  }

  /**
   * Take in the messages, oldest first.
   *
   * @param {import("./shapes.js").Sms[]} messages
   * @param {string} sender
   */
  show(messages, sender) {
    this.#sender = sender;
    setText(promised("messages-sender", HTMLElement), sender);
    const keys = new Set(messages.map(keyOf));
    // The server has started anew, or has forgotten: the phone holds what there is.
    if ([...this.#links.keys()].some((key) => !keys.has(key))) this.#empty();
    const fresh = messages.filter((sms) => !this.#links.has(keyOf(sms)));
    for (const sms of fresh) this.#add(sms);
    promised("phone-nothing", HTMLElement).hidden = messages.length > 0;
    const newest = fresh.at(-1);
    if (newest && !this.#isFirstLook && this.#screen.dataset["screen"] === "browser") this.#announce(newest);
    this.#isFirstLook = false;
  }

  #empty() {
    this.#links.clear();
    this.#lastTo = "";
    promised("messages-list", HTMLOListElement).replaceChildren();
    promised("phone-notifications", HTMLUListElement).replaceChildren();
    this.#banner.hidden = true;
  }

  /** @param {import("./shapes.js").Sms} sms */
  #add(sms) {
    const list = promised("messages-list", HTMLOListElement);
    /** @param {string} path */
    const open = (path) => {
      const isOurs = paneOf(path) === "phone";
      if (isOurs) this.open(path);
      return isOurs;
    };
    const text = make("p", "", {}, ...withLinks(sms.text, open));
    if (!text.querySelector("a") && sms.link) text.append(" ", linkTo(sms.link, open, "", ownPath(sms.link) ?? sms.link));
    if (sms.to !== this.#lastTo) {
      this.#lastTo = sms.to;
      list.append(make("li", "sent-to", {}, this.#say("phone.sent_to", { number: sms.to })));
    }
    list.append(make("li", "sms", {}, text, make("time", "", { datetime: sms.at }, this.#times.clock(sms.at))));
    this.#links.set(keyOf(sms), text.querySelector("a") ?? text);
    const notifications = promised("phone-notifications", HTMLUListElement);
    const notification = make("button", "notification", { type: "button" });
    this.#fill(notification, sms);
    notifications.prepend(make("li", "", {}, notification));
    notifications.children[MOST_NOTIFICATIONS]?.remove();
    const scroll = promised("messages-scroll", HTMLElement);
    scroll.scrollTop = scroll.scrollHeight;
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {import("./shapes.js").Sms} sms
   */
  #fill(button, sms) {
    button.replaceChildren(
      make("span", "app", { "aria-hidden": "true" }),
      make("span", "notification-head", {}, make("strong", "", {}, this.#sender), make("time", "", { datetime: sms.at }, this.#times.clock(sms.at))),
      make("span", "notification-text", {}, sms.text),
    );
    button.onclick = () => {
      this.#go("messages");
      const link = this.#links.get(keyOf(sms));
      link?.scrollIntoView({ block: "nearest" });
      link?.focus({ preventScroll: true });
    };
  }

  /** @param {import("./shapes.js").Sms} sms */
  #announce(sms) {
    clearTimeout(this.#bannerTimer);
    this.#fill(this.#banner, sms);
    this.#banner.hidden = false;
    this.#toast.show("");
    this.#bannerTimer = setTimeout(() => this.#hideBanner(), BANNER_TIME);
  }

  #hideBanner() {
    // Whoever stands on it with the keyboard keeps it.
    if (document.activeElement !== this.#banner) this.#banner.hidden = true;
  }

  /** @param {Screen} screen */
  #go(screen) {
    this.#screen.dataset["screen"] = screen;
    for (const [name, part] of Object.entries(this.#parts)) part.hidden = name !== screen;
    this.#banner.hidden = true;
    if (screen === "messages") {
      const scroll = promised("messages-scroll", HTMLElement);
      scroll.scrollTop = scroll.scrollHeight;
    }
  }

  /** Where the frame is now: a code leads on to the page of its invitation. */
  #pathShown() {
    try {
      return this.#frame.contentWindow?.location.pathname ?? "";
    } catch {
      // The browser's own page, because the server did not answer: it is no page of ours, and tells nothing.
      return "";
    }
  }

  #loaded() {
    const path = this.#pathShown();
    if (path.startsWith("/s/")) {
      promised("browser-tab", HTMLAnchorElement).href = path;
      this.#onOpened();
    }
    this.#keepCallsHere();
  }

  /** A page that says "call 112" must not let this computer dial it. */
  #keepCallsHere() {
    this.#frame.contentDocument?.addEventListener("click", (event) => {
      // The element belongs to the frame's own world: instanceof would not know it.
      const target = /** @type {Element | null} */ (event.target);
      if (!target?.closest?.("a[href^='tel:'], a[href^='sms:']")) return;
      event.preventDefault();
      this.#toast.show(this.#say("phone.no_call"));
    });
  }

  #tick() {
    const now = Date.now();
    setText(promised("phone-clock", HTMLElement), this.#times.clock(now));
    setText(promised("phone-time", HTMLElement), this.#times.clock(now));
    setText(promised("phone-date", HTMLElement), this.#times.day(now));
  }
}

/**
 * What tells one message from every other, also across a restart that numbers anew.
 *
 * @param {import("./shapes.js").Sms} sms
 */
function keyOf(sms) {
  return `${sms.id} ${sms.at}`;
}
