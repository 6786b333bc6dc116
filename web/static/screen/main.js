/** @file Puts a screen of the wall together: it shows what comes, for nobody's hands. */

import { Api, Problem } from "../wall/api.js";
import { Clock } from "../wall/clock.js";
import { promised, setAttribute, setText } from "../wall/elements.js";
import { LiveDoor } from "../wall/live_door.js";
import { peerJsLoader } from "../wall/peerjs_loader.js";
import { Register } from "../wall/register.js";
import { SharedFeed } from "../wall/shared_feed.js";
import { Times } from "../wall/times.js";
import { sayer } from "../wall/words.js";
import { keepAwake } from "./awake.js";
import { ScreenChoice } from "./choice.js";
import { ScreenLives } from "./lives.js";
import { ScreenPhotos } from "./photos.js";

/** Between attempts to load for the first time, in milliseconds. */
const FIRST_LOAD_WAIT = 3000;
/** The settings stay for so long, in milliseconds, after the last movement. */
const SETTINGS_STAY = 6000;

const { words } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.screen);
const sayWall = sayer(words.wall);
const language = document.documentElement.lang;
const times = new Times(language, sayWall);
const clock = new Clock();
const register = new Register();
const api = new Api({ say: sayWall, onSessionEnded: endSession });
const desk = promised("desk", HTMLElement);
const settings = promised("settings", HTMLFormElement);
/** @type {(() => void)[]} */
const stopping = [];

showSettingsOnMovement();
showTime();
keepAwake((isAwake) => setText(promised("awake", HTMLElement), say(isAwake ? "awake" : "asleep")));
offerFullScreen();
void start();

async function start() {
  for (;;) {
    try {
      const asked = Date.now();
      const [me, lists] = await Promise.all([api.me(), api.lists()]);
      clock.learn(me.now, asked, Date.now());
      build(me, lists);
      return;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return;
      tellLine(false, Date.now());
      await new Promise((resolve) => setTimeout(resolve, FIRST_LOAD_WAIT));
    }
  }
}

/**
 * @param {import("../wall/shapes.js").Me} me
 * @param {import("../wall/shapes.js").Lists} lists
 */
function build(me, lists) {
  setText(promised("organisation", HTMLElement), me.organisation.name);
  // A screen leads nowhere else.
  promised("back", HTMLElement).hidden = me.role === "wall_screen";
  const hides = me.organisation.blur;
  setAttribute(desk, "data-hides", hides ? "" : null);
  const photos = new ScreenPhotos({ say, times, clock, hides, invitation: (id) => register.invitation(id) });
  const lives = new ScreenLives({
    ...{ say: sayHere, times, clock, hides },
    loadPeerJs: peerJsLoader(),
    doorOf: (invitation) =>
      new LiveDoor({
        base: `/api/invitations/${encodeURIComponent(invitation)}`,
        say: sayWall,
        onShut: (problem) => {
          if (problem.status === 401) endSession();
        },
      }),
  });
  const choice = new ScreenChoice({ say, onChange: draw });
  let isWaiting = false;
  function draw() {
    isWaiting = false;
    const all = register.invitations();
    choice.offer([...new Set(all.map(({ incident }) => incident ?? "").filter(Boolean))]);
    setText(promised("of-incident", HTMLElement), choice.incident ? say("of_incident", { incident: choice.incident }) : "");
    const live = all.filter((one) => one.live.is_live && one.state === "open" && choice.wants(one) && choice.isOurs(one.number));
    lives.take(choice.showsLive ? live.sort((one, other) => (one.live.began_at ?? "").localeCompare(other.live.began_at ?? "")) : []);
    const shown = register
      .photos()
      .filter((photo) => photo.state === "shown" && choice.wants(register.invitation(photo.invitation)))
      .filter((photo) => choice.isOurs(numberOf(photo.id)));
    photos.take(choice.showsPhotos ? shown : []);
    promised("newest", HTMLElement).hidden = photos.isEmpty;
    promised("nothing", HTMLElement).hidden = !photos.isEmpty || !lives.isEmpty;
    setAttribute(desk, "data-live", lives.isEmpty ? null : "");
  }
  // A list of two thousand photos is taken one by one, and drawn once.
  const drawSoon = () => {
    if (isWaiting) return;
    isWaiting = true;
    queueMicrotask(draw);
  };
  register.listen({
    onInvitation: drawSoon,
    onInvitationForgotten: drawSoon,
    onPhoto: drawSoon,
    onPhotoForgotten: drawSoon,
  });
  /** @param {import("../wall/shapes.js").Lists} all */
  const takeLists = (all) => {
    register.takeLists(all);
    drawSoon();
    return Math.min(all.invitationsCursor, all.photosCursor);
  };
  const loadAgain = async () => takeLists(await api.lists());
  const hearing = {
    /** @param {import("../wall/shapes.js").JournalEvent} event */
    onEvent: (event) => {
      register.takeEvent(event);
      if (event.kind === "InvitationForgotten") void loadAgain().catch(() => {});
    },
    onReset: loadAgain,
    onLine: tellLine,
    onSessionEnded: endSession,
  };
  const line = new SharedFeed(hearing, `showme.feed.${me.organisation.id}.${me.dispatcher}`);
  stopping.push(() => line.stop(), () => lives.stop());
  window.addEventListener("pagehide", stop, { once: true });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  void line.listen(takeLists(lists));
}

/**
 * The screen's words, and those of an invitation's number, which the wall has.
 *
 * @param {string} path
 * @param {Record<string, string | number>} [blanks]
 */
function sayHere(path, blanks) {
  return path === "number" ? sayWall("card.number", blanks) : say(path, blanks);
}

/**
 * A number that stays with a photo, by which screens share the photos out.
 *
 * @param {string} id
 */
function numberOf(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}

/**
 * @param {boolean} isOpen
 * @param {number} heardAt
 */
function tellLine(isOpen, heardAt) {
  setAttribute(promised("connection", HTMLElement), "data-line", isOpen ? "open" : "broken");
  setText(promised("connection-words", HTMLElement), isOpen ? say("connected") : say("broken", { time: times.ofDay(heardAt) }));
}

function showTime() {
  const time = promised("time", HTMLElement);
  const tell = () => setText(time, times.ofDay(clock.now()));
  clock.everySecond(tell);
  tell();
}

function showSettingsOnMovement() {
  /** @type {number | undefined} */
  let timer;
  const show = () => {
    setAttribute(desk, "data-settings", "");
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (!settings.contains(document.activeElement)) setAttribute(desk, "data-settings", null);
    }, SETTINGS_STAY);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) document.addEventListener(kind, show);
  settings.addEventListener("focusout", show);
  settings.addEventListener("submit", (event) => event.preventDefault());
  show();
}

function offerFullScreen() {
  const full = promised("full", HTMLButtonElement);
  const isFull = () => document.fullscreenElement !== null;
  full.addEventListener("click", () => {
    const done = isFull() ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => {
      full.hidden = true;
    });
  });
  document.addEventListener("fullscreenchange", () => setText(full, say(isFull() ? "leave_full" : "full")));
}

function stop() {
  for (const end of stopping.splice(0)) end();
}

/** Take everything off the screen and say how to come back. */
function endSession() {
  if (!desk.isConnected) return;
  stop();
  desk.remove();
  promised("ended", HTMLElement).hidden = false;
  promised("ended-title", HTMLElement).focus();
}
