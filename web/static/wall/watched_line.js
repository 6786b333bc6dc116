/** @file Says on an invitation's card who watches it, and who was given a link to it. */

import { make, setText } from "./elements.js";

export class WatchedLine {
  #needs;
  element = make("p", "card-watched");

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.saySharing
   * @param {import("./shares.js").Shares} needs.shares
   */
  constructor(needs) {
    this.#needs = needs;
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update(invitation) {
    const { saySharing, shares } = this.#needs;
    const working = shares.of(invitation).filter((share) => shares.works(share));
    const live = shares.watchersOf(invitation.id);
    const looking = working.filter((share) => share.watching > 0);
    const waiting = working.filter((share) => share.watching === 0);
    const words = [];
    if (live.length > 0) words.push(saySharing(live.length === 1 ? "watches" : "watch", { names: live.join(", ") }));
    words.push(...looking.map(({ recipient, watching }) => saySharing("link_watches", { recipient, count: watching })));
    if (waiting.length > 0) {
      words.push(saySharing("shared_with", { recipients: waiting.map(({ recipient }) => recipient).join(", ") }));
    }
    setText(this.element, words.join(" · "));
    this.element.hidden = words.length === 0;
  }
}
