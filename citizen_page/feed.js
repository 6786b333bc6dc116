/** Listens to what the server tells this page. */

import { addressOf, outcomeOf } from "./door.js";
import { backoff, rest } from "./waiting.js";

/**
 * @typedef {object} News
 * @property {string} kind an event of the journal, such as "PhotoShown"
 * @property {number} [number] of the event
 * @property {string | null} photo
 * @property {string | null} sentence
 * @property {{peer: string, direct: boolean}[]} [viewers] who wants the live video, of kind "Viewers"
 * @property {boolean} [stills] whether somebody waits for stills
 * @property {string} [command] of kind "PhoneCommanded"
 * @property {string | null} [answers] of kind "SentenceSaid": which kind of answer is asked for
 * @property {import("./talk.js").Offer[]} [offers] what can be answered with a tap
 */

/**
 * Listen until told to stop. The browser reconnects by itself after a cut; after a refusal we ask why, and try again.
 * @param {object} told
 * @param {number} told.after the number of the last event that the page knows of
 * @param {(news: News) => void} told.onNews
 * @param {(sentence: string) => void} told.onEnded
 * @returns {() => void} stops listening
 */
export function listenToFeed({ after, onNews, onEnded }) {
  const address = addressOf("events");
  let last = `${after}`;
  /** @type {EventSource | undefined} */
  let source;
  let failures = 0;
  let isStopped = false;
  let isCut = false;

  const open = () => {
    source = new EventSource(`${address}&after=${last}`);
    source.onopen = () => {
      failures = 0;
      if (isCut) {
        // Whoever could not tell of itself meanwhile.
        dispatchEvent(new Event("online"));
      }
      isCut = false;
    };
    source.onmessage = ({ data, lastEventId }) => {
      last = lastEventId || last;
      onNews(JSON.parse(data));
    };
    source.onerror = () => {
      isCut = true;
      if (source?.readyState === EventSource.CLOSED) {
        void reopen();
      }
    };
  };

  const reopen = async () => {
    failures += 1;
    await rest(backoff(failures));
    if (isStopped) {
      return;
    }
    const sentence = await whyEnded(address);
    if (isStopped) {
      return;
    }
    if (sentence) {
      onEnded(sentence);
    } else {
      open();
    }
  };

  // A page that the browser had put aside comes back with a dead feed.
  addEventListener("pageshow", (event) => {
    if (event.persisted && !isStopped) {
      source?.close();
      open();
    }
  });
  open();
  return () => {
    isStopped = true;
    source?.close();
  };
}

/**
 * Ask for the feed once by hand, because an EventSource does not tell with which status it was refused.
 * @param {string} address
 * @returns {Promise<string>} the server's sentence when the link is over, else nothing
 */
async function whyEnded(address) {
  const asking = new AbortController();
  try {
    const response = await fetch(address, { headers: { Accept: "text/event-stream" }, signal: asking.signal });
    const outcome = response.ok ? null : outcomeOf(response.status, await response.text(), null);
    return outcome?.kind === "ended" ? outcome.sentence : "";
  } catch {
    return "";
  } finally {
    asking.abort();
  }
}
