/** Tells the control room truthfully whether this page is looked at, what waits on it, and what has gone wrong. */

import { addressOf, insist, tell } from "./door.js";
import { describePhone } from "./phone.js";
import { introduce } from "./tapping.js";
import { backoff, rest } from "./waiting.js";

const known = {
  unsent: 0,
  /** @type {string | null} */
  trouble: null,
};
/** Before the first tap this may be a scanner's look: it tells nothing. After the goodbye there is nothing more to tell. */
let isKnown = remembers();
let isSending = false;
let isDue = false;

let isOver = false;
let told = 0;

/** @param {"shown" | "hidden" | "left"} state */
const word = (state) => {
  // Two words of one moment are still one after the other.
  told = Math.max(told + 1, Date.now());
  return { page: { ...known, state, told } };
};

/** Tell how the page stands, until the server has heard it; what changes meanwhile is told instead. */
async function attend() {
  isDue = isKnown;
  if (isSending) {
    return;
  }
  isSending = true;
  for (let failures = 1; isDue; failures += 1) {
    isDue = false;
    const { kind } = await tell("progress", word(document.hidden ? "hidden" : "shown"));
    if (kind === "cut" || kind === "busy") {
      isDue = isKnown;
      await rest(backoff(failures));
    }
  }
  isSending = false;
}

/**
 * Note what waits, or what has gone wrong; null: nothing any more of this subject.
 * @param {number} unsent photos
 */
export function noteUnsent(unsent) {
  if (unsent !== known.unsent) {
    known.unsent = unsent;
    void attend();
  }
}

/**
 * @param {"photo" | "location"} subject
 * @param {string} [trouble] none: that one is over
 */
export function noteTrouble(subject, trouble) {
  const next = trouble ? `${subject}_${trouble}` : known.trouble?.startsWith(subject) ? null : known.trouble;
  if (next !== known.trouble) {
    known.trouble = next;
    void attend();
  }
}

/** Say goodbye: the person has left, and this page tells nothing more. */
export async function takeLeave() {
  isOver = true;
  isKnown = isDue = false;
  await introduce();
  history.replaceState(null, "");
  await insist("progress", word("left"));
}

/** Begin to tell: with the first tap, or at once where this tab was tapped on before it was loaded anew. */
export function listenForAttention() {
  /** @param {"hidden" | "left"} state */
  const leave = (state) => {
    if (isKnown) {
      // The page may be gone with the next line: what is sent like this goes on without it.
      navigator.sendBeacon(addressOf("progress"), new Blob([JSON.stringify(word(state))], { type: "application/json" }));
    }
  };
  // A page that goes away is hidden, too, but that is no news then.
  let isGone = false;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      void attend();
    } else if (!isGone) {
      leave("hidden");
    }
  });
  addEventListener("pagehide", () => {
    isGone = true;
    leave("left");
  });
  addEventListener("pageshow", () => {
    isGone = false;
  });
  for (const event of ["pageshow", "online"]) {
    addEventListener(event, () => void attend());
  }
  addEventListener("tapped", () => {
    if (!isOver) {
      isKnown = true;
      history.replaceState(true, "");
      void attend();
    }
  });
  /** @type {{connection?: EventTarget}} */ (navigator).connection?.addEventListener(
    "change",
    async () => isKnown && tell("progress", { phone: await describePhone() }),
  );
}

/** Whether a reload, or the switch of languages, has made this page out of one that was tapped on. Nothing is stored. */
function remembers() {
  return Boolean(history.state) || document.referrer.split("?")[0] === location.origin + location.pathname;
}
