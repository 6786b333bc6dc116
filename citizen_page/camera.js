/** Runs the phone's camera: opens it, turns it round, lights its lamp, and takes it back after somebody else had it. */

/** @typedef {"refused" | "missing" | "in_use" | "insecure" | "unsupported"} Reason */

/** Milliseconds for the camera to take a photo of its own, before one is cut out of the video. */
const PATIENCE = 4000;

/** The camera, the preview of what it sees, and what is taken from it. */
export class Camera {
  #preview;
  #onTrack;
  #facing = "environment";
  #isWanted = false;
  /** @type {MediaStreamTrack | undefined} */
  #track;
  /** @type {Promise<MediaStreamTrack | undefined> | undefined} one at a time */
  #opening;

  /**
   * @param {HTMLVideoElement} preview
   * @param {(track: MediaStreamTrack | null) => void} onTrack each new one
   */
  constructor(preview, onTrack) {
    this.#preview = preview;
    this.#onTrack = onTrack;
  }

  /** Whether it gives pictures now. */
  get isRunning() {
    return this.#track?.readyState === "live" && !this.#track.muted;
  }

  /**
   * Open it, or open it again. Rejects as getUserMedia does.
   * @param {boolean} [sound] with the microphone, in the same question
   * @returns {Promise<MediaStreamTrack | undefined>} the microphone's track
   */
  open(sound = false) {
    this.#isWanted = true;
    this.#opening ??= this.#open(sound).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Let it go, for the phone's own camera app. */
  release() {
    this.#track?.stop();
    this.#onTrack(null);
  }

  /** Let it go for good. */
  close() {
    this.#isWanted = false;
    this.release();
    this.#preview.srcObject = null;
  }

  /** Take it back when it is gone, as far as the phone lets us now. Rejects as getUserMedia does. */
  async revive() {
    if (this.#isWanted && !this.isRunning && !document.hidden) {
      await this.open();
    } else if (this.#preview.paused && this.#preview.srcObject) {
      // A phone that saves its battery lets a video begin on a tap only.
      await this.#preview.play().catch(() => {});
    }
  }

  /** Look the other way. */
  async turn() {
    if (!this.#opening) {
      this.#facing = this.#facing === "user" ? "environment" : "user";
      await this.open();
    }
  }

  /**
   * Switch the lamp.
   * @param {boolean} torch
   * @returns {Promise<boolean>} whether there is one that obeys
   */
  async light(torch) {
    const track = this.#track;
    if (!(/** @type {any} */ (track?.getCapabilities?.())?.torch)) {
      return false;
    }
    return await /** @type {any} */ (track).applyConstraints({ advanced: [{ torch }] }).then(
      () => true,
      () => false,
    );
  }

  /**
   * Take a photo as large as the camera gives it, while the video goes on.
   * @returns {Promise<File | undefined>}
   */
  async photo() {
    const { ImageCapture } = /** @type {any} */ (window);
    let blob;
    try {
      blob = await Promise.race([
        new ImageCapture(this.#track).takePhoto(),
        new Promise((_, reject) => setTimeout(reject, PATIENCE)),
      ]);
    } catch {
      // Not every browser can.
      blob = await this.picture(Infinity, 0.92);
    }
    return blob && new File([blob], "photo", { type: blob.type });
  }

  /**
   * Cut a picture out of the video.
   * @param {number} edge pixels of the longer edge at most
   * @param {number} quality 0 to 1
   * @returns {Promise<Blob | null>} none before the video moves, or while it stands
   */
  async picture(edge, quality) {
    const { videoWidth, videoHeight } = this.#preview;
    if (!this.isRunning || !videoWidth) {
      return null;
    }
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, edge / Math.max(videoWidth, videoHeight));
    canvas.width = videoWidth * scale;
    canvas.height = videoHeight * scale;
    canvas.getContext("2d")?.drawImage(this.#preview, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  }

  /** @param {boolean} audio */
  async #open(audio) {
    // Many phones open one camera at a time.
    this.#track?.stop();
    const taken = await navigator.mediaDevices.getUserMedia({
      audio,
      video: { facingMode: this.#facing, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
    const [track] = taken.getVideoTracks();
    if (!this.#isWanted || !track) {
      taken.getTracks().forEach((unwanted) => unwanted.stop());
      return undefined;
    }
    this.#track = track;
    track.onended = () => void this.revive();
    this.#onTrack(track);
    this.#preview.srcObject = new MediaStream([track]);
    this.#preview.play().catch(() => {});
    return taken.getAudioTracks()[0];
  }
}

/**
 * Say in a word why there is no camera: NotAllowedError, SecurityError; NotFoundError, OverconstrainedError;
 * NotReadableError, AbortError (Media Capture and Streams, 10.2).
 * @param {unknown} error of getUserMedia
 * @returns {Reason}
 */
export function reasonOf(error) {
  const { name } = /** @type {Error} */ (error);
  if (!isSecureContext) {
    return "insecure";
  }
  return /^(NotAll|Sec)/.test(name)
    ? "refused"
    : /^(NotF|Over)/.test(name)
      ? "missing"
      : /^(NotR|Abort)/.test(name)
        ? "in_use"
        : "unsupported";
}
