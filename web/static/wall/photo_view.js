/** @file Shows one photo large, with what is known of it, and walks to its neighbours. */

import { Problem } from "./asking.js";
import { actingButton } from "./buttons.js";
import { ClipPlayer, clipSentence } from "./clip.js";
import { Closer } from "./closer.js";
import { copied } from "./clipboard.js";
import { written } from "./coordinates.js";
import { promised, setAttribute, setText } from "./elements.js";
import { OriginalDownload } from "./original_download.js";
import { pictureOf } from "./sizes.js";
import { MoreMenu } from "./more_menu.js";
import { PhotoMarks } from "./photo_marks.js";
import { singleKeysAreWanted } from "./shortcuts.js";
import { isOld } from "./taking.js";

/** A photo that goes within so many seconds says so in amber. */
const SOON = 900;

export class PhotoView {
  #needs;
  /** @type {string | null} */
  #id = null;
  /** @type {HTMLElement | null} */
  #cameFrom = null;
  #dialog = promised("view", HTMLDialogElement);
  #title = promised("view-title", HTMLElement);
  #frame = promised("view-frame", HTMLElement);
  #thumbnail = promised("view-thumbnail", HTMLImageElement);
  #large = promised("view-large", HTMLImageElement);
  #reveal = promised("view-reveal", HTMLButtonElement);
  #message = promised("view-message", HTMLElement);
  #newer = promised("view-newer", HTMLButtonElement);
  #older = promised("view-older", HTMLButtonElement);
  #original = promised("view-original", HTMLAnchorElement);
  #player;
  #small = promised("view-small", HTMLElement);
  #ask;
  #closer;
  #download;
  #marks;
  #more;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./register.js").Register} needs.register
   * @param {import("./hiding.js").Hiding} needs.hiding
   * @param {import("./api.js").Api} needs.api
   * @param {(photo: import("./shapes.js").Photo) => string} needs.sizeOf what to say of one that is not whole
   * @param {(photo: import("./shapes.js").Photo) => boolean} needs.wants which neighbours there are
   * @param {import("./shapes.js").Me} needs.me
   * @param {string} needs.ourName
   * @param {(sentence: string) => void} needs.announce
   * @param {(id: string) => void} needs.onClosed with the photo that was seen last
   */
  constructor(needs) {
    this.#needs = needs;
    // Before our own keys: it takes some of the arrows.
    this.#closer = new Closer({ ...needs, onCopied: () => void this.#tellCopied() });
    this.#marks = new PhotoMarks(needs);
    this.#more = new MoreMenu(needs);
    this.#download = new OriginalDownload(needs);
    this.#player = new ClipPlayer(needs.say, (sentence) => this.#tell(sentence));
    promised("view-close", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    this.#newer.addEventListener("click", () => this.#walk(-1));
    this.#older.addEventListener("click", () => this.#walk(1));
    this.#reveal.addEventListener("click", () => this.#revealThis());
    this.#large.addEventListener("load", () => {
      setAttribute(this.#frame, "data-large", "");
      void this.#marks.tellSeen();
    });
    this.#large.addEventListener("error", () => {
      // The picture of a photo that was left or deleted meanwhile is missed by nobody.
      if (this.#large.hasAttribute("src")) this.#tell(needs.say("view.not_loaded"));
    });
    this.#dialog.addEventListener("keydown", (event) => this.#key(event));
    this.#dialog.addEventListener("close", () => this.#closed());
    promised("view-copy", HTMLElement).append(this.#copyButton("view-digest", needs.say("view.copy_digest")));
    promised("view-copy-place", HTMLElement).append(this.#copyButton("view-place", needs.say("card.copy_location")));
    this.#ask = actingButton({
      label: needs.say("view.ask_original"),
      done: needs.say("view.asked"),
      sign: "down",
      act: () => this.#askForOriginal(),
    });
    promised("view-ask", HTMLElement).append(this.#ask);
    needs.clock.everySecond(() => this.#tellTimes());
    needs.hiding.listen(() => this.refresh());
  }

  /** @param {string} id */
  open(id) {
    this.#cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.#show(id);
    this.#dialog.showModal();
  }

  /** Show again what is known of the photo, after it changed. */
  refresh() {
    if (this.#id !== null) this.#show(this.#id);
  }

  /**
   * Say that a photo was forgotten, when it is the one on show.
   *
   * @param {string} id
   */
  forget(id) {
    if (this.#id !== id) {
      this.refresh();
      return;
    }
    this.#clear();
    setAttribute(this.#frame, "data-hidden", null);
    this.#reveal.hidden = true;
    this.#original.hidden = true;
    this.#ask.hidden = true;
    this.#more.hide();
    setText(this.#small, "");
    this.#tell(this.#needs.say("view.forgotten"));
  }

  /** @param {string} id */
  #show(id) {
    const { say, times, register, hiding } = this.#needs;
    const photo = register.photo(id);
    if (!photo) return;
    const before = this.#id;
    if (before !== id) this.#clear();
    this.#id = id;
    // Whoever leaves a picture that is only revealed alone leaves it hidden.
    if (before !== null && before !== id && hiding.isOnlyAlone) hiding.hide(before);
    const isHidden = hiding.isHidden(id);
    const isShown = photo.state === "shown";
    const invitation = register.invitation(photo.invitation);
    const blanks = { photo: photo.number, invitation: invitation?.number ?? "?" };
    setText(this.#title, say("view.title", blanks));
    setAttribute(this.#frame, "data-hidden", isHidden ? "" : null);
    this.#reveal.hidden = !isHidden || !isShown;
    if (isShown) {
      setAttribute(this.#thumbnail, "src", pictureOf(photo, "thumbnail"));
      const large = pictureOf(photo, "wall");
      if (!isHidden && this.#large.getAttribute("src") !== large) {
        this.#large.alt = say("view.alternative", blanks);
        this.#large.src = large;
      }
      if (isHidden) this.#dropLarge();
      this.#player.show(photo, blanks, isHidden);
    } else {
      const sentence = photo.state === "unreadable" ? "photo.unreadable" : "photo.arriving";
      this.#tell(say(sentence, { size: times.size(photo.bytes) }));
    }
    const facts = {
      "view-from": [invitation?.to, invitation?.incident, invitation?.by].filter(Boolean).join(" · ") || "–",
      "view-pixels": photo.width && photo.height ? `${photo.width} × ${photo.height}` : "–",
      "view-bytes": `${times.size(photo.bytes)} (${say("view.bytes", { bytes: times.number(photo.bytes) })})`,
      "view-format": photo.format.toUpperCase(),
      "view-digest": photo.sha256,
    };
    for (const [place, text] of Object.entries(facts)) setText(promised(place, HTMLElement), text);
    this.#tellTaking(photo);
    this.#tellSize(photo);
    this.#original.hidden = false;
    this.#original.href = `/api/photos/${encodeURIComponent(id)}/original`;
    this.#download.offer(photo, invitation);
    this.#marks.show(photo);
    this.#more.show(photo, invitation);
    if (photo.clip?.state === "playable" && !isHidden) void this.#marks.tellSeen();
    this.#tellTimes();
    const [position, all] = this.#position();
    setAttribute(this.#newer, "aria-disabled", position > 0 ? null : "true");
    setAttribute(this.#older, "aria-disabled", position < all.length - 1 ? null : "true");
  }

  /** @param {import("./shapes.js").Photo} photo */
  #tellSize(photo) {
    const { say, register, sizeOf } = this.#needs;
    const isLess = photo.reached !== "original";
    const isOpen = register.invitation(photo.invitation)?.state === "open";
    const asked = photo.original ? say(`view.original_${photo.original}`) : "";
    const less = photo.reached === "shrunk" ? say("view.shrunk") : sizeOf(photo);
    setText(this.#small, isLess ? [less, asked].filter(Boolean).join(" · ") : sizeOf(photo));
    this.#ask.hidden = !isLess || !isOpen || photo.original !== null;
  }

  async #askForOriginal() {
    if (this.#id === null) return false;
    try {
      await this.#needs.api.askForOriginal(this.#id);
      return true;
    } catch (error) {
      if (error instanceof Problem) setText(this.#small, error.message);
      return false;
    }
  }

  /** @param {import("./shapes.js").Photo} photo */
  #tellTaking(photo) {
    const { place, camera, sentence } = photo.taken;
    const age = promised("view-taken", HTMLElement);
    const isPreview = photo.size === "preview";
    const clip = clipSentence(photo, this.#needs.say, this.#needs.times);
    const told = photo.kind === "still" ? this.#needs.say("photo.still") : isPreview ? "–" : sentence;
    setText(age, [clip, told].filter(Boolean).join(" · "));
    setAttribute(age, "data-old", isOld(photo) ? "" : null);
    setText(promised("view-place", HTMLElement), place ? written(place) : "");
    promised("fact-place", HTMLElement).hidden = place === null;
    setText(promised("view-camera", HTMLElement), camera ?? "");
    promised("fact-camera", HTMLElement).hidden = !camera;
  }

  #tellTimes() {
    const photo = this.#id === null ? null : this.#needs.register.photo(this.#id);
    if (!photo) return;
    const { times, clock } = this.#needs;
    const now = clock.now();
    const received = `${times.ofDay(photo.received_at)} · ${times.ago(photo.received_at, now)}`;
    setText(promised("view-received", HTMLElement), received);
    const left = (Date.parse(photo.expires_at) - now) / 1000;
    const expires = promised("view-expires", HTMLElement);
    setText(expires, `${times.longSpan(left)} · ${times.ofDay(photo.expires_at)}`);
    setAttribute(expires, "data-soon", left < SOON ? "" : null);
  }

  #position() {
    const all = this.#needs.register.photos().filter((photo) => photo.id === this.#id || this.#needs.wants(photo));
    return /** @type {const} */ ([all.findIndex((photo) => photo.id === this.#id), all]);
  }

  /** @param {1 | -1} step towards older photos, or newer ones */
  #walk(step) {
    const [position, all] = this.#position();
    const next = position < 0 ? all[0] : all[position + step];
    if (!next) return;
    this.#show(next.id);
    const isHidden = this.#needs.hiding.isHidden(next.id);
    if (document.activeElement === document.body || !this.#dialog.contains(document.activeElement)) this.#dialog.focus();
    const name = isHidden ? "photo.name_hidden" : "view.title";
    const invitation = this.#needs.register.invitation(next.invitation);
    this.#needs.announce(this.#needs.say(name, { photo: next.number, invitation: invitation?.number ?? "?" }));
  }

  #revealThis() {
    if (this.#id === null) return;
    // Not on a button: Enter reveals the next one as well.
    this.#dialog.focus();
    this.#needs.hiding.reveal(this.#id);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // A player winds with the same keys.
    if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLVideoElement) return;
    const isOnControl = event.target instanceof HTMLElement && event.target.closest("button, a") !== null;
    if (event.key === "ArrowLeft") this.#walk(-1);
    else if (event.key === "ArrowRight") this.#walk(1);
    else if (event.key === "Enter" && !isOnControl && !this.#reveal.hidden) this.#revealThis();
    else if (!event.shiftKey && !event.repeat && singleKeysAreWanted() && this.#acts[event.key.toLowerCase()]) {
      this.#acts[event.key.toLowerCase()]?.();
    } else return;
    event.preventDefault();
  }

  /** What single letters do here, beside those that look closer. @type {Record<string, () => void>} */
  #acts = {
    i: () => void this.#marks.toggle(),
    p: () => void this.#more.print(),
    k: () => this.#more.keep(),
    q: () => this.#more.quarantine(),
  };

  async #tellCopied() {
    const id = this.#id;
    if (id === null) return;
    try {
      await this.#needs.api.copied(id);
    } catch {
      // It is on the clipboard already: nothing can be taken back, and nobody at the desk can mend it.
    }
  }

  #closed() {
    const seen = this.#id;
    this.#id = null;
    this.#clear();
    this.#more.close();
    if (seen !== null && this.#needs.hiding.isOnlyAlone) this.#needs.hiding.hide(seen);
    if (this.#cameFrom?.isConnected) this.#cameFrom.focus();
    else if (seen !== null) this.#needs.onClosed(seen);
  }

  #clear() {
    this.#player.stop();
    this.#thumbnail.removeAttribute("src");
    this.#closer.reset();
    this.#dropLarge();
    this.#tell("");
  }

  #dropLarge() {
    this.#large.removeAttribute("src");
    this.#large.alt = "";
    setAttribute(this.#frame, "data-large", null);
  }

  /** @param {string} sentence */
  #tell(sentence) {
    setText(this.#message, sentence);
    this.#message.hidden = sentence === "";
  }

  /**
   * @param {string} place id of what is copied
   * @param {string} label
   */
  #copyButton(place, label) {
    const act = async () => {
      const text = promised(place, HTMLElement);
      if (await copied(text.textContent ?? "")) return true;
      // What the browser will not copy for us is at least marked, ready for Ctrl C.
      window.getSelection()?.selectAllChildren(text);
      return false;
    };
    return actingButton({ label, done: this.#needs.say("card.copied"), sign: "copy", act });
  }
}
