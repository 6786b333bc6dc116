/** Brings the citizen's page to life. Until it has, the page is a plain form, and works. */

import { listenForAttention } from "./attending.js";
import { listenForPhotos } from "./choosing.js";
import { obey } from "./commands.js";
import { readConfiguration } from "./configuration.js";
import { tell } from "./door.js";
import { showEnded } from "./ending.js";
import { listenToFeed } from "./feed.js";
import { groupDigits } from "./grouping.js";
import { leaveOnTap } from "./leaving.js";
import { listenForLocation } from "./locating.js";
import { offerLive } from "./offering.js";
import { describePhone } from "./phone.js";
import { Photos } from "./photos.js";
import { darkenOnTap } from "./quiet.js";
import { offerTalk } from "./talking.js";
import { listenForTheFirstTap } from "./tapping.js";
import { rest } from "./waiting.js";

/**
 * What becomes of a photo, as the feed names it and as the page does.
 * @type {Record<string, import("./configuration.js").KnownState>}
 */
const STATES = { PhotoShown: "shown", PhotoUnreadable: "unreadable", PhotoForgotten: "forgotten" };

const code = document.getElementById("code");
if (code instanceof HTMLInputElement) {
  // The page on which the spoken code is typed has the same script, and needs no more of it than this.
  groupDigits(code);
} else {
  start();
}

function start() {
  const configuration = readConfiguration();
  const { ended } = configuration.words;

  /** @param {string} sentence */
  const end = (sentence) => {
    stopFeed();
    photos.stop();
    stopLocation();
    live.stop();
    talk.stop();
    showEnded(sentence);
  };

  /** @type {Promise<import("./sending.js").Later | undefined>} */
  const later = import(configuration.later)
    .catch(() => rest(5).then(() => import(`${configuration.later}?again`)))
    .catch(() => undefined);
  const photos = new Photos(configuration, later, end);
  listenForPhotos((file) => photos.send(file));
  const live = offerLive(configuration, { onPhoto: (photo) => photos.send(photo), onEnded: end });
  const talk = offerTalk(configuration, later, end);
  const stopLocation = listenForLocation(configuration, end);
  darkenOnTap(live);
  leaveOnTap(configuration.words.left, end);
  listenForTheFirstTap();
  listenForAttention();

  const stopFeed = listenToFeed({
    after: configuration.after,
    onEnded: end,
    onNews: (news) => {
      const { kind, photo, sentence } = news;
      const state = STATES[kind];
      if (kind === "Viewers") {
        live.learn(news);
      } else if (kind === "SentenceSaid") {
        void talk.hear(news);
      } else if (news.command) {
        obey(news.command, configuration, live);
      } else if (kind === "InvitationClosed" || kind === "InvitationExpired") {
        end(sentence || `${kind === "InvitationClosed" ? ended.closed : ended.expired} ${ended.help}`);
      } else if (photo && kind === "OriginalAsked") {
        photos.sendOriginal(photo);
      } else if (photo && state) {
        photos.learn(photo, state, sentence);
      }
    },
  });

  addEventListener("beforeunload", (event) => {
    if (!photos.areSafe || !talk.isSafe) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  void describePhone().then((phone) => tell("progress", { step: "loaded", phone }));

  document.documentElement.classList.add("js");
}
