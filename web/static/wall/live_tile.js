/** @file Shows one caller's live video: the picture, how it comes here, what to say, and what can be asked. */

import { Problem } from "./asking.js";
import { actingButton, button } from "./buttons.js";
import { CommandsBar } from "./commands_bar.js";
import { make, setAttribute, setText } from "./elements.js";
import { FullScreen } from "./full_screen.js";
import { icon } from "./icons.js";
import { LiveScreen } from "./live_screen.js";
import { LATE_STILL, LiveWatch } from "./live_watch.js";
import { SoundButton } from "./sound_button.js";

/** How long, in seconds, without any picture before it is said that it takes long. */
const TAKES_LONG = 5;
/** What a picture can become that is worth saying aloud. */
const SPOKEN = new Set(["moving", "frozen", "stills", "ended"]);

/**
 * @typedef {object} TileNeeds
 * @property {import("./shapes.js").Say} say
 * @property {import("./shapes.js").Say} sayLadder
 * @property {import("./times.js").Times} times
 * @property {import("./clock.js").Clock} clock
 * @property {import("./hiding.js").Hiding} hiding
 * @property {(sentence: string) => void} announce
 * @property {() => Promise<typeof import("./peerjs.js")>} loadPeerJs
 * @property {(invitation: string) => import("./live_door.js").LiveDoor} doorOf
 * @property {string} tokenBegins
 * @property {boolean} hearsAnswers whether the journal reaches this page
 */

export class LiveTile {
  #needs;
  #invitation;
  #door;
  #commands;
  #screen;
  #sound;
  #full;
  /** @type {LiveWatch | null} */
  #watch = null;
  #announcedHint = "";
  #state = "";
  #cause = "";
  #waitsSince = 0;
  #title = make("h3", "live-title");
  #whom = make("p", "live-whom");
  #lasts = make("p", "live-lasts");
  #frame = make("div", "live-frame");
  #path = make("span", "live-badge live-path");
  #quality = make("span", "live-badge live-quality");
  #message = make("p", "live-message");
  #late = make("p", "live-late");
  #rung = make("p", "live-rung");
  #hint = make("p", "live-hint");
  #crowded = make("p", "live-crowded");
  #fault = make("p", "fault", { role: "alert" });
  #watchButton;
  #reveal;
  #hide;
  #large;
  #tools;
  #leave;

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {TileNeeds} needs
   * @param {(tile: LiveTile) => void} onLeft called when the dispatcher has had enough of it
   */
  constructor(invitation, needs, onLeft) {
    this.#needs = needs;
    this.#invitation = invitation;
    const { say, hiding } = needs;
    const blanks = { number: invitation.number };
    this.#door = needs.doorOf(invitation.id);
    this.#screen = new LiveScreen({ name: say("live.picture", blanks), onSound: (sound) => this.#sound.tell(sound) });
    this.#sound = new SoundButton({ say, screen: this.#screen });
    this.#commands = new CommandsBar({ say, door: this.#door, hearsAnswers: needs.hearsAnswers });
    this.#title.id = `live-${invitation.id}`;
    this.#fault.hidden = true;

    this.#watchButton = make("button", "button primary live-watch", { type: "button" }, icon("film"), say("live.watch"));
    this.#watchButton.addEventListener("click", () => this.watch());
    this.#reveal = make("button", "button live-reveal", { type: "button" }, icon("eye"), say("live.reveal"));
    this.#reveal.addEventListener("click", () => {
      hiding.reveal(this.#hidingId);
      this.#hide.focus();
    });
    this.#hide = button(say("live.hide"), "hide");
    this.#hide.addEventListener("click", () => {
      hiding.hide(this.#hidingId);
      this.#reveal.focus();
    });
    this.#large = button(say("live.large"), "large");
    const rotate = button(say("live.rotate"), "turn");
    rotate.addEventListener("click", () => this.#screen.turn());
    const keep = actingButton({ label: say("live.keep"), done: say("live.kept"), sign: "keep", act: () => this.#keep() });
    keep.classList.add("live-keep");
    // What comes and goes stands last, so that the rest keeps its place.
    this.#tools = make("div", "live-tools", {}, keep, rotate, this.#large, this.#hide, this.#sound.element);
    this.#leave = button(say("live.leave"), "cross");
    this.#leave.addEventListener("click", () => onLeft(this));

    const lamp = make("span", "live-lamp", { "aria-hidden": "true" }, say("live.sign"));
    const head = make("header", "live-head", {}, lamp, this.#title, this.#whom, this.#lasts, this.#leave);
    const badges = make("p", "live-badges", {}, this.#path, " ", this.#quality);
    this.#frame.append(this.#screen.element, badges, this.#message, this.#late, this.#reveal, this.#watchButton);
    const standing = make("div", "live-standing", {}, this.#hint, this.#rung, this.#crowded);
    const side = make("div", "live-side", {}, this.#tools, this.#commands.element, this.#fault, standing);
    this.#hint.hidden = true;
    this.card = make("article", "live-card", { "aria-labelledby": this.#title.id }, head, this.#frame, side);
    this.element = make("li", "live-tile", { "data-live": invitation.id }, this.card);
    this.#full = new FullScreen(this.card, (isLarge) => this.#tellLarge(isLarge));
    this.#large.addEventListener("click", () => void this.#full.toggle());
    this.update(invitation);
  }

  get invitation() {
    return this.#invitation;
  }

  get isWatching() {
    return this.#watch !== null;
  }

  /** Bring the tile into sight, with the keyboard on what starts or ends the watching. */
  focus() {
    this.element.scrollIntoView({ block: "nearest" });
    (this.#watch ? this.#leave : this.#watchButton).focus();
  }

  get isMoving() {
    return this.#state === "moving";
  }

  /** Whether nothing will come here any more. */
  get isOver() {
    return this.#invitation.state !== "open";
  }

  /** Take a place among the viewers. */
  watch() {
    if (this.#watch || this.isOver) return;
    this.#waitsSince = this.#needs.clock.now();
    this.#watch = new LiveWatch({
      door: this.#door,
      loadPeerJs: this.#needs.loadPeerJs,
      tokenBegins: this.#needs.tokenBegins,
      screen: this.#screen,
      onChange: () => this.tell(),
    });
    const hadFocus = document.activeElement === this.#watchButton;
    this.#watch.setLive(this.#invitation.live.is_live);
    this.#watch.start();
    this.tell();
    if (hadFocus) (this.#reveal.hidden ? this.#leave : this.#reveal).focus();
  }

  /** Leave the call. */
  stop() {
    this.#watch?.stop();
    this.#watch = null;
    this.#commands.stop();
    if (this.#full.isLarge) this.#full.leave();
  }

  /** Leave the call and take the tile away. */
  discard() {
    this.stop();
    this.#full.stop();
    this.element.remove();
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update(invitation) {
    const wasLive = this.#invitation.live.is_live;
    this.#invitation = invitation;
    if (invitation.live.is_live && !wasLive) this.#waitsSince = this.#needs.clock.now();
    if (this.isOver) this.stop();
    else this.#watch?.setLive(invitation.live.is_live);
    this.tell();
  }

  /** @param {import("./shapes.js").JournalEvent} event about this invitation */
  takeEvent(event) {
    if (event.kind === "LiveEnded") this.#cause = String(event.detail?.["cause"] ?? "");
    this.#commands.takeEvent(event);
    this.tell();
  }

  /** Write what is true at this moment. */
  tell() {
    const { say, hiding } = this.#needs;
    const { live, number, to, incident } = this.#invitation;
    const sight = this.#watch?.sight ?? null;
    const moves = sight?.picture === "moving";
    const isLive = !this.isOver && (live.is_live || moves);
    const hasPicture = sight !== null && sight.picture !== "nothing";
    const isHidden = hiding.isHidden(this.#hidingId);
    this.#tellState(isLive ? (sight ? sight.picture : "unwatched") : live.began_at ? "ended" : "waiting");
    setText(this.#title, say("card.number", { number }));
    setText(this.#whom, [to ?? say("card.link_only"), incident].filter(Boolean).join(" · "));
    setText(this.#lasts, isLive && live.began_at ? this.#needs.times.watch(this.#secondsOf(live)) : "");

    this.#watchButton.hidden = !isLive || this.isWatching;
    this.#leave.hidden = isLive && !this.isWatching;
    setAttribute(this.#frame, "data-hidden", isHidden ? "" : null);
    this.#reveal.hidden = !isHidden || !hasPicture;
    this.#hide.hidden = isHidden;
    this.#tools.hidden = !hasPicture;
    this.#sound.element.hidden = !sight?.hasSound && this.#screen.sound === "off";
    this.#commands.element.hidden = !this.isWatching;
    this.#commands.update({ isLive, hasSound: sight?.hasSound === true });

    this.#tellBadges(sight);
    setText(this.#message, hasPicture ? "" : this.#messageNow(isLive));
    setText(this.#late, this.#lateness(sight));
    this.#tellStanding(sight);
  }

  get #hidingId() {
    return `live:${this.#invitation.id}`;
  }

  /**
   * Once, when it changes: who cannot see it does not want to hear seconds counted.
   *
   * @param {string} state
   */
  #tellState(state) {
    if (state === this.#state) return;
    setAttribute(this.card, "data-state", state);
    const isNews = SPOKEN.has(state) && this.#state !== "";
    this.#state = state;
    if (isNews) this.#needs.announce(this.#needs.say(`live.now_${state}`, { number: this.#invitation.number }));
  }

  /** @param {import("./live_watch.js").Sight | null} sight */
  #tellBadges(sight) {
    const { say } = this.#needs;
    const isStills = sight?.picture === "stills";
    const path = isStills ? "stills" : sight?.picture === "nothing" ? null : (sight?.path ?? null);
    setAttribute(this.#path, "data-path", path);
    setText(this.#path, path ? say(`live.path_${path}`) : "");
    const { width, height } = this.#screen.size;
    const blanks = { width, height, rate: sight?.rate ?? 0 };
    const isKnown = sight !== null && sight.picture !== "nothing" && width > 0;
    setText(this.#quality, isKnown ? say(sight.picture === "moving" ? "live.quality" : "live.quality_still", blanks) : "");
  }

  /**
   * What stands where no picture is.
   *
   * @param {boolean} isLive
   */
  #messageNow(isLive) {
    const { say, clock, times } = this.#needs;
    const { live, state } = this.#invitation;
    if (isLive) {
      if (!this.isWatching) return "";
      const waits = (clock.now() - this.#waitsSince) / 1000;
      return waits < TAKES_LONG ? say("live.connecting") : say("live.connecting_long", { span: times.span(waits) });
    }
    if (!live.began_at) return state === "open" ? say("live.waiting_camera") : say("live.never");
    const sentence = this.#cause === "stopped" || this.#cause === "lost" ? `live.ended_${this.#cause}` : "live.ended";
    return say(sentence, { span: times.span(this.#secondsOf(live)) });
  }

  /** @param {import("./live_watch.js").Sight | null} sight */
  #lateness(sight) {
    const { say, times } = this.#needs;
    if (!sight) return "";
    const span = times.span(sight.still);
    if (sight.picture === "frozen") return say("live.frozen", { span });
    return sight.picture === "stills" && sight.still > LATE_STILL ? say("live.late", { span }) : "";
  }

  /**
   * The last rung, and what to say to the caller while the picture does not come.
   *
   * @param {import("./live_watch.js").Sight | null} sight
   */
  #tellStanding(sight) {
    const { say, sayLadder, times, clock } = this.#needs;
    const { ladder, rung, hint, created_at, number, state } = this.#invitation;
    const isDue = state === "open" && hint !== null && Date.parse(hint.due_at) <= clock.now();
    const since = ladder.find((step) => step.rung === rung)?.at ?? created_at;
    const span = times.roughly((clock.now() - Date.parse(since)) / 1000);
    const isMoving = sight?.picture === "moving";
    setText(this.#rung, isMoving || state !== "open" ? "" : say("live.rung", { rung: sayLadder(`rungs.${rung}`), span }));
    setText(this.#hint, isDue ? say("card.say", { sentence: hint.sentence }) : "");
    this.#hint.hidden = !isDue || isMoving;
    setText(this.#crowded, sight?.isCrowded ? say("live.crowded") : "");
    // The wall's card says it aloud there; a guest has no card.
    if (!isDue || this.#needs.hearsAnswers || this.#announcedHint === hint.cause) return;
    this.#announcedHint = hint.cause;
    this.#needs.announce(say("card.hint_announced", { number, sentence: hint.sentence }));
  }

  /** @param {import("./shapes.js").Live} live */
  #secondsOf({ began_at, ended_at, is_live }) {
    if (!began_at) return 0;
    const end = !is_live && ended_at ? Date.parse(ended_at) : this.#needs.clock.now();
    return Math.max(0, (end - Date.parse(began_at)) / 1000);
  }

  /** @param {boolean} isLarge */
  #tellLarge(isLarge) {
    const label = this.#large.querySelector(".label");
    if (label) setText(label, this.#needs.say(isLarge ? "live.small" : "live.large"));
    setAttribute(this.#large, "data-large", isLarge ? "" : null);
  }

  async #keep() {
    this.#fault.hidden = true;
    try {
      const picture = await this.#screen.capture();
      if (!picture) throw new Problem(this.#needs.say("live.nothing_to_keep"), 0);
      await this.#door.keep(picture);
      this.#needs.announce(this.#needs.say("live.kept_announced", { number: this.#invitation.number }));
      return true;
    } catch (error) {
      setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
      this.#fault.hidden = false;
      return false;
    }
  }
}
