/** @file Puts the panes of the practice mode together and starts them. */

import { ChatPane } from "./chat_pane.js";
import { promised } from "./elements.js";
import { Guide } from "./guide.js";
import { paneOf } from "./links.js";
import { PhonePane } from "./phone_pane.js";
import { Server } from "./server.js";
import { Switcher } from "./switcher.js";
import { Times } from "./times.js";
import { WallPane } from "./wall_pane.js";
import { Watching } from "./watching.js";
import { sayer } from "./words.js";

/** Where a window is too narrow for three panes; panes.css says the same. */
const NARROW = "(max-width: 899px)";

// Signing out leads the photowall's frame to this page: the page around it will sign it in again.
if (window.parent === window) start();

function start() {
  /** @type {{words: unknown, pane: "all" | "chat" | "phone"}} */
  const { words, pane } = JSON.parse(promised("showme", HTMLScriptElement).text);
  const say = sayer(words);
  const times = new Times(document.documentElement.lang);
  const server = new Server(say);
  const line = promised("line", HTMLElement);
  const guide = pane === "all" ? new Guide(say) : null;
  const switcher = pane === "all" ? new Switcher() : null;
  const wall = pane === "all" ? new WallPane(server) : null;
  const happened = { invite: false, tap: false, photo: false };
  let newestPhoto = 0;

  const phone =
    pane === "chat"
      ? null
      : new PhonePane({
          say,
          times,
          onOpened: () => {
            happened.tap = true;
            guide?.tell(happened);
          },
        });
  const chat =
    pane === "phone"
      ? null
      : new ChatPane({
          server,
          say,
          times,
          open: (path) => {
            const name = paneOf(path);
            const target = name === "wall" ? wall : name === "phone" ? phone : null;
            if (!name || !target) return false;
            target.open(path);
            switcher?.show(name);
            return true;
          },
          onDone: () => watching.lookNow(),
        });

  let knownSms = -1;
  /** @param {import("./shapes.js").State} state */
  const show = (state) => {
    chat?.show(state.chat, state.sms.length === 0);
    phone?.show(state.sms, state.organisation.name);
    const photos = state.chat.filter((message) => message.kind === "photo");
    happened.invite = state.sms.length > 0;
    happened.photo = photos.length > 0;
    guide?.tell(happened);
    const photo = photos.at(-1)?.id ?? 0;
    const isLater = knownSms >= 0;
    if (isLater && state.sms.length > knownSms) switcher?.notice("phone");
    if (isLater && photo > newestPhoto) {
      switcher?.notice("wall");
      switcher?.notice("chat");
    }
    knownSms = state.sms.length;
    newestPhoto = photo;
  };

  const watching = new Watching({
    ask: () => server.state(),
    onState: show,
    onLine: (isOpen) => {
      line.hidden = isOpen;
      if (isOpen) void wall?.keepSignedIn();
    },
  });
  if (!matchMedia(NARROW).matches) chat?.focus();
  void watching.start();
}
