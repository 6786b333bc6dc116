/** @file Puts the photowall together and starts it. */

import { Announcer } from "./announcer.js";
import { Api, Problem } from "./api.js";
import { keepArranged } from "./arrangement.js";
import { Clock } from "./clock.js";
import { CodeDialog } from "./code_dialog.js";
import { EnrolDialog } from "./enrol_dialog.js";
import { Connection } from "./connection.js";
import { Credits } from "./credits.js";
import { promised, setText } from "./elements.js";
import { Feed } from "./feed.js";
import { Hiding } from "./hiding.js";
import { InvitationList } from "./invitation_list.js";
import { InviteForm } from "./invite_form.js";
import { LinkDialog } from "./link_dialog.js";
import { LiveDoor } from "./live_door.js";
import { LiveGrid } from "./live_grid.js";
import { peerJsLoader } from "./peerjs_loader.js";
import { PhotoGrid } from "./photo_grid.js";
import { PhotoView } from "./photo_view.js";
import { Register } from "./register.js";
import { listenForPastes, listenForSingleKeys } from "./shortcuts.js";
import { Times } from "./times.js";
import { sayer } from "./words.js";

/** Between attempts to load the wall for the first time, in milliseconds. */
const FIRST_LOAD_WAIT = 2000;

const { words } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.wall);
const sayLadder = sayer(words.ladder);
const times = new Times(document.documentElement.lang, say);
const clock = new Clock();
const register = new Register();
const announcer = new Announcer(promised("announcements", HTMLElement));
const connection = new Connection(say, times);
const api = new Api({ say, onSessionEnded: endSession });
const linkDialog = new LinkDialog(say);
new EnrolDialog({ say, api, announce: (sentence) => announcer.announce(sentence) });
/** @type {Feed | null} */
let feed = null;
/** @type {LiveGrid | null} */
let liveGrid = null;
/** @param {string} sentence */
const announce = (sentence) => announcer.announce(sentence);

keepArranged();
void start();

async function start() {
  const startedAt = Date.now();
  for (;;) {
    try {
      const asked = Date.now();
      const [me, lists] = await Promise.all([api.me(), api.lists()]);
      clock.learn(me.now, asked, Date.now());
      build(me, lists);
      return;
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return;
      connection.tell(false, startedAt);
      await new Promise((resolve) => setTimeout(resolve, FIRST_LOAD_WAIT));
    }
  }
}

/**
 * Build the wall from who we are and what there is, and listen on.
 *
 * @param {import("./shapes.js").Me} me
 * @param {import("./shapes.js").Lists} lists
 */
function build(me, lists) {
  setText(promised("organisation", HTMLElement), me.organisation.name);
  setText(promised("dispatcher", HTMLElement), me.dispatcher);
  const hiding = new Hiding(me.organisation.blur);
  const view = new PhotoView({ say, times, clock, register, hiding, announce, onClosed: (id) => grid.focus(id) });
  const pictureNeeds = {
    say,
    times,
    hiding,
    /** @param {string} id */
    invitationNumber: (id) => register.invitation(id)?.number ?? null,
    /** @param {string} id */
    open: (id) => view.open(id),
  };
  const credits = new Credits(say);
  const codeDialog = new CodeDialog({ say, times, clock, api, announce });
  const cards = new InvitationList(promised("cards", HTMLElement), {
    say,
    sayLadder,
    times,
    clock,
    api,
    register,
    linkDialog,
    codeDialog,
    announce,
    pictureNeeds,
  });
  const places = {
    pane: promised("photos", HTMLElement),
    top: promised("grid-top", HTMLElement),
    list: promised("grid", HTMLElement),
    pill: promised("new-photos", HTMLButtonElement),
    pillWords: promised("new-photos-words", HTMLElement),
  };
  const grid = new PhotoGrid(places, clock, pictureNeeds);
  const lives = { place: promised("live", HTMLElement), list: promised("live-list", HTMLElement) };
  const live = new LiveGrid(
    lives,
    {
      ...{ say, sayLadder, times, clock, hiding, announce },
      loadPeerJs: peerJsLoader(),
      doorOf: liveDoorOf,
      tokenBegins: "",
      hearsAnswers: true,
    },
    me.dispatcher,
  );
  liveGrid = live;
  const form = new InviteForm({
    say,
    api,
    register,
    linkDialog,
    announce,
    onInvited: (invitation) => cards.bringIntoSight(invitation.id),
  });
  const hideAll = promised("hide-all", HTMLButtonElement);
  const hide = () => {
    hiding.hideAll();
    announce(say("photo.all_hidden"));
  };
  hideAll.addEventListener("click", hide);

  const tellWhatIsThere = () => {
    promised("empty", HTMLElement).hidden = !register.isEmpty;
    promised("no-photos", HTMLElement).hidden = register.isEmpty || register.hasPhotos;
    hideAll.hidden = !hiding.someAreVisible || !register.hasPhotos;
  };
  hiding.listen(() => {
    grid.refresh();
    cards.refresh();
    tellWhatIsThere();
  });
  register.listen({
    onInvitation: (invitation) => {
      cards.put(invitation);
      live.put(invitation);
    },
    onInvitationForgotten: (id) => {
      cards.remove(id);
      live.remove(id);
    },
    onPhoto: (photo) => {
      grid.put(photo);
      cards.putPhoto(photo);
    },
    onPhotoForgotten: (photo) => {
      grid.remove(photo.id);
      cards.removePhoto(photo);
      view.forget(photo.id);
    },
  });
  /** @param {import("./shapes.js").Lists} all */
  const takeLists = (all) => {
    register.takeLists(all);
    credits.tell(all.credits);
    tellWhatIsThere();
    view.refresh();
    return Math.min(all.invitationsCursor, all.photosCursor);
  };
  const loadAgain = async () => takeLists(await api.lists());

  form.offerLanguages(me.languages);
  const cursor = takeLists(lists);
  listenForSingleKeys({ n: () => form.focus(), h: hide }, () => form.continueNumber());
  listenForPastes((text) => form.takeNumber(text));
  const line = new Feed({
    onEvent: (event) => {
      register.takeEvent(event);
      codeDialog.takeEvent(event);
      live.takeEvent(event);
      if (typeof event.credits === "number") credits.tell(event.credits);
      tellWhatIsThere();
      if (event.photo) view.refresh();
      if (event.kind === "PhotoReceived" && event.photo) announceArrival(event.photo);
      // Such an event names nobody any more; the lists tell who is left.
      if (event.kind === "InvitationForgotten") void loadAgain().catch(() => {});
    },
    onReset: loadAgain,
    onLine: (isOpen, heardAt) => connection.tell(isOpen, heardAt),
    onSessionEnded: endSession,
  });
  feed = line;
  const leave = () => {
    line.stop();
    live.stop();
  };
  window.addEventListener("pagehide", leave, { once: true });
  window.addEventListener("pageshow", (event) => {
    // Taken out of the back-forward cache: its feed was stopped, and much may have happened.
    if (event.persisted) location.reload();
  });
  void line.listen(cursor);
}

/** @param {string} invitation */
function liveDoorOf(invitation) {
  const base = `/api/invitations/${encodeURIComponent(invitation)}`;
  return new LiveDoor({
    base,
    say,
    onShut: (problem) => {
      if (problem.status === 401) endSession();
    },
  });
}

/** @param {import("./shapes.js").Photo} photo */
function announceArrival(photo) {
  const invitation = register.invitation(photo.invitation)?.number ?? "?";
  announce(say("photo.arrived_announced", { photo: photo.number, invitation }));
}

/** Take everything off the screen and say how to come back. */
function endSession() {
  const desk = document.getElementById("desk");
  if (!desk) return;
  feed?.stop();
  liveGrid?.stop();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  desk.remove();
  promised("ended", HTMLElement).hidden = false;
  promised("ended-title", HTMLElement).focus();
}
