/**
 * @file Shows, in a strip that is always there, the few things that need somebody now; each leads to where it is done.
 *
 * What comes is put at the end. What is done goes, but not while the pointer or the keyboard is in the strip: nobody
 * presses what has just slipped below the finger.
 */

import { make, promised, setAttribute, setText } from "./elements.js";
import { icon } from "./icons.js";
import { remember, remembered } from "./remembered.js";
import { sentenceToSay } from "./status_line.js";

/** After this long, in milliseconds, a rung that is stuck is no longer news: the caller has hung up. */
const NEWS_FOR = 600_000;

/** Where this device remembers which of those that were handed to us we have opened; the newest few are enough. */
const TAKEN = "handed_taken";
const MOST_TAKEN = 50;

/** @typedef {"stuck" | "handed" | "unread" | "live" | "photo"} Kind */

/**
 * @typedef {object} Matter
 * @property {Kind} kind
 * @property {string} id of the invitation
 * @property {string} title
 * @property {string} words
 * @property {number} since in milliseconds
 */

/** @typedef {{item: HTMLLIElement, title: HTMLElement, words: HTMLElement, matter: Matter}} Chip */

/** @type {Record<Kind, import("./icons.js").IconName>} */
const SIGNS = { stuck: "clock", handed: "hand", unread: "talk", live: "film", photo: "camera" };

export class Attention {
  #needs;
  #strip = promised("attention", HTMLElement);
  #list = promised("attention-list", HTMLElement);
  #nothing = promised("attention-nothing", HTMLElement);
  #title = document.title;
  /** @type {Map<string, Chip>} */
  #chips = new Map();
  /** @type {Map<string, number>} when a photo came that the choice leaves out, by invitation */
  #photos = new Map();

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./shapes.js").Say} needs.sayLadder
   * @param {import("./shapes.js").Say} needs.saySharing
   * @param {string} needs.ourName
   * @param {import("./clock.js").Clock} needs.clock
   * @param {import("./register.js").Register} needs.register
   * @param {import("./conversations.js").Conversations} needs.conversations
   * @param {import("./choice.js").Choice} needs.choice
   * @param {(id: string) => boolean} needs.isWatched whether we watch the live video ourselves
   * @param {(kind: Kind, id: string) => void} needs.onOpened
   * @param {(kind: Kind, id: string, since: number) => void} needs.onNew
   */
  constructor(needs) {
    this.#needs = needs;
    this.#strip.addEventListener("pointerleave", () => this.tell());
    this.#strip.addEventListener("focusout", () => setTimeout(() => this.tell()));
    needs.choice.listen(() => this.tell());
    needs.conversations.listen(() => this.tell());
    // Not the page's clock: that stands still while nobody sees the page, and this one also sounds.
    setInterval(() => this.tell(), 1000);
  }

  /** @param {import("./shapes.js").Photo} photo that has just come */
  takePhoto(photo) {
    const invitation = this.#needs.register.invitation(photo.invitation);
    if (invitation && !this.#needs.choice.wants(invitation)) this.#photos.set(invitation.id, Date.parse(photo.received_at));
  }

  /** Open what has waited longest. */
  openFirst() {
    const first = [...this.#chips.values()].find((chip) => !chip.item.hasAttribute("data-done"));
    if (first) this.#open(first);
  }

  /** Show what needs somebody at this second. */
  tell() {
    const matters = new Map(this.#matters().map((matter) => [`${matter.kind} ${matter.id}`, matter]));
    const isTouched = this.#strip.matches(":hover") || this.#strip.contains(document.activeElement);
    for (const [key, chip] of this.#chips) {
      if (matters.has(key)) continue;
      setAttribute(chip.item, "data-done", "");
      if (isTouched) continue;
      chip.item.remove();
      this.#chips.delete(key);
    }
    for (const [key, matter] of matters) this.#put(key, matter);
    this.#nothing.hidden = this.#chips.size > 0;
    const count = matters.size;
    setAttribute(this.#strip, "data-count", String(count));
    document.title = count > 0 ? `(${count}) ${this.#title}` : this.#title;
  }

  /** @returns {Matter[]} what has waited longest first */
  #matters() {
    const { register, choice } = this.#needs;
    const concerning = register.invitations().filter((invitation) => choice.concerns(invitation));
    return concerning.flatMap((invitation) => this.#of(invitation)).sort((one, other) => one.since - other.since);
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @returns {Matter[]}
   */
  #of(invitation) {
    const { say, sayLadder, clock, conversations, choice, isWatched } = this.#needs;
    const { id, number } = invitation;
    /** @type {Matter[]} */
    const found = [];
    const stuck = sentenceToSay(invitation, clock.now(), sayLadder);
    if (stuck && clock.now() - stuck.since < NEWS_FOR) {
      const words = stuck.isSpoken ? say("attention.say", { sentence: stuck.sentence }) : stuck.sentence;
      found.push({ kind: "stuck", id, title: say("attention.stuck", { number }), words, since: stuck.since });
    }
    const handed = this.#handed(invitation);
    if (handed) found.push(handed);
    const unread = conversations.unread(id);
    const newest = unread.at(-1);
    if (newest) {
      const since = Date.parse(unread[0]?.at ?? newest.at);
      found.push({ kind: "unread", id, title: say("attention.unread", { number, count: unread.length }), words: newest.sentence, since });
    }
    const { live } = invitation;
    if (live.is_live && live.began_at !== null && !(invitation.live_viewers > 0) && !isWatched(id)) {
      const since = Date.parse(live.began_at);
      found.push({ kind: "live", id, title: say("attention.live", { number }), words: say("attention.live_waits"), since });
    }
    const photo = this.#photos.get(id);
    if (photo !== undefined && choice.wants(invitation)) this.#photos.delete(id);
    else if (photo !== undefined) {
      found.push({ kind: "photo", id, title: say("attention.photo", { number }), words: say("attention.photo_hidden"), since: photo });
    }
    return found;
  }

  /**
   * What a colleague has handed to us, until we have opened it.
   *
   * @param {import("./shapes.js").Invitation} invitation
   * @returns {Matter | null}
   */
  #handed({ id, number, handed, responsible, state }) {
    const { saySharing, ourName, clock } = this.#needs;
    if (!handed || responsible !== ourName || handed.by === ourName || state !== "open") return null;
    const since = Date.parse(handed.at);
    if (clock.now() - since > NEWS_FOR || wasTaken(id, handed.at)) return null;
    const words = saySharing("handed_by", { name: handed.by });
    return { kind: "handed", id, title: saySharing("handed_to_you", { number }), words, since };
  }

  /**
   * @param {string} key
   * @param {Matter} matter
   */
  #put(key, matter) {
    let chip = this.#chips.get(key);
    if (!chip) {
      chip = this.#draw(matter);
      this.#chips.set(key, chip);
      this.#list.append(chip.item);
      this.#needs.onNew(matter.kind, matter.id, matter.since);
    }
    setAttribute(chip.item, "data-done", null);
    chip.matter = matter;
    setText(chip.title, matter.title);
    setText(chip.words, matter.words);
  }

  /**
   * @param {Matter} matter
   * @returns {Chip}
   */
  #draw(matter) {
    const title = make("span", "matter-title");
    const words = make("span", "matter-words", { dir: "auto" });
    const press = make("button", "matter", { type: "button" }, icon(SIGNS[matter.kind]), title, " ", words);
    const item = make("li", "", { "data-kind": matter.kind }, press);
    /** @type {Chip} */
    const chip = { item, title, words, matter };
    press.addEventListener("click", () => this.#open(chip));
    return chip;
  }

  /** @param {Chip} chip */
  #open({ matter }) {
    this.#photos.delete(matter.id);
    const handed = this.#needs.register.invitation(matter.id)?.handed;
    if (matter.kind === "handed" && handed) noteTaken(matter.id, handed.at);
    this.#needs.onOpened(matter.kind, matter.id);
    this.tell();
  }
}

/**
 * @param {string} id
 * @param {string} at
 */
function wasTaken(id, at) {
  return (remembered(TAKEN) ?? "").split("\n").includes(`${id} ${at}`);
}

/**
 * @param {string} id
 * @param {string} at
 */
function noteTaken(id, at) {
  const before = (remembered(TAKEN) ?? "").split("\n").filter(Boolean);
  remember(TAKEN, [...before, `${id} ${at}`].slice(-MOST_TAKEN).join("\n"));
}
