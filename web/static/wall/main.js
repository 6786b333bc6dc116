/** @file Puts the photowall together and starts it. */

import { Announcer } from "./announcer.js";
import { Api, Problem } from "./api.js";
import { keepArranged } from "./arrangement.js";
import { Attention } from "./attention.js";
import { Choice } from "./choice.js";
import { Clock } from "./clock.js";
import { CodeDialog } from "./code_dialog.js";
import { Conversations } from "./conversations.js";
import { EnrolDialog } from "./enrol_dialog.js";
import { Connection } from "./connection.js";
import { Credits } from "./credits.js";
import { promised, setText } from "./elements.js";
import { Hiding } from "./hiding.js";
import { InvitationList } from "./invitation_list.js";
import { InviteForm } from "./invite_form.js";
import { HandOverDialog } from "./hand_over_dialog.js";
import { KeysDialog } from "./keys_dialog.js";
import { LinkDialog } from "./link_dialog.js";
import { LiveDoor } from "./live_door.js";
import { LiveGrid } from "./live_grid.js";
import { MapPanel } from "./map_panel.js";
import { peerJsLoader } from "./peerjs_loader.js";
import { PhotoGrid } from "./photo_grid.js";
import { PhotoView } from "./photo_view.js";
import { ReadMarks } from "./read_marks.js";
import { QuarantineDialog } from "./quarantine_dialog.js";
import { Register } from "./register.js";
import { Reveals } from "./reveals.js";
import { listenForPastes, listenForSingleKeys } from "./shortcuts.js";
import { ShareDialog } from "./share_dialog.js";
import { Shares } from "./shares.js";
import { SharedFeed } from "./shared_feed.js";
import { sizeSentence } from "./sizes.js";
import { TalkPanel } from "./talk_panel.js";
import { Times } from "./times.js";
import { Tones } from "./tones.js";
import { sayer } from "./words.js";

/** Between attempts to load the wall for the first time, in milliseconds. */
const FIRST_LOAD_WAIT = 2000;

/** What sounds when it is told. @type {Record<string, import("./tones.js").Tone>} */
const TONES = { SentenceHeard: "sentence", PhotoReceived: "photo", LiveBegan: "live" };

const { words, map: mapSource } = JSON.parse(promised("showme", HTMLScriptElement).text);
const say = sayer(words.wall);
const sayLadder = sayer(words.ladder);
const sayMap = sayer(words.map);
const saySharing = sayer(words.sharing);
const times = new Times(document.documentElement.lang, say);
const clock = new Clock();
const register = new Register();
const announcer = new Announcer(promised("announcements", HTMLElement));
const connection = new Connection(say, times);
const api = new Api({ say, onSessionEnded: endSession });
const linkDialog = new LinkDialog(say);
const keysDialog = new KeysDialog();
new EnrolDialog({ say, api, announce: (sentence) => announcer.announce(sentence) });
/** @type {SharedFeed | null} */
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
  const hiding = new Hiding(true);
  const reveals = new Reveals({ say, api, hiding, register, blurring: blurringOf(me), announce });
  const quarantine = new QuarantineDialog({ say, times, api, register, me, announce });
  const choice = new Choice({ say, register, ourName: me.dispatcher });
  const tones = new Tones({ say, clock });
  /** @param {import("./shapes.js").Photo} photo */
  const wants = (photo) => choice.wants(register.invitation(photo.invitation));
  /** @param {import("./shapes.js").Photo} photo */
  const sizeOf = (photo) => {
    const invitation = register.invitation(photo.invitation) ?? undefined;
    return sizeSentence(photo, invitation, clock.now(), say);
  };
  /** @type {(id: string) => void} */
  const onViewClosed = (id) => grid.focus(id);
  const seeing = { say, times, clock, api, register, hiding, wants, sizeOf, announce };
  const view = new PhotoView({ ...seeing, me, ourName: me.dispatcher, onClosed: onViewClosed });
  const pictureNeeds = {
    say,
    times,
    hiding,
    /** @param {string} id */
    invitationNumber: (id) => register.invitation(id)?.number ?? null,
    wants,
    sizeOf,
    /** @param {string} id */
    open: (id) => view.open(id),
  };
  const credits = new Credits(say);
  const codeDialog = new CodeDialog({ say, times, clock, api, announce });
  const marks = new ReadMarks();
  const conversations = new Conversations({ api, say, marks, ourName: me.dispatcher });
  /** @type {(id: string) => void} */
  const onTalkClosed = (id) => cards.focusTalk(id);
  const talk = new TalkPanel({ say, times, clock, api, register, conversations, onClosed: onTalkClosed });
  const shares = new Shares({ api, clock });
  const sharing = { say, saySharing, times, api, register, shares, announce, ourName: me.dispatcher };
  /** @type {(id: string) => void} */
  const showInvitation = (id) => {
    if (!choice.wants(register.invitation(id))) choice.showAll();
    cards.focus(id);
  };
  const map = new MapPanel({ say, sayMap, times, clock, api, register, choice, source: mapSource, onChosen: showInvitation });
  const cards = new InvitationList(promised("cards", HTMLElement), {
    say,
    sayMap,
    saySharing,
    shares,
    handOverDialog: new HandOverDialog(sharing),
    shareDialog: new ShareDialog(sharing),
    openMapAt: (id) => map.openAt(id),
    sayLadder,
    times,
    clock,
    api,
    register,
    linkDialog,
    codeDialog,
    conversations,
    choice,
    openTalk: (id) => talk.show(id),
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
  const attention = new Attention({
    ...{ say, sayLadder, saySharing, clock, register, conversations, choice, ourName: me.dispatcher },
    isWatched: (id) => live.isWatched(id),
    onOpened: (kind, id) => {
      if (!choice.wants(register.invitation(id))) choice.showAll();
      if (kind === "unread") talk.show(id);
      else if (kind === "live") live.focus(id);
      else if (kind === "photo") grid.focusFirst(id);
      else cards.focus(id);
    },
    onNew: (kind, id, since) => {
      if (kind === "stuck") tones.sound("stuck", id, since);
      if (kind === "handed") tones.sound("sentence", `handed ${id}`, since);
    },
  });
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
    choice.tell();
    attention.tell();
    hideAll.hidden = !hiding.someAreVisible || !register.hasPhotos;
  };
  clock.everySecond(() => grid.refreshPreviews());
  hiding.listen(() => {
    grid.refresh();
    cards.refresh();
    tellWhatIsThere();
  });
  choice.listen(() => grid.refresh());
  const openTalk = () => {
    const open = register.invitations().filter((invitation) => choice.concerns(invitation));
    const unread = open.filter((invitation) => conversations.unread(invitation.id).length > 0).at(-1);
    const newest = open.find((invitation) => invitation.state === "open");
    const wanted = unread ?? newest;
    if (wanted) talk.show(wanted.id);
  };
  register.listen({
    onInvitation: (invitation) => {
      cards.put(invitation);
      live.put(invitation);
      talk.put(invitation);
    },
    onInvitationForgotten: (id) => {
      cards.remove(id);
      live.remove(id);
      talk.forget(id);
      conversations.forget(id);
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
  conversations.listen((id) => cards.tellTalk(id));
  /** @param {import("./shapes.js").Lists} all */
  const takeLists = (all) => {
    register.takeLists(all);
    credits.tell(all.credits);
    tellWhatIsThere();
    view.refresh();
    void conversations.loadAll(all.invitations);
    shares.takeLists(all.invitations);
    return Math.min(all.invitationsCursor, all.photosCursor);
  };
  const loadAgain = async () => takeLists(await api.lists());

  form.offerLanguages(me.languages, me.team_languages);
  const cursor = takeLists(lists);
  void reveals.load();
  void quarantine.load();
  const keys = {
    ...{ n: () => form.focus(), h: hide, t: openTalk, a: () => attention.openFirst() },
    ...{ m: () => map.toggle(), o: () => choice.switchMine(), s: () => tones.press(), "?": () => keysDialog.show() },
  };
  listenForSingleKeys(keys, () => form.continueNumber());
  listenForPastes((text) => form.takeNumber(text));
  const hearing = {
    /** @param {import("./shapes.js").JournalEvent} event */
    onEvent: (event) => {
      register.takeEvent(event);
      quarantine.takeEvent(event);
      if (event.kind === "BlurringChosen") void reveals.load();
      codeDialog.takeEvent(event);
      live.takeEvent(event);
      conversations.takeEvent(event);
      shares.takeEvent(event);
      announceOpening(event);
      if (typeof event.credits === "number") credits.tell(event.credits);
      if (event.kind === "PhotoReceived" && event.photo) attention.takePhoto(event.photo);
      tellWhatIsThere();
      if (event.photo) view.refresh();
      const tone = TONES[event.kind];
      if (tone && (!event.invitation || choice.concerns(event.invitation))) {
        tones.sound(tone, String(event.number), Date.parse(event.at));
      }
      if (event.kind === "PhotoReceived" && event.photo) announceArrival(event.photo);
      if (event.message?.by_citizen && event.invitation) announceSentence(event.invitation, event.message);
      // Such an event names nobody any more; the lists tell who is left.
      if (event.kind === "InvitationForgotten") void loadAgain().catch(() => {});
    },
    onReset: () => {
      conversations.distrust();
      map.distrust();
      return loadAgain();
    },
    /** @type {(isOpen: boolean, heardAt: number) => void} */
    onLine: (isOpen, heardAt) => connection.tell(isOpen, heardAt),
    onSessionEnded: endSession,
  };
  const line = new SharedFeed(hearing, `showme.feed.${me.organisation.id}.${me.dispatcher}`);
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
      if (problem.status === 401) endSession(problem.message);
    },
  });
}

/** @param {import("./shapes.js").Me} me */
function blurringOf({ organisation: { blur, blurring } }) {
  return blurring ?? (blur ? "until_revealed" : "shown");
}

/** @param {import("./shapes.js").Photo} photo */
function announceArrival(photo) {
  const invitation = register.invitation(photo.invitation)?.number ?? "?";
  announce(say("photo.arrived_announced", { photo: photo.number, invitation }));
}

/** @param {import("./shapes.js").JournalEvent} event */
function announceOpening({ kind, invitation, detail }) {
  if (kind !== "ShareOpened" || !detail) return;
  const recipient = String(detail["recipient"] ?? "");
  const incident = String(detail["incident"] ?? "");
  const number = invitation?.number ?? "?";
  announce(invitation ? saySharing("opened_announced", { recipient, number }) : saySharing("opened_incident", { recipient, incident }));
}

/**
 * @param {import("./shapes.js").Invitation} invitation
 * @param {import("./shapes.js").Message} message
 */
function announceSentence({ number }, { sentence }) {
  announce(say("talk.heard_announced", { number, sentence }));
}

/**
 * Take everything off the screen and say why, and how to come back.
 *
 * @param {string} sentence empty when nobody says why
 */
function endSession(sentence) {
  const desk = document.getElementById("desk");
  if (!desk) return;
  feed?.stop();
  liveGrid?.stop();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  desk.remove();
  const cause = promised("ended-cause", HTMLElement);
  setText(cause, sentence);
  cause.hidden = sentence === "";
  promised("ended", HTMLElement).hidden = false;
  promised("ended-title", HTMLElement).focus();
}
