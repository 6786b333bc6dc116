/** @file Tells and plays clips: in the large view a film takes the place of its poster, silent until somebody listens. */

import { make, promised } from "./elements.js";
import { pictureOf } from "./sizes.js";

/**
 * What to say of a clip in one line: that it is one, and how long; empty for everything else.
 *
 * @param {import("./shapes.js").Photo} photo
 * @param {import("./shapes.js").Say} say
 * @param {import("./times.js").Times} times
 */
export function clipSentence({ kind, clip }, say, times) {
  if (kind !== "clip") return "";
  return clip?.seconds ? say("clip.length", { length: times.span(Math.round(clip.seconds)) }) : say("clip.sign");
}

export class ClipPlayer {
  #say;
  #tell;
  #frame = promised("view-frame", HTMLElement);
  #message = promised("view-message", HTMLElement);
  /** @type {HTMLVideoElement | null} there only while it plays: a dialog gives the keyboard to a hidden one, too */
  #video = null;

  /**
   * @param {import("./shapes.js").Say} say
   * @param {(sentence: string) => void} tell
   */
  constructor(say, tell) {
    this.#say = say;
    this.#tell = tell;
  }

  /**
   * Put a clip on show, or away while it may not be seen, or say why there is nothing to play.
   *
   * @param {import("./shapes.js").Photo} photo
   * @param {Record<string, string | number>} blanks of its name
   * @param {boolean} isHidden
   */
  show(photo, blanks, isHidden) {
    if (photo.kind !== "clip" || photo.state !== "shown") return;
    const state = photo.clip?.state;
    this.#tell(isHidden || !state || state === "playable" ? "" : this.#say(`clip.${state}`));
    if (isHidden || state !== "playable") this.stop();
    else if (!this.#video) this.#play(photo, blanks);
  }

  /** Stop, and hold nothing of it any more. */
  stop() {
    const video = this.#video;
    if (!video) return;
    this.#video = null;
    video.pause();
    video.removeAttribute("src");
    video.load();
    video.remove();
  }

  /**
   * @param {import("./shapes.js").Photo} photo
   * @param {Record<string, string | number>} blanks
   */
  #play(photo, blanks) {
    const attributes = { id: "view-clip", controls: "", playsinline: "", preload: "metadata" };
    const video = make("video", "view-clip", { ...attributes, "aria-label": this.#say("clip.play", blanks) });
    video.muted = true;
    video.poster = pictureOf(photo, "wall");
    video.addEventListener("error", () => {
      // The film of a clip that was left or deleted meanwhile is missed by nobody.
      if (this.#video === video) this.#tell(this.#say("clip.not_loaded"));
    });
    video.src = `/api/photos/${encodeURIComponent(photo.id)}/clip`;
    this.#video = video;
    this.#frame.insertBefore(video, this.#message);
  }
}
