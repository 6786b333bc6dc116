/** @file Shows one message of the chat, and touches only what has changed when it is edited. */

import { icon, make, Part } from "./elements.js";
import { linkTo, ownPath, withLinks } from "./links.js";

const REPLY = "M9.500 7 4 12l5.500 5M4.500 12H14a6 6 0 0 1 6 6v1";
const EYE = "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z";
const PIN = "M12 21s-6.500-6.500-6.500-11.500a6.500 6.500 0 0 1 13 0C18.500 14.500 12 21 12 21ZM12 7.500a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z";
const SILENT = "M6 16h12l-1.500-2V10a4.500 4.500 0 0 0-9 0v4ZM10.500 19h3M4 4l16 16";
const AWAY = "M8 5h11v11M19 5 6 18";
const COPY = "M9 9h10v10H9ZM15 9V5H5v10h4";

/**
 * @typedef {object} Needs
 * @property {import("./shapes.js").Say} say
 * @property {import("./times.js").Times} times
 * @property {import("./links.js").Open} open
 * @property {(message: import("./shapes.js").Message) => void} reply
 * @property {(message: number, value: string) => void} press
 * @property {(text: string) => void} copy
 * @property {(id: number) => void} goTo
 */

export class MessageView {
  /** What stands in the list. */
  element = make("li", "message", { tabindex: "-1" });

  #needs;
  #message;
  #isRevealed = false;
  #bubble = make("div", "bubble");
  #from = make("p", "from");
  #quote = make("div", "quote");
  #photo = make("div", "photo");
  #text = make("p", "text");
  #location = make("div", "location");
  #meta = make("p", "meta");
  #buttons = make("div", "buttons");
  #reply = make("button", "reply small", { type: "button" }, icon(REPLY));
  #parts = {
    from: new Part(this.#from),
    quote: new Part(this.#quote),
    photo: new Part(this.#photo),
    text: new Part(this.#text),
    location: new Part(this.#location),
    meta: new Part(this.#meta),
    buttons: new Part(this.#buttons),
  };

  /**
   * @param {import("./shapes.js").Message} message
   * @param {Needs} needs
   */
  constructor(message, needs) {
    this.#needs = needs;
    this.#message = message;
    this.#bubble.append(this.#from, this.#quote, this.#photo, this.#text, this.#location, this.#meta);
    this.element.append(make("div", "bubble-line", {}, this.#bubble, this.#reply), this.#buttons);
    this.#reply.addEventListener("click", () => needs.reply(this.#message));
    this.#bubble.addEventListener("click", (event) => this.#replyUnlessMeantOtherwise(event));
  }

  /**
   * Show the message as it is now.
   *
   * @param {import("./shapes.js").Message} message
   * @param {import("./shapes.js").Message | undefined} original the one that it replies to
   */
  show(message, original) {
    const { say, times } = this.#needs;
    this.#message = message;
    const { element } = this;
    element.classList.toggle("own", !message.bot);
    element.classList.toggle("deleted", message.deleted);
    this.#reply.hidden = !canBeAnswered(message);
    this.#reply.setAttribute("aria-label", say("chat.reply_to", { name: message.from, text: gist(message, say) }));
    this.#reply.title = say("chat.reply");
    this.#parts.from.show({ name: message.from, isBot: message.bot, isPrivate: message.private }, ({ name, isBot, isPrivate }) => [
      make("strong", "", {}, name),
      ...(isBot ? [" ", make("span", "bot", {}, say("chat.bot"))] : []),
      ...(isPrivate ? [" ", make("span", "bot private", {}, say("chat.private"))] : []),
    ]);
    const quoted = original && !message.deleted ? { id: original.id, name: original.from, text: gist(original, say) } : null;
    this.#parts.quote.show(quoted, (original) => [this.#quotation(original)]);
    const { photo, kind, spoiler, from } = message;
    const seen = photo && !message.deleted ? { photo, kind, spoiler, from } : null;
    this.#parts.photo.show(seen, (shown) => [shown.kind === "video" ? this.#video(shown) : this.#picture(shown)]);
    this.#parts.text.show(this.#words(), ({ text, deleted }) => (deleted ? [make("del", "", {}, text)] : withLinks(text, this.#needs.open)));
    this.#parts.location.show(message.deleted ? null : message.location, (place) => this.#card(place));
    this.#parts.meta.show({ at: message.at, edited: message.edited && !message.deleted, silent: message.silent }, (meta) => [
      ...(meta.silent ? [make("span", "silent", { title: say("chat.silent") }, icon(SILENT), make("span", "unseen", {}, say("chat.silent")))] : []),
      ...(meta.edited ? [`${say("chat.edited")} `] : []),
      make("time", "", { datetime: meta.at }, times.clock(meta.at)),
    ]);
    const buttons = message.buttons?.length && !message.deleted ? message.buttons : null;
    this.#parts.buttons.show(buttons, (rows) => rows.map((row) => this.#row(row)));
  }

  #words() {
    const { deleted, text, kind, photo, location } = this.#message;
    if (deleted) return { text: this.#needs.say("chat.deleted"), deleted };
    if (text) return { text, deleted };
    return photo || location || kind === "text" ? null : { text: this.#needs.say("chat.kind_other"), deleted };
  }

  /** @param {{id: number, name: string, text: string}} original */
  #quotation({ id, name, text }) {
    const quotation = make("button", "quotation", { type: "button", title: this.#needs.say("chat.go_to", { name }) });
    quotation.append(make("strong", "", {}, name), make("span", "", {}, text));
    quotation.addEventListener("click", () => this.#needs.goTo(id));
    return quotation;
  }

  /** @param {{photo: string, spoiler: boolean, from: string}} shown */
  #picture({ photo, spoiler, from }) {
    const { say } = this.#needs;
    const image = make("img", "", { src: `/practice/photos/${encodeURIComponent(photo)}`, decoding: "async" });
    if (!spoiler) {
      image.alt = say("chat.photo", { name: from });
      return image;
    }
    image.alt = "";
    const veil = make("span", "veil", {}, icon(EYE), say("chat.show_photo"));
    const button = make("button", "spoiler", { type: "button" }, image, veil);
    const showOrHide = () => {
      button.classList.toggle("revealed", this.#isRevealed);
      veil.hidden = this.#isRevealed;
      button.setAttribute("aria-label", say(this.#isRevealed ? "chat.photo_shown" : "chat.photo_hidden", { name: from }));
    };
    button.addEventListener("click", () => {
      this.#isRevealed = !this.#isRevealed;
      showOrHide();
    });
    showOrHide();
    return button;
  }

  /**
   * Show a video: nothing of it is seen before somebody plays it, as behind a spoiler.
   *
   * @param {{photo: string, from: string}} shown
   */
  #video({ photo, from }) {
    const video = make("video", "", { controls: "", preload: "none", playsinline: "" });
    video.muted = true;
    video.setAttribute("aria-label", this.#needs.say("chat.photo", { name: from }));
    video.src = `/practice/photos/${encodeURIComponent(photo)}`;
    return video;
  }

  /** @param {import("./shapes.js").Place} place */
  #card({ latitude, longitude, accuracy }) {
    const { say, copy } = this.#needs;
    const coordinates = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    const button = make("button", "copy", { type: "button" }, say("chat.copy"));
    button.addEventListener("click", () => copy(coordinates));
    const words = make("p", "", {}, make("strong", "", {}, say("chat.location")), make("span", "coordinates", {}, coordinates));
    if (accuracy) words.append(make("span", "", {}, say("chat.accuracy", { metres: Math.round(accuracy) })));
    return [make("span", "pin", {}, icon(PIN)), words, button];
  }

  /** @param {import("./shapes.js").ChatButton[]} row */
  #row(row) {
    return make("div", "button-row", {}, ...row.map((button) => this.#button(button)));
  }

  /** @param {import("./shapes.js").ChatButton} button */
  #button({ text, kind, value }) {
    const { say, press, copy, open } = this.#needs;
    if (kind === "url" || kind === "login_url" || kind === "web_app") {
      if (ownPath(value) !== null) return linkTo(value, open, "chat-button", text);
      return linkTo(value, open, "chat-button", text, icon(AWAY), make("span", "unseen", {}, `(${say("chat.opens")})`));
    }
    const isCopy = kind === "copy" || kind === "copy_text";
    const made = make("button", "chat-button", { type: "button" }, text, ...(isCopy ? [icon(COPY)] : []));
    if (isCopy) made.title = say("chat.copy");
    made.addEventListener("click", () => (isCopy ? copy(value) : press(this.#message.id, value)));
    return made;
  }

  /** @param {MouseEvent} event */
  #replyUnlessMeantOtherwise(event) {
    const isControl = event.target instanceof Element && event.target.closest("a, button");
    const isSelecting = !(getSelection()?.isCollapsed ?? true);
    if (!isControl && !isSelecting && canBeAnswered(this.#message)) this.#needs.reply(this.#message);
  }
}

/**
 * Whether one can reply in the team chat: a private message is not there to be replied to.
 *
 * @param {import("./shapes.js").Message} message
 */
function canBeAnswered(message) {
  return !message.deleted && !message.private;
}

/**
 * A message in one line.
 *
 * @param {import("./shapes.js").Message} message
 * @param {import("./shapes.js").Say} say
 */
export function gist(message, say) {
  if (message.deleted) return say("chat.deleted");
  const line = message.text.split("\n", 1)[0]?.trim();
  if (line) return line.length > 80 ? `${line.slice(0, 79)}…` : line;
  if (message.photo) return say("chat.kind_photo");
  return say(message.location ? "chat.kind_location" : "chat.kind_other");
}
