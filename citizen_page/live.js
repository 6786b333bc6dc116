/** The live video as the person sees it: one button to begin, one to end, and a sentence for all between. */

import { Calls } from "./calling.js";
import { Camera, reasonOf } from "./camera.js";
import { find } from "./element.js";
import { identify } from "./identity.js";
import { isInApp } from "./inside.js";
import { openLine } from "./line.js";
import { listenForSound } from "./sound.js";
import { buildStage } from "./stage.js";
import { sendStills } from "./stills.js";
import { fill } from "./words.js";

/**
 * @typedef {import("./calling.js").Tracks} Tracks
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./door.js").Introduction} Introduction
 * @typedef {import("./feed.js").News} News
 * @typedef {import("./parts.js").Tools} Tools
 */

/** Milliseconds for which a call may take its time before stills step in; and for which one still counts as seen. */
const MISSING = 5000;
const SEEN = 10_000;
/** Milliseconds after which a camera that stands still is opened again. */
const STANDING = 3000;
/** Seconds: so often a phone whose line is elsewhere tells that it is live. */
const LIVING = 15;
/** The id to dial our own switchboard with: the key beside it says of which invitation. */
const OF_THE_KEY = "-1";
/** Of the battery, 0 to 1. */
const LOW = 0.15;
/** Milliseconds for a direction to be read. */
const READING = 7000;

/**
 * Put the live video on the page, and make its buttons work.
 * @param {Configuration} configuration
 * @param {import("./words.js").LaterWords} later
 * @param {Tools & {onPhoto: (photo: File) => void, onEnded: (sentence: string) => void}} page what the page has already;
 *   `onEnded`: the link is over
 * @param {boolean} isAlone nobody can tap anything
 */
export function showLive({ words, sound: withSound, purpose, line: isOurs }, { live: said, screen }, page, isAlone) {
  buildStage(screen);
  const { introduce, insist, speak, rest, onPhoto, onEnded } = page;
  const show = find("show");
  const says = find("says");
  const where = find("where");
  const direction = find("direction");
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
  let isUnseen = true;
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
  const sound = listenForSound({ send: (track) => send("audio", track), report, speak });

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

  /** Tell both sides when the battery runs low: the call needs it more than the picture. */
  const heedBattery = async () => {
    const battery = await /** @type {any} */ (navigator).getBattery?.().catch(() => undefined);
    if (!battery || battery.onlevelchange) {
      return;
    }
    let told = LOW;
    const look = () => {
      if (hasBegun && !battery.charging && battery.level <= told) {
        told = battery.level / 2;
        direct(fill(said.battery, { percent: Math.round(battery.level * 100) }));
        void insist("progress", { phone: { battery: battery.level } });
      }
    };
    battery.onlevelchange = look;
    look();
  };

  const connect = async () => {
    const mine = endings;
    let wasOpen = false;
    /**
     * @param {string} address
     * @param {string} peer
     * @param {string | undefined} token
     */
    const dial = (address, peer, token) =>
      openLine(`${address}&id=${peer}&token=${token}&version=1.5.5`, page, (message) => {
        if (message.type === "OPEN") {
          if (wasOpen && hasBegun) {
            // The server may have lost sight of us meanwhile.
            report("live");
          }
          wasOpen = true;
        }
        calls?.hear(message);
      });
    const asked = introduce(wasOn);
    // The line opens while the server looks for relays.
    let line = isOurs
      ? dial(`${location.origin.replace("http", "ws")}/peerjs?key=peerjs`, OF_THE_KEY, location.pathname.split("/")[2])
      : undefined;
    mine?.push(() => {
      calls?.close();
      calls = undefined;
      line?.close();
    });
    const outcome = await asked;
    wasOn = true;
    if (outcome.kind === "ended") {
      onEnded(outcome.sentence);
    }
    if (outcome.kind !== "done" || endings !== mine) {
      return;
    }
    const { peer, ice_servers, ice_policy, signalling } = /** @type {Introduction} */ (outcome);
    // The key is for our own switchboard; a stranger's gets a name of the day.
    line ??= dial(/** @type {string} */ (signalling), peer, identify());
    calls = new Calls(line, { iceServers: ice_servers, iceTransportPolicy: ice_policy }, tracks);
    calls.serve(viewers);
    while (signalling && endings === mine) {
      await rest(LIVING);
      if (hasBegun && endings === mine) {
        report("live");
        await reporting;
      }
    }
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
    void heedBattery();
    const watching = setInterval(watch, 1000);
    const endStills = sendStills({
      ask: page.ask,
      draw: (edge, quality) => camera.picture(edge, quality),
      pace: (asked) => {
        const isMissed = Date.now() - begunAt > MISSING && viewers.length && (!calls || calls.isMissed);
        return wantsStills || isMissed ? 1 : isUnseen ? asked : Infinity;
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
    // Now somebody has to help, if anybody can.
    document.body.classList.remove("alone");
    say(said[/** @type {"in_use"} */ (reason)] || said.unsupported, "bad");
    where.toggleAttribute("hidden", reason !== "refused");
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
    where.toggleAttribute("hidden", true);
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

  /**
   * Switch the lamp, and tell what came of it.
   * @param {boolean} on
   */
  const light = async (on) => report((await camera.light(on)) ? (on ? "torch_on" : "torch_off") : "torch_missing");
  /** Send the person to a better browser than the one inside an app, which has no camera for pages. */
  const sendElsewhere = () => {
    const copy = find("copy");
    show.hidden = true;
    find("live").hidden = false;
    document.body.classList.add("started");
    say(said.in_app);
    copy.hidden = false;
    copy.onclick = async () => {
      report("camera_refused", "in_app");
      try {
        await navigator.clipboard.writeText(location.href);
        copy.textContent = said.copied;
      } catch {
        // Inside another app even this may be kept from us: then by hand.
        prompt("", location.href);
      }
    };
  };
  const offer = () => {
    if (isInApp()) {
      sendElsewhere();
    }
  };
  if (purpose === "live") {
    offer();
  }

  /** @type {Record<string, () => void>} */
  const deeds = {
    ask_sound: () => (isAlone ? sound.answer() : sound.ask()),
    stop_sound: sound.hush,
    switch_camera: turn,
    take_photo: () => void snap(),
  };

  return {
    offer,
    start: () => void (isInApp() || start()),
    stop,
    direct,
    get isOn() {
      return hasBegun;
    },
    /**
     * Do what the dispatcher asks of the camera.
     * @param {string} command
     */
    obey: (command) => {
      const deed = deeds[command];
      if (command.startsWith("torch_")) {
        // A page that is to look switched off shines on nobody.
        void light(command === "torch_on" && !document.body.classList.contains("quiet"));
      } else if (hasBegun && deed) {
        deed();
      } else if (hasBegun && command in said) {
        direct(said[/** @type {"hold_still"} */ (command)]);
      }
    },
    /**
     * Hear who wants to see.
     * @param {News} news
     */
    learn: ({ viewers: all = [], stills = false }) => {
      viewers = all.filter(({ direct }) => direct).map(({ peer }) => peer);
      isUnseen = !all.length;
      wantsStills = stills;
      calls?.serve(viewers);
    },
  };
}
