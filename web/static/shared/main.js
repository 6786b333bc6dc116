/** @file Shows a crew or another centre what was shared with it: nothing before the tap, and nothing to be done after it. */

import { Announcer } from "../wall/announcer.js";
import { Problem } from "../wall/asking.js";
import { Clock } from "../wall/clock.js";
import { promised, setText } from "../wall/elements.js";
import { Hiding } from "../wall/hiding.js";
import { LiveDoor } from "../wall/live_door.js";
import { peerJsLoader } from "../wall/peerjs_loader.js";
import { Times } from "../wall/times.js";
import { sayer } from "../wall/words.js";
import { SharedLives } from "./lives.js";
import { SharedPhotos } from "./photos.js";
import { SharedPlaces } from "./places.js";
import { Visit } from "./visit.js";

/** Nobody here hears the journal; so often, in milliseconds, is asked what there is. */
const ASK_EVERY = 3000;

const { words, share, base, blur, map } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.shared);
const sayWall = sayer(words.wall);
const clock = new Clock();
const times = new Times(document.documentElement.lang, sayWall);
const announcer = new Announcer(promised("announcements", HTMLElement));
const hiding = new Hiding(blur === true);
const visit = new Visit({ base, share, say: sayWall, onOver: over });
const door = promised("door", HTMLElement);
const look = promised("look", HTMLElement);
const begin = promised("begin", HTMLButtonElement);
const fault = promised("door-fault", HTMLElement);
const banner = promised("banner", HTMLElement);
const photos = new SharedPhotos({ say, times, hiding, address: () => visit.address });
const lives = new SharedLives({
  ...{ say, times, hiding },
  loadPeerJs: peerJsLoader(),
  token: () => visit.token ?? "",
  doorOf: (invitation) =>
    new LiveDoor({
      base: `${visit.address}/live/${encodeURIComponent(invitation)}`,
      say: sayWall,
      // A video that has ended refuses, too; whether the link still works, the next look tells.
      onShut: () => {},
    }),
});
const places = new SharedPlaces({ sayMap: sayer(words.map), times, clock, source: () => sourceBelow(visit.address) });
let isOver = false;
let isLooking = false;
/** How many live videos there were, to say it aloud once when there is one. */
let liveBefore = 0;

begin.addEventListener("click", () => void open());
window.addEventListener("pagehide", () => visit.leave());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
// Reloaded: this tab has opened the link before, and need not again.
if (visit.token !== null) void resume();

async function open() {
  if (begin.getAttribute("aria-busy") === "true") return;
  begin.setAttribute("aria-busy", "true");
  fault.hidden = true;
  try {
    await visit.open();
    await show();
    promised("look-title", HTMLElement).focus();
  } catch (error) {
    if (isOver) return;
    setText(fault, error instanceof Problem ? error.message : sayWall("errors.ours"));
    fault.hidden = false;
  } finally {
    begin.removeAttribute("aria-busy");
  }
}

async function resume() {
  try {
    await show();
  } catch {
    // Before the door, or behind a link that is over: both are shown.
  }
}

async function show() {
  await ask();
  door.hidden = true;
  look.hidden = false;
  if (isLooking) return;
  isLooking = true;
  void lookOn();
}

async function lookOn() {
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
    if (isOver) return;
    // Nobody looks at a page that is not seen, and nobody is to be told so.
    if (document.hidden) continue;
    try {
      await ask();
      banner.hidden = true;
    } catch {
      setText(banner, say("broken"));
      banner.hidden = isOver;
    }
  }
}

async function ask() {
  const asked = Date.now();
  const state = await visit.state();
  if (isOver) return;
  clock.learn(state.now, asked, Date.now());
  const { invitations } = state;
  const only = invitations.length === 1 ? invitations[0] : undefined;
  const what = state.incident ?? (only ? [say("number", { number: only.number }), only.incident].filter(Boolean).join(" · ") : "");
  setText(promised("look-what", HTMLElement), only && only.state !== "open" ? `${what} · ${say("closed")}` : what);
  setText(promised("look-ends", HTMLElement), say("ends", { time: times.ofDay(state.expires_at) }));
  promised("nothing", HTMLElement).hidden = invitations.length > 0;
  const numbers = new Map(invitations.map(({ id, number }) => [id, number]));
  lives.take(invitations);
  places.take(invitations);
  photos.take(state.photos, (id) => numbers.get(id) ?? 0);
  const live = invitations.filter((invitation) => invitation.live.is_live).length;
  if (live > liveBefore) announcer.announce(say("live"));
  liveBefore = live;
}

/**
 * The link works no more: everything comes off the screen.
 *
 * @param {string} sentence
 */
function over(sentence) {
  isOver = true;
  lives.clear();
  places.clear();
  photos.clear();
  visit.forget();
  door.hidden = true;
  look.hidden = true;
  banner.hidden = true;
  promised("over", HTMLElement).hidden = false;
  setText(promised("over-advice", HTMLElement), sentence || say("over_advice"));
  promised("over-title", HTMLElement).focus();
}

/**
 * Where the map's tiles are for who has no session: those of the server's own folder lie below the visit.
 *
 * @param {string} below
 * @returns {import("../wall/shapes.js").MapSource}
 */
function sourceBelow(below) {
  return { ...map, tiles: map.tiles?.startsWith("/") ? `${below}${map.tiles}` : map.tiles };
}
