/** @file Shows what comes from the phone: the newest video that moves, or a still over it; turned, hidden, heard. */

import { make, setAttribute } from "./elements.js";

/** @typedef {"blocked" | "off" | "on"} Sound */

export class LiveScreen {
  #turn = 0;
  #wantsSound = false;
  /** @type {Sound} */
  #sound = "off";
  /** @type {HTMLVideoElement | null} */
  #video = null;
  /** @type {Blob | null} */
  #still = null;
  #held = make("canvas", "live-held");
  #image = make("img", "live-still", { alt: "", draggable: "false" });
  #onSound;

  /**
   * @param {object} needs
   * @param {string} needs.name of the picture, for who cannot see it
   * @param {(sound: Sound) => void} needs.onSound
   */
  constructor({ name, onSound }) {
    this.#onSound = onSound;
    this.element = make("div", "live-picture", { role: "img", "aria-label": name, "data-shows": "nothing" });
    this.element.append(this.#held, this.#image);
    this.#image.addEventListener("load", () => this.#forgetAddress());
    this.#image.addEventListener("error", () => this.#forgetAddress());
  }

  /** How large the picture is, as the phone sends it. */
  get size() {
    const { width, height } = sizeOf(this.#shown);
    return { width, height };
  }

  /**
   * Make a place for a call's video below what is shown now; it plays, but is not shown before `show`.
   *
   * @param {MediaStream} stream
   * @returns {HTMLVideoElement}
   */
  prepare(stream) {
    const video = make("video", "live-video", { playsinline: "", disablepictureinpicture: "" });
    video.muted = true;
    video.autoplay = true;
    video.srcObject = stream;
    this.element.prepend(video);
    // Muted, it may play everywhere; where not, no frame comes, and stills do instead.
    void video.play().catch(() => {});
    return video;
  }

  /**
   * Show this video, in place of what was shown.
   *
   * @param {HTMLVideoElement} video
   */
  show(video) {
    if (this.#video && this.#video !== video) this.drop(this.#video);
    this.#video = video;
    setAttribute(this.element, "data-shows", "video");
    if (this.#wantsSound) void this.listen();
  }

  /**
   * Keep the last picture of a call that has just ended: its video would turn black.
   *
   * @param {HTMLVideoElement} video
   */
  hold(video) {
    const { width, height } = sizeOf(video);
    if (video === this.#video && width > 0 && this.element.getAttribute("data-shows") === "video") {
      this.#held.width = width;
      this.#held.height = height;
      this.#held.getContext("2d")?.drawImage(video, 0, 0);
      setAttribute(this.element, "data-shows", "held");
    }
    this.drop(video);
  }

  /** Show the video again, where a still was over it. */
  showVideo() {
    if (this.#video) setAttribute(this.element, "data-shows", "video");
  }

  /**
   * Show a still over everything else.
   *
   * @param {Blob} picture
   */
  showStill(picture) {
    this.#still = picture;
    this.#forgetAddress();
    this.#image.src = URL.createObjectURL(picture);
    setAttribute(this.element, "data-shows", "still");
  }

  /** @param {HTMLVideoElement} video */
  drop(video) {
    video.srcObject = null;
    video.remove();
    if (this.#video === video) this.#video = null;
  }

  /** Show nothing any more, and be silent. */
  clear() {
    if (this.#video) this.drop(this.#video);
    this.#forgetAddress();
    this.#image.removeAttribute("src");
    this.#still = null;
    this.#held.width = 0;
    setAttribute(this.element, "data-shows", "nothing");
  }

  /** Turn a quarter to the right. */
  turn() {
    this.#turn = (this.#turn + 90) % 360;
    setAttribute(this.element, "data-turn", String(this.#turn));
  }

  /** Let the phone be heard, as far as the browser allows. */
  async listen() {
    this.#wantsSound = true;
    const video = this.#video;
    if (!video) return;
    video.muted = false;
    try {
      await video.play();
      this.#tellSound("on");
    } catch {
      // The picture goes on, whatever the browser thinks of sound.
      video.muted = true;
      void video.play().catch(() => {});
      this.#tellSound("blocked");
    }
  }

  /** Be silent. */
  mute() {
    this.#wantsSound = false;
    if (this.#video) this.#video.muted = true;
    this.#tellSound("off");
  }

  get sound() {
    return this.#sound;
  }

  /**
   * Take the picture that is shown, as the dispatcher sees it, not smaller than it came.
   *
   * @returns {Promise<Blob | null>} a JPEG; null when there is nothing to see
   */
  async capture() {
    const shown = this.#shown;
    if (shown === this.#image && this.#turn === 0) return this.#still;
    const { width, height } = sizeOf(shown);
    if (!shown || width === 0) return null;
    const isAcross = this.#turn % 180 !== 0;
    const canvas = make("canvas");
    canvas.width = isAcross ? height : width;
    canvas.height = isAcross ? width : height;
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((this.#turn * Math.PI) / 180);
    pen.drawImage(shown, -width / 2, -height / 2);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
  }

  get #shown() {
    const shows = this.element.getAttribute("data-shows");
    if (shows === "held") return this.#held;
    return shows === "video" ? this.#video : shows === "still" ? this.#image : null;
  }

  /** @param {Sound} sound */
  #tellSound(sound) {
    this.#sound = sound;
    this.#onSound(sound);
  }

  #forgetAddress() {
    if (this.#image.src.startsWith("blob:")) URL.revokeObjectURL(this.#image.src);
  }
}

/** @param {HTMLVideoElement | HTMLImageElement | HTMLCanvasElement | null} shown */
function sizeOf(shown) {
  if (shown instanceof HTMLCanvasElement) return { width: shown.width, height: shown.height };
  if (shown instanceof HTMLVideoElement) return { width: shown.videoWidth, height: shown.videoHeight };
  if (shown instanceof HTMLImageElement) return { width: shown.naturalWidth, height: shown.naturalHeight };
  return { width: 0, height: 0 };
}
