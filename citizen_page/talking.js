/** Opens the conversation with the control room when it says something, or when the person wants to. */

import { find } from "./element.js";
import { fetchPart, tools } from "./parts.js";
import { speak } from "./speaking.js";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./feed.js").News} News
 * @typedef {ReturnType<typeof import("./talk.js").showTalk>} Talk
 */

/**
 * Make the button of the conversation work.
 * @param {Configuration} configuration
 * @param {Promise<import("./sending.js").Later | undefined>} later
 * @param {(sentence: string) => void} onEnded the link is over
 */
export function offerTalk(configuration, later, onEnded) {
  const store = later.then((parts) => parts?.openSentences(location.pathname)).catch(() => null);
  const write = find("write");
  const label = /** @type {Element} */ (write.lastElementChild);
  const name = label.textContent ?? "";
  /** @type {Talk | undefined} */
  let talk;
  /** @type {Promise<Talk> | undefined} */
  let coming;
  let isOver = false;

  const get = async () => {
    const [part, words] = await fetchPart(configuration.talk, () => {
      label.textContent = configuration.words.photo.offline;
      speak(label.textContent);
    });
    label.textContent = name;
    talk = /** @type {Talk} */ (part.showTalk(configuration, words, { ...tools, store, onEnded }));
    return talk;
  };
  const bring = () => (coming ??= get());

  write.onclick = async () => {
    const opened = await bring();
    if (!isOver) {
      opened.open();
    }
  };
  if (configuration.has_messages) {
    void bring();
  }
  // What was said on an earlier visit, and has not arrived.
  void store
    .then((kept) => kept?.all())
    .then((kept) => (kept?.length ? bring() : undefined))
    .catch(() => {});
  return {
    /** Whether nothing would be lost if the page went away now. */
    get isSafe() {
      return !talk || talk.isSafe;
    },
    /**
     * Hear what the control room says.
     * @param {News} news
     */
    hear: async (news) => (await bring()).hear(news),
    stop: () => {
      isOver = true;
      talk?.stop();
      void store.then((kept) => kept?.clear()).catch(() => {});
    },
  };
}
