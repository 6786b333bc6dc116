/** @file Shows one invitation: whom, how far it has come, what to say next, and what can be done with it. */

import { Problem } from "./api.js";
import { actingButton, button, twoStepButton } from "./buttons.js";
import { copied } from "./clipboard.js";
import { make, setAttribute, setText } from "./elements.js";
import { Ladder } from "./ladder.js";
import { LocationLine } from "./location_line.js";
import { PhotoStrip } from "./photo_strip.js";
import { StatusLine, isWithoutMessage } from "./status_line.js";
import { TalkLine } from "./talk_line.js";
import { WatchedLine } from "./watched_line.js";

/**
 * @typedef {object} CardNeeds
 * @property {import("./shapes.js").Say} say
 * @property {import("./shapes.js").Say} sayLadder
 * @property {import("./times.js").Times} times
 * @property {import("./clock.js").Clock} clock
 * @property {import("./api.js").Api} api
 * @property {import("./register.js").Register} register
 * @property {import("./link_dialog.js").LinkDialog} linkDialog
 * @property {import("./code_dialog.js").CodeDialog} codeDialog
 * @property {import("./conversations.js").Conversations} conversations
 * @property {import("./choice.js").Choice} choice
 * @property {import("./shapes.js").Say} saySharing
 * @property {import("./shapes.js").Say} sayMap
 * @property {import("./shares.js").Shares} shares
 * @property {import("./hand_over_dialog.js").HandOverDialog} handOverDialog
 * @property {import("./share_dialog.js").ShareDialog} shareDialog
 * @property {(id: string) => void} openMapAt
 * @property {(id: string) => void} openTalk
 * @property {(sentence: string) => void} announce
 * @property {import("./picture.js").PictureNeeds} pictureNeeds
 */

export class InvitationCard {
  #needs;
  #invitation;
  #title = make("h3", "card-title");
  #whom = make("p", "card-whom");
  #who = make("p", "card-who");
  #purpose = make("span", "tag");
  #phone = make("p", "card-phone");
  #fault = make("p", "fault", { role: "alert" });
  #actions = make("div", "actions");
  #ladder;
  #status;
  #location;
  #talk;
  #watched;
  #resend;
  #wrongNumber;

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {CardNeeds} needs
   */
  constructor(invitation, needs) {
    this.#needs = needs;
    this.#invitation = invitation;
    this.#ladder = new Ladder(needs);
    this.#status = new StatusLine(needs);
    this.#location = new LocationLine({ ...needs, onMap: () => needs.openMapAt(this.#invitation.id) });
    this.#watched = new WatchedLine(needs);
    this.#talk = new TalkLine(needs, invitation.id);
    this.strip = new PhotoStrip(needs.pictureNeeds);
    this.#resend = this.#resendButton();
    this.#wrongNumber = this.#wrongNumberButton();
    this.#title.id = `invitation-${invitation.id}`;
    this.#fault.hidden = true;
    this.#actions.append(
      ...[this.#copyButton(), this.#qrButton(), this.#spokenCodeButton()],
      ...[this.#handOverButton(), this.#shareButton()],
      ...[this.#resend, this.#wrongNumber, this.#closeButton()],
    );
    const head = make("header", "card-head", {}, this.#title, this.#whom, this.#purpose, this.#who);
    const body = [head, this.#ladder.element, this.#status.element, this.#phone, this.#location.element];
    const card = make("article", "card", { "aria-labelledby": this.#title.id });
    card.append(...body, this.#watched.element, this.#talk.element, this.strip.element, this.#fault, this.#actions);
    this.element = make("li", "", { "data-invitation": invitation.id }, card);
    this.card = card;
    this.update(invitation);
  }

  get incident() {
    return this.#invitation.incident;
  }

  get isWanted() {
    return this.#needs.choice.wants(this.#invitation);
  }

  /** Give the keyboard to the card. */
  focus() {
    this.#title.tabIndex = -1;
    this.#title.focus();
  }

  get number() {
    return this.#invitation.number;
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update(invitation) {
    this.#invitation = invitation;
    const { say, times } = this.#needs;
    const isOpen = invitation.state === "open";
    setAttribute(this.card, "data-state", invitation.state);
    setText(this.#title, say("card.number", { number: invitation.number }));
    setText(this.#whom, invitation.to ?? say("card.link_only"));
    setText(this.#purpose, say(`form.${invitation.purpose}`));
    setAttribute(this.#purpose, "data-live", invitation.live.is_live ? "" : null);
    const { by, responsible } = invitation;
    const names = by === responsible ? by : `${by} → ${responsible}`;
    const who = [say("card.by", { name: names }), times.ofDay(invitation.created_at)];
    if (invitation.incident) who.unshift(invitation.incident);
    setText(this.#who, who.join(" · "));
    setText(this.#phone, this.#phoneWords());
    this.#ladder.update(invitation);
    this.#status.update(invitation);
    this.#location.update(invitation.location);
    this.#talk.update(invitation);
    this.#watched.update(invitation);
    this.#actions.hidden = !isOpen;
    this.#resend.hidden = invitation.to === null;
    this.#wrongNumber.hidden = invitation.to === null;
    setAttribute(this.#actions, "data-suggested", isOpen && isWithoutMessage(invitation) ? "" : null);
  }

  /** Write what was said last, and how much of it is unread. */
  tellTalk() {
    this.#talk.update(this.#invitation);
  }

  /** Write who watches, and who was given a link. */
  tellWatched() {
    this.#watched.update(this.#invitation);
  }

  /** Give the keyboard to what opens the conversation. */
  focusTalk() {
    this.#talk.element.focus();
  }

  /** Write what changes with each second. */
  tick() {
    this.#status.tell();
    this.#location.tell();
  }

  #phoneWords() {
    const { say, sayLadder } = this.#needs;
    const { phone, page, state } = this.#invitation;
    const words = [phone?.kind, phone?.browser];
    if (typeof phone?.battery === "number") words.push(say("card.battery", { percent: Math.round(phone.battery * 100) }));
    if (phone?.network) words.push(phone.network.toUpperCase());
    const isOpen = state === "open" && page;
    if (isOpen && page.state !== "shown") words.push(sayLadder(`page.${page.state}`));
    if (isOpen && page.unsent) words.push(sayLadder("page.unsent", { count: page.unsent }));
    return words.filter(Boolean).join(" · ") || say("card.phone_unknown");
  }

  #copyButton() {
    const { say, api, linkDialog } = this.#needs;
    const act = () =>
      this.#attempt(async () => {
        const link = await api.link(this.#invitation.id);
        if (await copied(link)) return true;
        linkDialog.showText(this.#invitation, link);
        return false;
      });
    const made = actingButton({ label: say("card.copy_link"), done: say("card.copied"), sign: "copy", act });
    made.classList.add("suggested");
    return made;
  }

  #qrButton() {
    const made = button(this.#needs.say("card.qr"), "qr");
    made.addEventListener("click", () => this.#needs.linkDialog.showCode(this.#invitation));
    return made;
  }

  #spokenCodeButton() {
    const made = button(this.#needs.say("card.code"), "voice");
    made.classList.add("suggested");
    made.addEventListener("click", () => this.#needs.codeDialog.show(this.#invitation));
    return made;
  }

  #handOverButton() {
    const made = button(this.#needs.saySharing("hand_over"), "hand");
    made.addEventListener("click", () => this.#needs.handOverDialog.show(this.#invitation));
    return made;
  }

  #shareButton() {
    const made = button(this.#needs.saySharing("share"), "share");
    made.addEventListener("click", () => this.#needs.shareDialog.show(this.#invitation));
    return made;
  }

  #resendButton() {
    const { say, api } = this.#needs;
    const act = () => this.#attempt(() => this.#takeAnswer((id) => api.resend(id)));
    const made = actingButton({ label: say("card.resend"), done: say("card.resent"), sign: "again", act });
    made.classList.add("suggested");
    return made;
  }

  #closeButton() {
    const { say, api, announce } = this.#needs;
    const act = async () => {
      await this.#attempt(() => this.#takeAnswer((id) => api.close(id)));
      if (this.#invitation.state !== "open") announce(say("card.closed_announced", { number: this.number }));
    };
    const asks = { label: say("card.close"), sure: say("card.close_sure"), again: say("card.close_again") };
    return twoStepButton({ ...asks, sign: "cross", act, announce });
  }

  #wrongNumberButton() {
    const { say, api, announce } = this.#needs;
    const act = async () => {
      const isDone = await this.#attempt(() => this.#takeAnswer((id) => api.wrongNumber(id)));
      if (isDone) announce(say("card.wrong_announced", { number: this.number }));
    };
    const asks = { label: say("card.wrong"), sure: say("card.close_sure"), again: say("card.wrong_again") };
    return twoStepButton({ ...asks, sign: "person", act, announce });
  }

  /** @param {(id: string) => Promise<import("./shapes.js").Invitation>} ask */
  async #takeAnswer(ask) {
    const { register } = this.#needs;
    const { id } = this.#invitation;
    const before = register.numberOf(id);
    register.takeAnswer(await ask(id), before);
    return true;
  }

  /**
   * Do something, and show on the card why it could not be done.
   *
   * @param {() => Promise<boolean>} act
   */
  async #attempt(act) {
    this.#fault.hidden = true;
    try {
      return await act();
    } catch (error) {
      setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
      this.#fault.hidden = false;
      return false;
    }
  }
}
