/** @file Shows one live video to whoever opened the watch link: nothing before the tap, then the wall's own tile. */

import { Announcer } from "../wall/announcer.js";
import { Problem } from "../wall/asking.js";
import { Clock } from "../wall/clock.js";
import { promised, setText } from "../wall/elements.js";
import { Hiding } from "../wall/hiding.js";
import { LiveDoor } from "../wall/live_door.js";
import { LiveTile } from "../wall/live_tile.js";
import { peerJsLoader } from "../wall/peerjs_loader.js";
import { Times } from "../wall/times.js";
import { sayer } from "../wall/words.js";

/** A guest hears no journal; so often, in milliseconds, is asked how the invitation stands. */
const ASK_EVERY = 2500;
/** The link does not work, or not any more. */
const REFUSED = new Set([401, 403, 404, 410]);

const { words, base, pass, blur } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.wall);
const clock = new Clock();
const announcer = new Announcer(promised("announcements", HTMLElement));
const doorstep = promised("door", HTMLElement);
const begin = promised("begin", HTMLButtonElement);
const fault = promised("door-fault", HTMLElement);
const banner = promised("banner", HTMLElement);
const stage = promised("live", HTMLElement);
const hiding = new Hiding(blur === true);
const door = new LiveDoor({
  base,
  say,
  onShut: (problem) => {
    if (REFUSED.has(problem.status)) close(problem.message);
  },
});
/** @type {LiveTile | null} */
let tile = null;
/** Counts visits, so that an answer to an earlier one changes nothing. */
let visit = 0;

begin.addEventListener("click", () => void enter());
hiding.listen(() => tile?.tell());
clock.everySecond(() => tile?.tell());
window.addEventListener("pagehide", () => leave());

async function enter() {
  if (begin.getAttribute("aria-busy") === "true") return;
  begin.setAttribute("aria-busy", "true");
  fault.hidden = true;
  try {
    await look();
    visit += 1;
    tile?.watch();
    void lookOn(visit);
  } catch (error) {
    if (error instanceof Problem && REFUSED.has(error.status)) return;
    setText(fault, error instanceof Problem ? error.message : say("errors.ours"));
    fault.hidden = false;
  } finally {
    begin.removeAttribute("aria-busy");
  }
}

/** Ask how the invitation stands, and show it. */
async function look() {
  const asked = Date.now();
  const { invitation, at } = await door.state();
  if (at) clock.learn(at, asked, Date.now());
  if (tile) {
    tile.update(invitation);
  } else {
    show(invitation);
  }
}

/** @param {number} mine */
async function lookOn(mine) {
  while (tile && visit === mine && !tile.isOver) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    if (visit !== mine) return;
    try {
      await look();
      banner.hidden = true;
    } catch (error) {
      if (!(error instanceof Problem) || REFUSED.has(error.status)) return;
      setText(banner, error.message);
      banner.hidden = false;
    }
  }
}

/** @param {import("../wall/shapes.js").Invitation} invitation */
function show(invitation) {
  tile = new LiveTile(
    invitation,
    {
      say,
      sayLadder: sayer(words.ladder),
      times: new Times(document.documentElement.lang, say),
      clock,
      hiding,
      announce: (sentence) => announcer.announce(sentence),
      loadPeerJs: peerJsLoader(),
      doorOf: () => door,
      tokenBegins: `${pass}.`,
      hearsAnswers: false,
    },
    leave,
  );
  promised("live-list", HTMLElement).replaceChildren(tile.element);
  stage.hidden = false;
  doorstep.hidden = true;
  window.scrollTo(0, 0);
}

/** Leave the call, and stand before the door again. */
function leave() {
  if (!tile) return;
  visit += 1;
  tile.discard();
  tile = null;
  banner.hidden = true;
  stage.hidden = true;
  doorstep.hidden = false;
  begin.focus();
}

/**
 * The link works no more: everything comes off the screen.
 *
 * @param {string} sentence
 */
function close(sentence) {
  leave();
  doorstep.hidden = true;
  promised("over", HTMLElement).hidden = false;
  setText(promised("over-advice", HTMLElement), sentence || say("watch.over_advice"));
  promised("over-title", HTMLElement).focus();
}
