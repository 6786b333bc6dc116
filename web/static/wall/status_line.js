/** @file Says where an invitation stands: what it waits for, what to say to the caller, or how it ended. */

import { make, setAttribute, setText } from "./elements.js";

export class StatusLine {
  #needs;
  /** @type {import("./shapes.js").Invitation | null} */
  #invitation = null;
  #title = make("p", "status-title");
  #sentence = make("p", "status-sentence");
  #reason = make("p", "status-reason");
  #next = make("p", "status-next");
  #announced = "";
  #announcedReason = "";

  /**
   * @param {object} needs
   * @param {import("./shapes.js").Say} needs.say
   * @param {import("./shapes.js").Say} needs.sayLadder
   * @param {import("./times.js").Times} needs.times
   * @param {import("./clock.js").Clock} needs.clock
   * @param {(sentence: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    this.element = make("div", "status", {}, this.#title, this.#sentence, this.#reason, this.#next);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  update(invitation) {
    this.#invitation = invitation;
    this.tell();
  }

  /** Write what is true at this second. */
  tell() {
    const invitation = this.#invitation;
    if (!invitation) return;
    const { hint } = invitation;
    const isDue = invitation.state === "open" && hint !== null && this.#isDue(hint);
    const isStuck = isWithoutMessage(invitation);
    setAttribute(this.element, "data-kind", isDue ? "hint" : isStuck ? "stuck" : null);
    setText(this.#reason, isStuck || isEnded(invitation) ? (invitation.sms.sentence ?? "") : "");
    setText(this.#next, isStuck ? this.#needs.say("card.next") : "");
    this.#announceReason(invitation, isStuck);
    if (isDue) this.#tellHint(invitation, hint);
    else this.#tellProgress(invitation);
  }

  /** @param {import("./shapes.js").Hint} hint */
  #isDue(hint) {
    return Date.parse(hint.due_at) <= this.#needs.clock.now();
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {import("./shapes.js").Hint} hint
   */
  #tellHint(invitation, hint) {
    const { say, sayLadder } = this.#needs;
    const sentence = hint.sentence || sayLadder(`hints.${hint.cause}`);
    setText(this.#title, this.#waiting(invitation));
    setText(this.#sentence, say("card.say", { sentence }));
    if (this.#announced === hint.cause) return;
    this.#announced = hint.cause;
    this.#needs.announce(say("card.hint_announced", { number: invitation.number, sentence }));
  }

  /**
   * @param {import("./shapes.js").Invitation} invitation
   * @param {boolean} isStuck
   */
  #announceReason(invitation, isStuck) {
    const reason = isStuck ? (invitation.sms.sentence ?? "") : "";
    if (reason === this.#announcedReason) return;
    this.#announcedReason = reason;
    if (reason) this.#needs.announce(`${this.#needs.say("card.number", { number: invitation.number })}: ${reason}`);
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #tellProgress(invitation) {
    const { say, sayLadder, times } = this.#needs;
    const last = invitation.ladder.at(-1);
    const isComplete = last !== undefined && last.at !== null;
    setText(this.#sentence, "");
    if (invitation.state !== "open") {
      const at = invitation.ended_at ?? invitation.expires_at;
      setText(this.#title, say(`card.${invitation.state}`, { time: times.ofDay(at) }));
    } else if (isComplete) {
      const span = times.span(last.seconds ?? 0);
      setText(this.#title, say("card.complete", { rung: sayLadder(`rungs.${last.rung}`), span }));
    } else {
      setText(this.#title, this.#waiting(invitation));
    }
  }

  /** @param {import("./shapes.js").Invitation} invitation */
  #waiting(invitation) {
    const { say, sayLadder, times, clock } = this.#needs;
    const current = invitation.ladder.findIndex((rung) => rung.rung === invitation.rung);
    const next = invitation.ladder[current + 1];
    if (!next) return "";
    const since = invitation.ladder[current]?.at ?? invitation.created_at;
    const span = times.span((clock.now() - Date.parse(since)) / 1000);
    return say("card.waiting", { rung: sayLadder(`rungs.${next.rung}`), span });
  }
}

/** Sentences to say while the message has not come. */
const WITHOUT_MESSAGE = new Set(["sms_refused", "sms_not_accepted", "sms_not_delivered"]);

/**
 * Whether the message has failed, or is so long on its way that another way is worth a try.
 *
 * @param {import("./shapes.js").Invitation} invitation
 */
export function isWithoutMessage({ state, sms, ladder, hint }) {
  const isRead = ladder.some(({ rung, at }) => at !== null && rung !== "created" && !rung.startsWith("sms_"));
  if (state !== "open" || sms.state === "none" || isRead) return false;
  return sms.state === "refused" || sms.state === "unknown" || (hint !== null && WITHOUT_MESSAGE.has(hint.cause));
}

/**
 * What an invitation that is stuck asks for, or null when it is not.
 *
 * @param {import("./shapes.js").Invitation} invitation
 * @param {number} now
 * @param {import("./shapes.js").Say} sayLadder
 * @returns {{sentence: string, since: number, isSpoken: boolean} | null} whether it is said to the caller
 */
export function sentenceToSay(invitation, now, sayLadder) {
  const { hint, state, sms } = invitation;
  if (state === "open" && hint !== null && Date.parse(hint.due_at) <= now) {
    const sentence = hint.sentence || sayLadder(`hints.${hint.cause}`);
    return { sentence, since: Date.parse(hint.due_at), isSpoken: true };
  }
  if (!isWithoutMessage(invitation)) return null;
  const since = invitation.ladder.find(({ rung }) => rung === invitation.rung)?.at ?? invitation.created_at;
  return { sentence: sms.sentence ?? "", since: Date.parse(since), isSpoken: false };
}

/** @param {import("./shapes.js").Invitation} invitation */
function isEnded({ state }) {
  return state !== "open";
}
