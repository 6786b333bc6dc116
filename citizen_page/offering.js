/** Offers the live video before the part of the page that shows it has come, and loses no tap meanwhile. */

import { find } from "./element.js";
import { fetchPart, tools } from "./parts.js";
import { speak } from "./speaking.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./feed.js").News} News
 * @typedef {ReturnType<typeof import("./live.js").showLive>} Live
 * @typedef {ReturnType<typeof offerLive>} Offered
 */

/** The phone's own emergency call has opened the page with the camera allowed, and shows nothing to tap. */
const IS_EMERGENCY_CALL = /(^|\s)Live\//.test(navigator.userAgent);

/**
 * Make the button of the live video work.
 * @param {Configuration} configuration
 * @param {object} told
 * @param {(photo: File) => void} told.onPhoto
 * @param {(sentence: string) => void} told.onEnded the link is over
 */
export function offerLive(configuration, told) {
  const { live: said } = configuration.words;
  const show = find("show");
  const says = find("says");
  /** @type {Live | undefined} */
  let live;
  /** @type {Promise<Live> | undefined} */
  let coming;
  let isWanted = false;
  let isOver = false;
  /** @type {News | undefined} */
  let news;

  /** @param {string} sentence */
  const say = (sentence) => {
    find("live").hidden = false;
    document.body.classList.add("started");
    if (says.textContent !== sentence) {
      says.textContent = sentence;
      speak(sentence);
    }
  };
  const get = async () => {
    const [part, words] = await fetchPart(configuration.live, () => {
      if (isWanted && !isOver) {
        say(said.late);
      }
    });
    live = /** @type {Live} */ (part.showLive(configuration, words, { ...tools, ...told }, IS_EMERGENCY_CALL));
    if (news) {
      live.learn(news);
    }
    if (isWanted && !isOver) {
      live.start();
    }
    return live;
  };
  const bring = () => (coming ??= get());

  show.onclick = () => {
    isWanted = true;
    say(said.connecting);
    void bring();
  };
  if (IS_EMERGENCY_CALL) {
    document.body.classList.add("alone");
    show.click();
  } else if (configuration.purpose === "live") {
    void bring();
  }

  return {
    offer: async () => (await bring()).offer(),
    stop: () => {
      isOver = true;
      live?.stop();
    },
    /** @param {string} sentence */
    direct: (sentence) => live?.direct(sentence),
    get isOn() {
      return Boolean(live?.isOn);
    },
    /**
     * Do what the dispatcher asks of the camera.
     * @param {string} command
     */
    obey: async (command) => (await bring()).obey(command),
    /**
     * Hear who wants to see.
     * @param {News} heard
     */
    learn: (heard) => {
      news = heard;
      live?.learn(heard);
    },
  };
}
