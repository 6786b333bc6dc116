/** @file Puts one photo on paper, with all that a file needs to know of it: incident, times, hash, who printed it. */

import { make, promised } from "./elements.js";

export class PrintSheet {
  #needs;
  #place = promised("print-sheet", HTMLElement);

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./api.js").Api} needs.api
   * @param {import("./shapes.js").Me} needs.me
   */
  constructor(needs) {
    this.#needs = needs;
    window.addEventListener("afterprint", () => this.#place.replaceChildren());
  }

  /**
   * Print, once the server has written down that it is done.
   *
   * @param {import("./shapes.js").Photo} photo
   * @param {import("./shapes.js").Invitation | null} invitation
   * @returns {Promise<void>} rejects where it is refused, or the picture does not come
   */
  async print(photo, invitation) {
    const { api, say, times, me } = this.#needs;
    const { by, at } = await api.print(photo.id);
    const blanks = { photo: photo.number, invitation: invitation?.number ?? "?" };
    const picture = make("img", "print-picture", { alt: say("view.title", blanks) });
    picture.src = `/api/photos/${encodeURIComponent(photo.id)}/wall`;
    const facts = [
      ["print.incident", invitation?.incident ?? "–"],
      ["view.received", times.exactly(photo.received_at)],
      ["view.taken", photo.taken.sentence],
      ["print.digest", photo.sha256],
      ["print.by", `${by} · ${times.exactly(at)}`],
    ];
    this.#place.replaceChildren(
      make("header", "print-head", {}, make("h1", "", {}, me.organisation.name), make("p", "", {}, say("view.title", blanks))),
      picture,
      make("dl", "print-facts", {}, ...facts.map(([name, text]) => {
        return make("div", "", {}, make("dt", "", {}, say(name ?? "")), make("dd", "", {}, text ?? ""));
      })),
    );
    await picture.decode();
    window.print();
  }
}
