/** Brings the citizen's page to life. Until it has, the page is a plain form, and works. */

import { listenForPhotos } from "./choosing.js";
import { readConfiguration } from "./configuration.js";
import { tell } from "./door.js";
import { showEnded } from "./ending.js";
import { listenToFeed } from "./feed.js";
import { groupDigits } from "./grouping.js";
import { listenForLocation } from "./locating.js";
import { describePhone } from "./phone.js";
import { Photos } from "./photos.js";
import { listenForTheFirstTap } from "./tapping.js";

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
    showEnded(sentence);
  };

  const photos = new Photos(configuration, end);
  listenForPhotos((file) => photos.send(file));
  const stopLocation = listenForLocation(configuration, end);
  listenForTheFirstTap();

  const stopFeed = listenToFeed({
    onEnded: end,
    onNews: ({ kind, photo, sentence }) => {
      if (kind === "InvitationClosed" || kind === "InvitationExpired") {
        end(sentence || `${kind === "InvitationClosed" ? ended.closed : ended.expired} ${ended.help}`);
      } else if (photo && kind === "PhotoShown") {
        photos.learn(photo, "shown", sentence);
      } else if (photo && kind === "PhotoUnreadable") {
        photos.learn(photo, "unreadable", sentence);
      } else if (photo && kind === "PhotoForgotten") {
        photos.learn(photo, "forgotten", sentence);
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
