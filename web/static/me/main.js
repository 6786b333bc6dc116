/** @file Puts the page of one's own sign-in together and starts it. */

import { Problem, ask } from "../wall/asking.js";
import { promised, setText } from "../wall/elements.js";
import { Times } from "../wall/times.js";
import { sayer } from "../wall/words.js";
import { OwnPasskeys, everybodysPasskeys } from "./passkeys.js";
import { Screens } from "./screens.js";
import { EverybodysSessions, OwnSessions } from "./sessions.js";
import { Sure } from "./sure.js";

/** Between two looks at what has changed elsewhere, in milliseconds; also how soon a page learns that it was ended. */
const LOOKS_EVERY = 5000;

const { words } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.me);
const sayWall = sayer(words.wall);
const told = promised("told", HTMLElement);
let hasEnded = false;

const needs = {
  say,
  times: new Times(document.documentElement.lang, sayWall),
  sure: new Sure(),
  /** @type {import("./needs.js").Ask} */
  ask: async (method, address, body) => {
    try {
      const answer = await ask(method, address, { say: sayWall, ...(body === undefined ? {} : { body }) });
      return answer.status === 204 ? null : await answer.json();
    } catch (error) {
      if (error instanceof Problem && error.status === 401) endSession(error.message);
      throw error;
    }
  },
  /** @type {import("./needs.js").Tell} */
  tell: (sentence, isTrouble = false) => {
    told.dataset.kind = isTrouble ? "trouble" : "done";
    setText(told, sentence);
  },
};

const passkeys = new OwnPasskeys(needs);
const sessions = new OwnSessions(needs);
/** @type {{load: () => Promise<void>}[]} */
const parts = [passkeys, sessions];
if (document.getElementById("everybody")) {
  const screens = new Screens(needs);
  const all = new EverybodysSessions(needs, (found) => screens.put(found));
  screens.listen(() => all.load());
  const everybodys = everybodysPasskeys(needs);
  passkeys.listen(() => everybodys.load());
  parts.push(all, everybodys);
  all.listen(() => sessions.load());
  sessions.listen(() => all.load());
}
promised("language", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void chooseLanguage();
});
void start();

async function start() {
  await load(true);
  setInterval(() => {
    if (document.visibilityState === "visible") void load(false);
  }, LOOKS_EVERY);
}

/** @param {boolean} tells whether trouble is told: the next look may find it gone */
async function load(tells) {
  if (hasEnded) return;
  for (const part of parts) {
    try {
      await part.load();
    } catch (error) {
      if (tells && error instanceof Problem) needs.tell(say("failed", { cause: error.message }), true);
    }
  }
}

async function chooseLanguage() {
  const choice = promised("language-choice", HTMLSelectElement);
  try {
    await needs.ask("POST", "/api/sessions/language", { language: choice.value || null });
    location.reload();
  } catch (error) {
    if (error instanceof Problem) needs.tell(error.message, true);
  }
}

/**
 * Take everything off the screen and say why, and how to come back.
 *
 * @param {string} sentence
 */
function endSession(sentence) {
  const desk = document.getElementById("desk");
  if (!desk) return;
  hasEnded = true;
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  desk.remove();
  const cause = promised("ended-cause", HTMLElement);
  setText(cause, sentence);
  cause.hidden = sentence === "";
  promised("ended", HTMLElement).hidden = false;
  promised("ended-title", HTMLElement).focus();
}
