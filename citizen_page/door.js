/** Speaks with the citizen's door of the server: its addresses, and what its answers mean. */

import { backoff, rest } from "./waiting.js";

/**
 * What became of something that was sent.
 * "cut": nobody answered or the server failed, try again; "busy": the server asks to wait; "ended": the link is over.
 * @typedef {({kind: "done", id?: string, next?: number} & Partial<Introduction>)
 *   | {kind: "cut"}
 *   | {kind: "busy", seconds: number}
 *   | {kind: "refused", sentence: string, cause: string | undefined}
 *   | {kind: "ended", sentence: string, cause: string | undefined}} Outcome
 *
 * What the page needs for calls, given for the first tap.
 * @typedef {object} Introduction
 * @property {string} peer this phone's id on the line
 * @property {RTCIceServer[]} ice_servers
 * @property {RTCIceTransportPolicy} ice_policy
 * @property {string | null} signalling the address of a PeerServer elsewhere
 */

const LONGEST_WAIT = 300;

/**
 * The address of one thing below this page's link, in the language on the screen.
 * @param {string} name such as "photos"
 * @returns {string}
 */
export function addressOf(name) {
  const language = document.documentElement.lang;
  return `${location.pathname.replace(/\/$/, "")}/${name}?lang=${encodeURIComponent(language)}`;
}

/**
 * Seconds to wait, from a Retry-After header; a date (RFC 9110, 10.2.3), which our server never sends, counts as none.
 * @param {string | null} header
 * @returns {number}
 */
function secondsOf(header) {
  return Math.min(Math.max(Number(header) || 5, 1), LONGEST_WAIT);
}

/**
 * Say what an answer of the server means.
 * @param {number} status 0 when nobody answered
 * @param {string} body JSON or problem+json, or anything at all from a box in between
 * @param {string | null} retryAfter
 * @returns {Outcome}
 */
export function outcomeOf(status, body, retryAfter) {
  /** @type {{detail?: string, title?: string, cause?: string} | undefined} */
  let answer;
  try {
    answer = JSON.parse(body);
  } catch {
    // Nothing, or the page of some box between us and the server.
  }
  if (status === 204 || ((status === 200 || status === 201) && answer)) {
    return { ...answer, kind: "done" };
  }
  const sentence = answer?.detail || answer?.title || "";
  // Only the server itself can end the link; a box in between that finds nothing may find it again in a moment.
  if ((status === 404 || status === 410) && sentence) {
    return { kind: "ended", sentence, cause: answer?.cause };
  }
  if (status === 429 || status === 503 || status === 507) {
    return { kind: "busy", seconds: secondsOf(retryAfter) };
  }
  if (status >= 400 && status < 500 && ![404, 408, 410, 425].includes(status)) {
    return { kind: "refused", sentence, cause: answer?.cause };
  }
  return { kind: "cut" };
}

/**
 * Tell the server a small thing. Outlives the page, because a tap may open the camera, which may end it.
 * @param {string} name "tapped" or "progress"
 * @param {object} told
 * @returns {Promise<Outcome>}
 */
export function tell(name, told) {
  return ask(name, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(told),
    keepalive: true,
  });
}

/**
 * Tell it until the server has answered for good.
 * @param {string} name
 * @param {object} told
 * @param {() => void} [onWait] before each further try
 * @returns {Promise<Outcome>} anything but "cut" and "busy"
 */
export async function insist(name, told, onWait) {
  for (let failures = 1; ; failures += 1) {
    const outcome = await tell(name, told);
    if (outcome.kind !== "cut" && outcome.kind !== "busy") {
      return outcome;
    }
    onWait?.();
    await rest(outcome.kind === "busy" ? outcome.seconds : backoff(failures));
  }
}

/**
 * Take back a photo.
 * @param {string} id
 * @returns {Promise<Outcome>} "done" also when the server has no such photo any more
 */
export async function takeBack(id) {
  const outcome = await ask(`photos/${id}`, { method: "DELETE", headers: { Accept: "application/json" } });
  return outcome.kind === "ended" && outcome.cause === "not_found" ? { kind: "done" } : outcome;
}

/**
 * Ask once.
 * @param {string} name
 * @param {RequestInit} request
 * @returns {Promise<Outcome>}
 */
export async function ask(name, request) {
  try {
    const response = await fetch(addressOf(name), request);
    return outcomeOf(response.status, await response.text(), response.headers.get("Retry-After"));
  } catch {
    return { kind: "cut" };
  }
}
