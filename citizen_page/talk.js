/** The conversation with the control room: what it says, large answers to tap, and a line to write on. */

import { find } from "./element.js";
import { identify } from "./identity.js";
import { make, style } from "./making.js";
import { picture } from "./pictograms.js";
import rules from "./talk.css";

/**
 * @typedef {import("./configuration.js").Configuration} Configuration
 * @typedef {import("./feed.js").News} News
 * @typedef {import("./parts.js").Tools} Tools
 * @typedef {import("./keeping.js").KeptSentence} KeptSentence
 * @typedef {import("./keeping.js").Store<KeptSentence>} Store
 *
 * @typedef {{ready: string, sentence: string}} Offer what can be said with a tap
 *
 * @typedef {object} Message
 * @property {number} number
 * @property {"desk" | "you"} by
 * @property {string | null} [id] of what the person has said
 * @property {string} sentence
 * @property {Offer[]} offers
 * @property {number | null} reply_to
 */

/** Characters of one sentence. */
const MOST_TEXT = 500;

/**
 * Put the conversation on the page, and show it as soon as the control room has said something.
 * @param {Configuration} configuration
 * @param {import("./words.js").LaterWords} words
 * @param {Tools & {onEnded: (sentence: string) => void, store: Promise<Store | null | undefined>}} page what the page has
 *   already; `onEnded`: the link is over; `store`: where sentences are kept until they have arrived
 */
export function showTalk({ organisation }, { talk: said }, page) {
  const { ask, insist, introduce, speak, backoff, rest, store, onEnded } = page;
  const write = find("write");
  const panel = make("section", { kind: "talk", hidden: true });
  const head = make("div", { kind: "head" });
  const shut = make("button", { kind: "small", text: said.close });
  const lines = make("ol", { kind: "said" });
  const offers = make("div", { kind: "offers" });
  const form = make("form");
  const input = make("input");
  const send = make("button", { kind: "button", text: said.send });
  /** @type {Set<number>} of the control room's sentences */
  const known = new Set();
  /** @type {Message | undefined} the question that waits for an answer */
  let question;
  /** @type {Offer[]} what can be said at any time */
  let sayings = [];
  let newest = 0;
  let confirmed = 0;
  let isOver = false;
  /** @type {() => void} */
  let giveUp = () => {};
  /** @type {Promise<undefined>} */
  const over = new Promise((resolve) => {
    giveUp = () => resolve(undefined);
  });
  let unsent = 0;
  let sending = Promise.resolve();

  style(rules);
  send.type = "submit";
  panel.tabIndex = -1;
  panel.setAttribute("aria-label", said.name);
  head.append(make("h2", { text: said.name }), shut);
  input.maxLength = MOST_TEXT;
  input.required = true;
  input.autocomplete = "off";
  input.enterKeyHint = "send";
  input.placeholder = said.label;
  input.setAttribute("aria-label", said.label);
  form.append(input, send);
  panel.append(head, lines, offers, form);
  find("asking").prepend(panel);

  /** @param {boolean} isOpen */
  const show = (isOpen) => {
    panel.hidden = !isOpen;
    write.hidden = isOpen;
    if (isOpen) {
      lines.scrollTop = lines.scrollHeight;
      panel.scrollIntoView({ block: "nearest" });
      void confirm();
    }
  };

  /** Tell the control room that its sentence is really seen. */
  const confirm = async () => {
    const seen = newest;
    if (seen > confirmed && !panel.hidden && !document.hidden && !document.body.classList.contains("quiet")) {
      confirmed = seen;
      await insist("messages/seen", { number: seen });
    }
  };

  /**
   * @param {"desk" | "you"} by
   * @param {string} sentence
   */
  const addLine = (by, sentence) => {
    const line = make("li", { kind: by });
    const state = make("small");
    const text = make("p", { text: sentence });
    text.dir = "auto";
    line.append(make("b", { text: by === "desk" ? organisation : said.you }), text, state);
    lines.append(line);
    lines.scrollTop = lines.scrollHeight;
    return state;
  };

  /**
   * Bring a sentence to the control room, after those before it, however long that takes.
   * @param {string} sentence
   * @param {{text: string} | {ready: string}} told
   */
  const say = (sentence, told) => {
    const id = identify();
    const reply_to = question?.number;
    question = undefined;
    drawOffers();
    void store.then((kept) => kept?.put({ id, sentence, told, reply_to })).catch(() => {});
    bring({ id, sentence, told, reply_to, at: Date.now() });
  };

  /**
   * Bring a sentence to the control room, also one of an earlier visit: the same id is the same sentence there.
   * @param {Omit<KeptSentence, "link">} sentence
   */
  const bring = ({ id, sentence, told, reply_to, at }) => {
    const state = addLine("you", sentence);
    /** @param {string} shown */
    const tell = (shown) => {
      if (state.textContent !== shown) {
        state.textContent = shown;
        speak(shown);
      }
    };
    unsent += 1;
    sending = sending.then(async () => {
      const message = {
        id,
        ...told,
        reply_to,
        get waited() {
          return Math.round((Date.now() - at) / 1000);
        },
      };
      const outcome = await Promise.race([
        over,
        insist("messages", message, () => tell(said.waiting)),
      ]);
      unsent -= 1;
      void store.then((kept) => kept?.remove(id)).catch(() => {});
      state.className = outcome?.kind === "done" ? "good" : "bad";
      tell(
        outcome?.kind === "done"
          ? said.sent
          : (outcome?.kind === "refused" && outcome.sentence) || said.not_sent,
      );
      if (outcome?.kind === "ended") {
        onEnded(outcome.sentence);
      }
    });
  };

  const drawOffers = () => {
    offers.replaceChildren(
      ...(question?.offers ?? sayings).map(({ ready, sentence }) => {
        const button = make("button", { kind: "button" }, picture(ready), make("span", { text: sentence }));
        button.onclick = () => {
          say(sentence, { ready });
          panel.focus({ preventScroll: true });
        };
        return button;
      }),
    );
  };

  /** @param {Message} message */
  const take = ({ number, sentence, offers: offered, ...message }) => {
    if (!known.has(number)) {
      known.add(number);
      newest = Math.max(newest, number);
      addLine("desk", sentence);
      if (offered.length) {
        question = { ...message, number, sentence, offers: offered };
      }
    }
  };

  const learn = async () => {
    const waiting = (await (await store)?.all().catch(() => [])) ?? [];
    const ids = new Set(waiting.map(({ id }) => id));
    for (let failures = 1; !isOver; failures += 1) {
      const outcome = await ask("messages", { headers: { Accept: "application/json" } });
      if (outcome.kind === "ended") {
        return onEnded(outcome.sentence);
      }
      if (outcome.kind === "done") {
        const { messages, sayings: all } = /** @type {any} */ (outcome);
        sayings = all;
        const before = lines.childElementCount;
        for (const message of /** @type {Message[]} */ (messages)) {
          if (message.id && ids.has(message.id)) {
            // It has arrived, but for the answer, and is told once more below.
            continue;
          }
          if (message.by === "desk") {
            take(message);
          } else if (!before) {
            // What was written on an earlier visit; what this one writes stands there already.
            addLine("you", message.sentence).textContent = said.sent;
            question = message.reply_to && message.reply_to === question?.number ? undefined : question;
          }
        }
        waiting.forEach(bring);
        drawOffers();
        if (known.size || waiting.length) {
          show(true);
        }
        return undefined;
      }
      await rest(backoff(failures));
    }
    return undefined;
  };

  shut.onclick = () => {
    show(false);
    write.focus();
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) {
      say(text, { text });
      input.value = "";
    }
  };
  addEventListener("pageshow", () => void confirm());
  document.addEventListener("visibilitychange", () => void confirm());
  // Before the first tap the control room does not take our word for it: a scanner may have opened the page.
  panel.addEventListener(
    "click",
    async () => {
      await introduce();
      confirmed = 0;
      void confirm();
    },
    { once: true },
  );
  const learning = learn();

  return {
    get isSafe() {
      return !unsent;
    },
    open: () => {
      show(true);
      panel.focus({ preventScroll: true });
    },
    /**
     * Show what the control room says now, and open by itself.
     * @param {News} news
     */
    hear: async (news) => {
      await Promise.race([learning, rest(1)]);
      const { number = 0, sentence } = news;
      if (isOver || !sentence || known.has(number)) {
        return;
      }
      take({ number, by: "desk", sentence, offers: news.offers ?? [], reply_to: null });
      drawOffers();
      show(true);
      speak(`${organisation}: ${sentence}`);
    },
    stop: () => {
      isOver = true;
      giveUp();
      // What was said stays to be read.
      find("ended").append(lines);
    },
  };
}
