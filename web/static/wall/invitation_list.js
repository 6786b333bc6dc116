/** @file Keeps one card for each invitation, newest first or by incident, and moves none unless that is asked for. */

import { make } from "./elements.js";
import { InvitationCard } from "./invitation_card.js";

export class InvitationList {
  #list;
  #needs;
  /** @type {Map<string, InvitationCard>} */
  #cards = new Map();
  /** @type {Map<string, HTMLLIElement>} the names of the incidents, while cards stand by incident */
  #heads = new Map();

  /**
   * @param {HTMLElement} list
   * @param {import("./invitation_card.js").CardNeeds} needs
   */
  constructor(list, needs) {
    this.#list = list;
    this.#needs = needs;
    needs.clock.everySecond(() => {
      for (const card of this.#cards.values()) card.tick();
    });
    needs.choice.listen(() => this.#choose());
    needs.shares.listen(() => {
      for (const card of this.#cards.values()) card.tellWatched();
    });
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  put(invitation) {
    const card = this.#cards.get(invitation.id);
    if (card) {
      card.update(invitation);
      return;
    }
    const made = new InvitationCard(invitation, this.#needs);
    made.element.hidden = !made.isWanted;
    this.#cards.set(invitation.id, made);
    this.#insert(made);
    for (const photo of this.#needs.register.photosOf(invitation.id)) made.strip.put(photo);
  }

  /** @param {string} id */
  remove(id) {
    this.#cards.get(id)?.element.remove();
    this.#cards.delete(id);
    this.#tellHeads();
  }

  /** @param {import("./shapes.js").Photo} photo */
  putPhoto(photo) {
    this.#cards.get(photo.invitation)?.strip.put(photo);
  }

  /** @param {import("./shapes.js").Photo} photo */
  removePhoto(photo) {
    this.#cards.get(photo.invitation)?.strip.remove(photo.id);
  }

  /** Show again what is hidden and what is not. */
  refresh() {
    for (const card of this.#cards.values()) card.strip.refresh();
  }

  /**
   * Show again what was said in an invitation.
   *
   * @param {string} id
   */
  tellTalk(id) {
    this.#cards.get(id)?.tellTalk();
  }

  /**
   * Give the keyboard to what opens a conversation.
   *
   * @param {string} id
   */
  focusTalk(id) {
    this.#cards.get(id)?.focusTalk();
  }

  /**
   * Bring a card into sight, as after making it.
   *
   * @param {string} id
   */
  bringIntoSight(id) {
    this.#cards.get(id)?.element.scrollIntoView({ block: "nearest" });
  }

  /**
   * Bring a card into sight, with the keyboard on it.
   *
   * @param {string} id
   */
  focus(id) {
    this.bringIntoSight(id);
    this.#cards.get(id)?.focus();
  }

  /** Show what is wanted, by incident or not. */
  #choose() {
    for (const card of this.#cards.values()) card.element.hidden = !card.isWanted;
    const isGrouped = this.#heads.size > 0;
    if (this.#needs.choice.isGrouped !== isGrouped) {
      this.#list.replaceChildren();
      this.#heads.clear();
      for (const card of [...this.#cards.values()].sort((one, other) => one.number - other.number)) this.#insert(card);
    }
    this.#tellHeads();
  }

  /** @param {InvitationCard} card */
  #insert(card) {
    const first = this.#needs.choice.isGrouped ? this.#head(card.incident ?? "").nextElementSibling : this.#list.firstElementChild;
    let before = first;
    // A head has no number: a card that is older than all of its incident stands before the next head.
    while (before && this.#numberOn(before) > card.number) before = before.nextElementSibling;
    this.#list.insertBefore(card.element, before);
    this.#tellHeads();
  }

  /**
   * The line that names an incident; a new one stands above all others.
   *
   * @param {string} incident
   */
  #head(incident) {
    const known = this.#heads.get(incident);
    if (known) return known;
    const made = make("li", "incident-head", {}, incident || this.#needs.say("choice.without"));
    this.#heads.set(incident, made);
    this.#list.prepend(made);
    return made;
  }

  #tellHeads() {
    for (const [incident, head] of this.#heads) {
      head.hidden = ![...this.#cards.values()].some((card) => (card.incident ?? "") === incident && card.isWanted);
    }
  }

  /** @param {Element} item */
  #numberOn(item) {
    return this.#cards.get(item.getAttribute("data-invitation") ?? "")?.number ?? 0;
  }
}
