/** @file Makes links by which a crew or another centre looks on, shows who has opened them, and revokes them. */

import { Problem } from "./asking.js";
import { actingButton, twoStepButton } from "./buttons.js";
import { copied } from "./clipboard.js";
import { make, promised, setAttribute, setText } from "./elements.js";

/** For how many minutes a link may work; the first is what most want. */
const LASTS = [120, 30, 60, 360];

export class ShareDialog {
  #needs;
  #dialog = make("dialog", "small-dialog share-dialog", { "aria-labelledby": "share-title", "aria-describedby": "share-advice" });
  #title = make("h2", "", { id: "share-title" });
  #recipient = make("input", "", { type: "text", id: "share-recipient", maxlength: "40", autocomplete: "off" });
  #scope = make("fieldset", "field share-scope");
  #lasts = make("select", "", { id: "share-lasts" });
  #links = make("ul", "share-links");
  #none = make("p", "muted");
  #text = make("input", "link-text", { type: "text", readonly: "" });
  #fault = make("p", "fault", { role: "alert" });
  /** @type {import("./shapes.js").Invitation | null} */
  #invitation = null;
  /** What of the list is drawn, so that nothing moves below a finger while nothing has changed. */
  #drawn = "";

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.saySharing
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./times.js").Times} needs.times
   * @param {import("./api.js").Api} needs.api
   * @param {import("./shares.js").Shares} needs.shares
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    const { saySharing, shares } = needs;
    const form = make("form", "share-form", { novalidate: "" });
    setAttribute(this.#recipient, "placeholder", saySharing("recipient_example"));
    for (const minutes of LASTS) this.#lasts.append(make("option", "", { value: String(minutes) }, this.#lasting(minutes)));
    form.append(
      make("div", "field", {}, make("label", "", { for: "share-recipient" }, saySharing("recipient")), this.#recipient),
      this.#scope,
      make("div", "field", {}, make("label", "", { for: "share-lasts" }, saySharing("lasts")), this.#lasts),
      make("button", "button primary", { type: "submit" }, saySharing("make")),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#make();
    });
    this.#text.hidden = true;
    this.#text.addEventListener("focus", () => this.#text.select());
    setText(this.#none, saySharing("no_links"));
    const close = make("button", "button", { type: "button" }, saySharing("close"));
    close.addEventListener("click", () => this.#dialog.close());
    const advice = make("p", "muted", { id: "share-advice" }, saySharing("advice"));
    const title = make("h3", "share-links-title", { id: "share-links-title" }, saySharing("links"));
    this.#links.setAttribute("aria-labelledby", "share-links-title");
    this.#dialog.append(this.#title, advice, form, this.#fault, title, this.#none, this.#links, this.#text, close);
    this.#dialog.addEventListener("close", () => {
      // The links open doors: they do not stay in the page.
      this.#text.value = "";
      this.#text.hidden = true;
      this.#links.replaceChildren();
      this.#invitation = null;
    });
    promised("desk", HTMLElement).append(this.#dialog);
    shares.listen(() => this.#tellLinks());
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  show(invitation) {
    const { saySharing, shares } = this.#needs;
    this.#invitation = invitation;
    this.#drawn = "";
    setText(this.#title, saySharing("share_title", { number: invitation.number }));
    this.#offerScope(invitation);
    this.#recipient.value = "";
    this.#fault.hidden = true;
    this.#tellLinks();
    this.#dialog.showModal();
    this.#recipient.focus();
    void shares.load();
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #offerScope({ incident }) {
    const { saySharing } = this.#needs;
    this.#scope.hidden = incident === null;
    const choices = make("div", "segments");
    for (const [value, words] of [["this", saySharing("this")], ["incident", saySharing("incident", { incident: incident ?? "" })]]) {
      const input = make("input", "", { type: "radio", name: "share-scope", value: value ?? "" });
      input.checked = value === "this";
      choices.append(make("label", "segment", {}, input, make("span", "", {}, words ?? "")));
    }
    this.#scope.replaceChildren(make("legend", "", {}, saySharing("what")), choices);
  }

  async #make() {
    const { api, saySharing, announce, shares } = this.#needs;
    const invitation = this.#invitation;
    const recipient = this.#recipient.value.trim();
    if (!invitation) return;
    if (!recipient) {
      setAttribute(this.#recipient, "aria-invalid", "true");
      this.#recipient.focus();
      return;
    }
    setAttribute(this.#recipient, "aria-invalid", null);
    this.#fault.hidden = true;
    const chosen = this.#scope.querySelector("input:checked")?.getAttribute("value");
    const what = chosen === "incident" && invitation.incident ? { incident: invitation.incident } : { invitation: invitation.id };
    try {
      const made = await api.share({ recipient, minutes: Number(this.#lasts.value), ...what });
      if (made.link !== null && !(await copied(made.link))) this.#showText(made.link);
      announce(saySharing("made", { recipient }));
      this.#recipient.value = "";
      await shares.load();
    } catch (error) {
      this.#tellFault(error);
    }
  }

  #tellLinks() {
    const { shares } = this.#needs;
    if (!this.#invitation || !this.#isThere) return;
    const found = shares.of(this.#invitation);
    const drawn = JSON.stringify(found);
    if (drawn === this.#drawn) return;
    const focused = document.activeElement?.closest("[data-share]")?.getAttribute("data-share") ?? null;
    this.#drawn = drawn;
    this.#none.hidden = found.length > 0;
    this.#links.replaceChildren(...found.map((share) => this.#link(share)));
    if (focused !== null) this.#links.querySelector(`[data-share="${CSS.escape(focused)}"] button`)?.scrollIntoView({ block: "nearest" });
  }

  get #isThere() {
    return this.#dialog.isConnected;
  }

  /** @param {import("./shapes.js").Share} share */
  #link(share) {
    const { saySharing, times, api, shares, announce } = this.#needs;
    const { recipient, link } = share;
    const works = shares.works(share);
    const name = make("span", "share-recipient", {}, recipient);
    const until = make("span", "muted", {}, this.#standing(share, works));
    const facts = make("p", "share-facts", {}, this.#openings(share));
    if (share.watching > 0) facts.prepend(make("span", "share-watching", {}, saySharing("link_watches", { recipient, count: share.watching })), " · ");
    const scope = share.incident !== null ? saySharing("incident", { incident: share.incident }) : saySharing("this");
    const by = saySharing("made_by", { name: share.made_by, time: times.ofDay(share.made_at) });
    const item = make("li", "share-link", { "data-share": share.id, "data-works": works ? "yes" : "no" });
    item.append(make("p", "share-head", {}, name, " ", until), make("p", "share-facts", {}, `${scope} · ${by}`), facts);
    if (share.opened > 0) item.append(this.#where(share));
    if (!works) return item;
    const copy = actingButton({ label: saySharing("copy"), done: saySharing("copied"), sign: "copy", act: () => this.#copy(link) });
    const act = async () => {
      try {
        await api.endShare(share.id);
        announce(saySharing("ended_announced", { recipient }));
        await shares.load();
      } catch (error) {
        this.#tellFault(error);
      }
    };
    const asks = { label: saySharing("end"), sure: saySharing("end_sure"), again: saySharing("end_again") };
    item.append(make("div", "share-acts", {}, copy, twoStepButton({ ...asks, sign: "cross", act, announce })));
    return item;
  }

  /**
   * Until when it works, or why it does not.
   *
   * @param {import("./shapes.js").Share} share
   * @param {boolean} works
   */
  #standing(share, works) {
    const { saySharing, times } = this.#needs;
    if (works) return saySharing("until", { time: times.ofDay(share.expires_at) });
    if (share.ended_at === null) return saySharing("expired");
    return saySharing("ended", { time: times.ofDay(share.ended_at), name: share.ended_by ?? "" });
  }

  /** @param {import("./shapes.js").Share} share */
  #openings({ opened, opened_at }) {
    const { saySharing, times } = this.#needs;
    if (opened_at === null) return saySharing("never_opened");
    return saySharing(opened === 1 ? "opened_once" : "opened", { count: opened, time: times.ofDay(opened_at) });
  }

  /** @param {import("./shapes.js").Share} share */
  #where(share) {
    const { saySharing, times, api } = this.#needs;
    const list = make("ul", "share-visits");
    const details = make("details", "", {}, make("summary", "", {}, saySharing("where")), list);
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      api.shareVisits(share.id).then(
        (visits) =>
          list.replaceChildren(
            ...visits.map(({ address, browser, opened_at }) => {
              const from = saySharing("from", { address, browser: browser || saySharing("unknown_browser") });
              return make("li", "", {}, `${times.ofDay(opened_at)} · ${from}`);
            }),
          ),
        (error) => this.#tellFault(error),
      );
    });
    return details;
  }

  /** @param {string | null} link */
  async #copy(link) {
    if (link === null) return false;
    if (await copied(link)) return true;
    this.#showText(link);
    return false;
  }

  /** @param {string} link */
  #showText(link) {
    this.#text.value = link;
    this.#text.hidden = false;
    this.#text.setAttribute("aria-label", this.#needs.saySharing("copy"));
    this.#text.focus();
  }

  /** @param {number} minutes */
  #lasting(minutes) {
    const { saySharing } = this.#needs;
    if (minutes === 60) return saySharing("hour");
    return minutes < 60 ? saySharing("minutes", { count: minutes }) : saySharing("hours", { count: minutes / 60 });
  }

  /** @param {unknown} error */
  #tellFault(error) {
    setText(this.#fault, error instanceof Problem ? error.message : this.#needs.say("errors.ours"));
    this.#fault.hidden = false;
  }
}
