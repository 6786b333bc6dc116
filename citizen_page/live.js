/** The live video as the person sees it: one button to begin, one to end, and a sentence for all between. */

import { Calls } from "./calling.js";
import { Camera, reasonOf } from "./camera.js";
import { insist } from "./door.js";
import { find } from "./element.js";
import { identify } from "./identity.js";
import { openLine } from "./line.js";
import { kindOfPhone } from "./phone.js";
import { listenForSound } from "./sound.js";
import { speak } from "./speaking.js";
import { sendStills } from "./stills.js";
import { introduce } from "./tapping.js";

/**
 * @typedef {import("./calling.js").Tracks} Tracks
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./door.js").Introduction} Introduction
 * @typedef {import("./feed.js").News} News
 */

/** Milliseconds for which a call may take its time before stills step in; and for which one still counts as seen. */
const MISSING = 5000;
const SEEN = 10_000;
/** Milliseconds after which a camera that stands still is opened again. */
const STANDING = 3000;
/** Milliseconds for a direction to be read. */
const READING = 7000;

/**
 * Make the buttons of the live video work.
 * @param {Configuration} configuration
 * @param {object} told
 * @param {(photo: File) => void} told.onPhoto
 * @param {(sentence: string) => void} told.onEnded the link is over
 */
export function offerLive({ words, sound: withSound }, { onPhoto, onEnded }) {
  const said = words.live;
  const show = find("show");
  const says = find("says");
  const direction = find("direction");
  const copy = find("copy");
  /** @type {Tracks} */
  const tracks = { video: null, audio: null };
  /** @type {Calls | undefined} */
  let calls;
  /** @type {(() => void)[] | undefined} what ends with the video; none while it is off */
  let endings;
  let reporting = Promise.resolve();
  let wasOn = false;
  let hasBegun = false;
  /** The phone's camera app has the camera. */
  let isLent = false;
  let isAlone = true;
  let wantsStills = false;
  /** @type {string[]} */
  let viewers = [];
  let begunAt = 0;
  let runAt = 0;
  let seenAt = 0;
  let reading = 0;
  /** @type {WakeLockSentinel | undefined} */
  let lock;

  /**
   * Tell the server of a step, after those before it, however long that takes.
   * @param {string} step
   * @param {string} [reason]
   */
  const report = (step, reason) => {
    reporting = reporting.then(async () => {
      const outcome = await insist("progress", { step, reason });
      if (outcome.kind === "ended") {
        onEnded(outcome.sentence);
      }
    });
  };
  /**
   * @param {"video" | "audio"} kind
   * @param {MediaStreamTrack | null} track
   */
  const send = (kind, track) => {
    tracks[kind] = track;
    calls?.fill();
  };
  const camera = new Camera(/** @type {HTMLVideoElement} */ (find("preview")), (track) => send("video", track));
  const sound = listenForSound({ send: (track) => send("audio", track), report });

  /**
   * @param {string} sentence
   * @param {string} [mood]
   */
  const say = (sentence, mood = "") => {
    if (says.textContent !== sentence) {
      says.textContent = sentence;
      says.className = mood;
      speak(sentence);
    }
  };
  /**
   * Show a sentence large over the picture, for some seconds.
   * @param {string} sentence
   */
  const direct = (sentence) => {
    direction.textContent = sentence;
    direction.hidden = false;
    speak(sentence);
    clearTimeout(reading);
    reading = window.setTimeout(() => {
      direction.hidden = true;
    }, READING);
  };
  const draw = () => {
    document.body.classList.toggle("on", hasBegun);
    document.body.classList.add("started");
    show.hidden = hasBegun;
    find("live").hidden = false;
  };
  const stayAwake = async () => {
    if (!lock || lock.released) {
      lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
    }
  };

  const connect = async () => {
    const mine = endings;
    const outcome = await introduce(wasOn);
    wasOn = true;
    if (outcome.kind === "ended") {
      onEnded(outcome.sentence);
    }
    if (outcome.kind !== "done" || endings !== mine) {
      return;
    }
    const { peer, ice_servers, ice_policy, signalling } = /** @type {Introduction} */ (outcome);
    // The key is for our own switchboard; a stranger's gets a name of the day.
    const token = signalling ? identify() : location.pathname.split("/")[2];
    const address = signalling || `${location.origin.replace("http", "ws")}/peerjs?key=peerjs`;
    let wasOpen = false;
    const line = openLine(`${address}&id=${peer}&token=${token}&version=1.5.5`, (message) => {
      if (message.type === "OPEN") {
        if (wasOpen && hasBegun) {
          // The server may have lost sight of us meanwhile.
          report("live");
        }
        wasOpen = true;
      }
      calls?.hear(message);
    });
    calls = new Calls(line, { iceServers: ice_servers, iceTransportPolicy: ice_policy }, tracks);
    calls.serve(viewers);
    mine?.push(() => {
      calls?.close();
      calls = undefined;
      line.close();
    });
  };

  const watch = () => {
    const now = Date.now();
    calls?.watch();
    if (camera.isRunning) {
      runAt = now;
      const isSeen = calls?.isSeen || now - seenAt < SEEN;
      say(isSeen ? said.seen : navigator.onLine ? said.connecting : words.photo.offline, isSeen ? "good" : "");
    } else {
      say(said.paused);
      if (now - runAt > STANDING && !isLent) {
        void revive();
      }
    }
  };

  const begin = () => {
    hasBegun = true;
    begunAt = Date.now();
    report("camera_allowed");
    report("live");
    draw();
    find("live").focus();
    scrollTo(0, 0);
    void stayAwake();
    const watching = setInterval(watch, 1000);
    const endStills = sendStills({
      draw: (edge, quality) => camera.picture(edge, quality),
      pace: (asked) => {
        const isMissed = Date.now() - begunAt > MISSING && viewers.length && (!calls || calls.isMissed);
        return wantsStills || isMissed ? 1 : isAlone ? asked : Infinity;
      },
      onSent: (outcome) => {
        if (outcome.kind === "done") {
          seenAt = Date.now();
        } else if (outcome.kind === "ended") {
          onEnded(outcome.sentence);
        }
      },
    });
    endings?.push(endStills, () => clearInterval(watching));
    watch();
  };

  const stop = () => {
    camera.close();
    sound.hush();
    void lock?.release();
    endings?.forEach((end) => end());
    endings = undefined;
    if (hasBegun) {
      hasBegun = false;
      report("live_ended");
      draw();
    }
  };

  /** @param {unknown} error */
  const fail = (error) => {
    const reason = reasonOf(error);
    stop();
    say(
      reason === "refused" ? said.refused[kindOfPhone()] : said[/** @type {"in_use"} */ (reason)] || said.unsupported,
      "bad",
    );
    copy.hidden = reason !== "in_app";
    show.lastElementChild?.replaceChildren(words.try_again);
    report("camera_refused", reason);
  };

  // Tried again and again, but for a person who has said no.
  const revive = () =>
    camera.revive().catch((error) => {
      if (reasonOf(error) === "refused") {
        fail(error);
      }
    });

  const start = async () => {
    if (endings) {
      return;
    }
    /** @type {(() => void)[]} */
    const mine = (endings = []);
    copy.hidden = true;
    say(withSound ? said.about_sound : said.about);
    draw();
    report("camera_asked");
    // While the browser asks the person, everything else gets ready.
    void connect();
    try {
      const microphone = await camera.open(withSound).catch((error) => {
        if (withSound && endings === mine) {
          // A picture without sound is worth having.
          return camera.open();
        }
        throw error;
      });
      if (endings === mine) {
        begin();
        if (withSound) {
          sound.answer(microphone);
        }
      }
    } catch (error) {
      fail(error);
    }
  };

  const comeBack = () => {
    isLent = false;
    if (endings && !document.hidden) {
      void stayAwake();
      void revive();
    }
  };

  show.onclick = () => void start();
  find("stop").onclick = () => {
    stop();
    say(said.stopped);
    show.focus();
  };
  const turn = () => void camera.turn().catch(revive);
  const snap = async () => {
    const photo = await camera.photo();
    if (photo) {
      onPhoto(photo);
      direct(said.snapped);
    }
  };
  find("turn").onclick = turn;
  find("snap").onclick = () => void snap();
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      copy.textContent = said.copied;
    } catch {
      // Inside another app even this may be kept from us: then by hand.
      prompt("", location.href);
    }
  };
  // The camera app needs the camera for itself, and gives it back with a photo or without.
  const take = find("take");
  take.onclick = () => {
    isLent = true;
    camera.release();
  };
  take.addEventListener("change", comeBack);
  take.addEventListener("cancel", comeBack);
  for (const event of ["pageshow", "focus", "pointerdown"]) {
    addEventListener(event, comeBack);
  }
  document.addEventListener("visibilitychange", comeBack);

  const hurry = () => calls?.hurry();
  addEventListener("online", hurry);
  const network = /** @type {any} */ (navigator).connection;
  let kind = network?.type;
  network?.addEventListener("change", () => {
    // It tells of every new guess at the speed as well.
    if (kind !== network.type) {
      kind = network.type;
      hurry();
    }
  });

  return {
    stop,
    turn,
    snap: () => void snap(),
    askForSound: sound.ask,
    hush: sound.hush,
    direct,
    get isOn() {
      return hasBegun;
    },
    /**
     * Switch the lamp, and tell what came of it.
     * @param {boolean} on
     */
    light: async (on) => report((await camera.light(on)) ? (on ? "torch_on" : "torch_off") : "torch_missing"),
    /**
     * Hear who wants to see.
     * @param {News} news
     */
    learn: ({ viewers: all = [], stills = false }) => {
      viewers = all.filter(({ direct }) => direct).map(({ peer }) => peer);
      isAlone = !all.length;
      wantsStills = stills;
      calls?.serve(viewers);
    },
  };
}
