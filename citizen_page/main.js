/** Brings the citizen's page to life. Until it has, the page is a plain form, and works. */

import { listenForPhotos } from "./choosing.js";
import { obey } from "./commands.js";
import { readConfiguration } from "./configuration.js";
import { tell } from "./door.js";
import { showEnded } from "./ending.js";
import { listenToFeed } from "./feed.js";
import { groupDigits } from "./grouping.js";
import { offerLive } from "./live.js";
import { listenForLocation } from "./locating.js";
import { describePhone } from "./phone.js";
import { Photos } from "./photos.js";
import { listenForTheFirstTap } from "./tapping.js";

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
    showEnded(sentence);
  };

  const photos = new Photos(configuration, end);
  listenForPhotos((file) => photos.send(file));
  const live = offerLive(configuration, { onPhoto: (photo) => photos.send(photo), onEnded: end });
  const stopLocation = listenForLocation(configuration, end);
  listenForTheFirstTap();

  const stopFeed = listenToFeed({
    onEnded: end,
    onNews: (news) => {
      const { kind, photo, sentence } = news;
      const state = STATES[kind];
      if (kind === "Viewers") {
        live.learn(news);
      } else if (news.command) {
        obey(news.command, configuration, live);
      } else if (kind === "InvitationClosed" || kind === "InvitationExpired") {
        end(sentence || `${kind === "InvitationClosed" ? ended.closed : ended.expired} ${ended.help}`);
      } else if (photo && state) {
        photos.learn(photo, state, sentence);
      }
    },
  });

  addEventListener("beforeunload", (event) => {
    if (!photos.areSafe) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  void describePhone().then((phone) => tell("progress", { step: "loaded", phone }));

  document.documentElement.classList.add("js");
}
