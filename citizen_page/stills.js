/** Sends single pictures of the running video, each the newest, for whom the live video does not reach. */

/** @typedef {import("./door.js").Outcome} Outcome */

/** Milliseconds between two looks at whether a still is due. */
const LOOK = 50;
/** Milliseconds after which a still is old news. */
const PATIENCE = 8000;
const SLOW = 1000;
const FAST = 500;
const SMALLEST = 160;
const LARGEST = 960;
const QUALITY = 0.6;

/**
 * Send one still at once, then as often as they are wanted, never two at a time; smaller ones where the line is slow.
 * @param {object} told
 * @param {import("./parts.js").Tools["ask"]} told.ask
 * @param {(edge: number, quality: number) => Promise<Blob | null>} told.draw
 * @param {(asked: number) => number} told.pace seconds from one to the next; told what the server has asked for
 * @param {(outcome: Outcome) => void} told.onSent
 * @returns {() => void} ends it
 */
export function sendStills({ ask, draw, pace, onSent }) {
  let begunAt = -Infinity;
  let edge = 640;
  let asked = 5;
  let isBusy = false;

  const look = async () => {
    if (isBusy || Date.now() - begunAt < pace(asked) * 1000 - LOOK) {
      return;
    }
    isBusy = true;
    const still = await draw(edge, QUALITY);
    if (still) {
      begunAt = Date.now();
      const giving = new AbortController();
      const patience = setTimeout(() => giving.abort(), PATIENCE);
      const outcome = await ask("still", {
        method: "POST",
        headers: { "Content-Type": "image/jpeg", Accept: "application/json" },
        body: still,
        signal: giving.signal,
      });
      clearTimeout(patience);
      const took = Date.now() - begunAt;
      const hasArrived = outcome.kind === "done";
      asked = (hasArrived && outcome.next) || 5;
      edge = Math.min(Math.max(edge * (!hasArrived || took > SLOW ? 0.7 : took < FAST ? 1.2 : 1), SMALLEST), LARGEST);
      if (outcome.kind === "busy") {
        begunAt += outcome.seconds * 1000;
      }
      onSent(outcome);
    }
    isBusy = false;
  };
  const looking = setInterval(() => void look(), LOOK);
  return () => clearInterval(looking);
}
