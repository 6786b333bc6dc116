/** @file Saves an original under a name that tells the incident, the time and the photo, for the file of the case. */

import { promised, setAttribute, setText } from "./elements.js";

/** Larger ones, in bytes, are not put through the page's memory: they keep the server's name. */
const LARGEST = 80e6;

export class OriginalDownload {
  #say;
  #link = promised("view-original", HTMLAnchorElement);
  #fault = promised("view-original-fault", HTMLElement);
  #name = "";
  #isOurs = false;
  #isBusy = false;

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   */
  constructor({ say }) {
    this.#say = say;
    this.#link.addEventListener("click", (event) => {
      // With a key held down the browser has an opening of its own.
      if (!this.#isOurs || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      void this.#save();
    });
  }

  /**
   * @param {import("./shapes.js").Photo} photo
   * @param {import("./shapes.js").Invitation | null} invitation
   */
  offer(photo, invitation) {
    this.#name = nameOf(photo, invitation);
    this.#isOurs = photo.bytes <= LARGEST;
    setText(this.#fault, "");
  }

  async #save() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    setAttribute(this.#link, "aria-busy", "true");
    setText(this.#fault, "");
    const name = this.#name;
    try {
      const response = await fetch(this.#link.href, { cache: "no-store" });
      if (!response.ok) throw new Error(String(response.status));
      const address = URL.createObjectURL(await response.blob());
      const link = document.createElement("a");
      link.href = address;
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch {
      setText(this.#fault, this.#say("view.not_downloaded"));
    } finally {
      this.#isBusy = false;
      setAttribute(this.#link, "aria-busy", null);
    }
  }
}

/**
 * "2026-123_2026-11-21_14-03-22_k3V9….jpg": incident or number, local time of arrival, and the photo's id.
 *
 * @param {import("./shapes.js").Photo} photo
 * @param {import("./shapes.js").Invitation | null} invitation
 */
export function nameOf(photo, invitation) {
  const incident = (invitation?.incident ?? "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  const at = new Date(photo.received_at);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString();
  const time = local.slice(0, 19).replace("T", "_").replaceAll(":", "-");
  const end = photo.format === "jpeg" ? "jpg" : photo.format.replace(/[^a-z0-9]/gi, "");
  return [incident || `no${invitation?.number ?? ""}`, time, `${photo.id}.${end}`].join("_");
}
