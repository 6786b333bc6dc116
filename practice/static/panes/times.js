/** @file Writes moments as a clock and a calendar show them. */

export class Times {
  #clock;
  #day;

  /** @param {string} language */
  constructor(language) {
    this.#clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  }

  /** @param {string | number} moment */
  clock(moment) {
    return this.#clock.format(new Date(moment));
  }

  /** @param {number} moment */
  day(moment) {
    return this.#day.format(moment);
  }
}
