/** @file Shows where one is signed in, and to supervisors where everybody is, and ends what should not be. */

import { Problem } from "../wall/asking.js";
import { make, promised } from "../wall/elements.js";
import { Rows, rowButton } from "./rows.js";

/** @typedef {import("./needs.js").SessionShape} SessionShape */
/** @typedef {import("./needs.js").MeNeeds} MeNeeds */

/**
 * Shape a session as a row.
 *
 * @param {SessionShape} session
 * @param {MeNeeds} needs
 * @param {{withName: boolean, end: () => Promise<void>}} wish
 * @returns {import("./rows.js").Row}
 */
export function sessionRow(session, { say, times }, { withName, end }) {
  const browser = session.browser || say("sessions.unknown");
  const where = session.address ? `${browser}, ${say("sessions.from", { address: session.address })}` : browser;
  const title = withName ? [session.name] : [browser];
  /** @type {(Node | string)[]} */
  const marks = [];
  if (session.this) marks.push(make("span", "tag here", {}, say("sessions.this")));
  if (withName && session.role !== "wall_screen") {
    marks.push(make("span", "tag", { "data-role": session.role }, say(`roles.${session.role}`)));
  }
  const more = [
    ...(withName ? [browser] : []),
    ...(session.address ? [say("sessions.from", { address: session.address })] : []),
    say(`sessions.ways.${session.way}`),
    say("sessions.since", { time: times.ofDay(session.made_at) }),
    say("sessions.seen", { time: times.ofDay(session.seen_at) }),
    ...(session.role === "wall_screen" ? [say("sessions.until", { time: times.ofDay(session.ends_at) })] : []),
  ];
  const name = say("sessions.end_named", { name: session.name, where });
  return {
    key: session.id,
    title: [...title, ...marks],
    more,
    buttons: session.this ? [] : [rowButton(say("sessions.end"), name, end)],
  };
}

class Sessions {
  #changed = async () => {};

  /** @param {MeNeeds} needs */
  constructor(needs) {
    this.needs = needs;
  }

  /** @param {() => Promise<void>} changed called when something was ended here */
  listen(changed) {
    this.#changed = changed;
  }

  async load() {}

  /**
   * End something, tell of it, and look again; never rejects.
   *
   * @param {string} address
   * @param {object} body
   */
  async end(address, body = {}) {
    const { ask, say, tell } = this.needs;
    try {
      const answer = await ask("POST", address, body);
      tell(answer ? say("sessions.ended_count", { count: answer.ended }) : say("sessions.ended"));
      await this.load();
      await this.#changed();
    } catch (error) {
      if (error instanceof Problem) tell(error.message, true);
    }
  }
}

export class OwnSessions extends Sessions {
  #rows = new Rows(promised("sessions", HTMLElement));
  #others = promised("end-others", HTMLButtonElement);

  /** @param {MeNeeds} needs */
  constructor(needs) {
    super(needs);
    this.#others.addEventListener("click", () => void this.end("/api/sessions/end-others"));
  }

  /** @override */
  async load() {
    /** @type {{sessions: SessionShape[]}} */
    const { sessions } = await this.needs.ask("GET", "/api/sessions");
    const own = [...sessions].sort((one, other) => Number(other.this) - Number(one.this));
    this.#rows.show(
      own.map((session) => {
        const end = () => this.end(`/api/sessions/${encodeURIComponent(session.id)}/end`);
        return sessionRow(session, this.needs, { withName: false, end });
      }),
    );
    this.#others.hidden = sessions.length < 2;
  }
}

export class EverybodysSessions extends Sessions {
  #rows = new Rows(promised("everybody-sessions", HTMLElement));
  #all = promised("end-all", HTMLButtonElement);
  #onScreens;

  /**
   * @param {MeNeeds} needs
   * @param {(screens: SessionShape[]) => void} onScreens
   */
  constructor(needs, onScreens) {
    super(needs);
    this.#onScreens = onScreens;
    this.#all.addEventListener("click", () => void this.#endAll());
  }

  /** @override */
  async load() {
    /** @type {{sessions: SessionShape[]}} */
    const { sessions } = await this.needs.ask("GET", "/api/organisation/sessions");
    const people = sessions.filter((session) => session.role !== "wall_screen");
    this.#onScreens(sessions.filter((session) => session.role === "wall_screen"));
    this.#rows.show(
      people.map((session) => {
        const end = () => this.end(`/api/organisation/sessions/${encodeURIComponent(session.id)}/end`);
        return sessionRow(session, this.needs, { withName: true, end });
      }),
    );
    this.#all.hidden = sessions.length < 2;
  }

  async #endAll() {
    const { say, sure } = this.needs;
    if (!(await sure.ask(say("everybody.sure"), say("everybody.yes")))) return;
    await this.end("/api/organisation/sessions/end-all");
  }
}
