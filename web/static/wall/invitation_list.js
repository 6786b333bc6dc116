/** @file Keeps one card for each invitation, newest first, and moves none of them. */

import { InvitationCard } from "./invitation_card.js";

export class InvitationList {
  #list;
  #needs;
  /** @type {Map<string, InvitationCard>} */
  #cards = new Map();

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
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  put(invitation) {
    const card = this.#cards.get(invitation.id);
    if (card) {
      card.update(invitation);
      return;
    }
    const made = new InvitationCard(invitation, this.#needs);
    const older = [...this.#list.children].find((item) => this.#numberOn(item) < invitation.number);
    this.#list.insertBefore(made.element, older ?? null);
    this.#cards.set(invitation.id, made);
    for (const photo of this.#needs.register.photosOf(invitation.id)) made.strip.put(photo);
  }

  /** @param {string} id */
  remove(id) {
    this.#cards.get(id)?.element.remove();
    this.#cards.delete(id);
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
   * Bring a card into sight, as after making it.
   *
   * @param {string} id
   */
  bringIntoSight(id) {
    this.#cards.get(id)?.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {Element} item */
  #numberOn(item) {
    return this.#cards.get(item.getAttribute("data-invitation") ?? "")?.number ?? 0;
  }
}
