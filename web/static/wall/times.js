/** @file Writes moments, spans and sizes as a person reads them. */

export class Times {
  #say;
  #time;
  #day;
  #exact;
  #number;
  #size;

  /**
   * @param {string} language
   * @param {import("./shapes.js").Say} say
   */
  constructor(language, say) {
    this.#say = say;
    this.#time = new Intl.DateTimeFormat(language, {
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    this.#day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
    this.#exact = new Intl.DateTimeFormat(language, {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    this.#number = new Intl.NumberFormat(language);
    this.#size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  }

  /**
   * The time of day with seconds, with its date when that is not today's.
   *
   * @param {string | number} moment
   */
  ofDay(moment) {
    const date = new Date(moment);
    const time = this.#time.format(date);
    const isToday = date.toDateString() === new Date().toDateString();
    return isToday ? time : `${this.#day.format(date)}, ${time}`;
  }

  /**
   * The date, the time with seconds and the zone, as a file needs it.
   *
   * @param {string | number} moment
   */
  exactly(moment) {
    return this.#exact.format(new Date(moment));
  }

  /**
   * How long something took or lasts: "14 s", "3 min 5 s", "2 h 4 min".
   *
   * @param {number} seconds
   */
  span(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return this.#say("times.seconds", { seconds: whole });
    if (whole < 3600) return this.#say("times.minutes", { minutes: Math.floor(whole / 60), seconds: whole % 60 });
    return this.#say("times.hours", { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
  }

  /**
   * The same, in days where there are two or more: "30 d".
   *
   * @param {number} seconds
   */
  longSpan(seconds) {
    const days = Math.floor(seconds / 86_400);
    return days >= 2 ? this.#say("times.days", { days }) : this.span(seconds);
  }

  /**
   * The same without more exactness than a glance needs: "12 s", "3 min", "2 h 4 min".
   *
   * @param {number} seconds
   */
  roughly(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60 || whole >= 3600) return this.span(whole);
    return this.#say("times.whole_minutes", { minutes: Math.floor(whole / 60) });
  }

  /**
   * Shortest form, for below a rung: "4 s", "1:05".
   *
   * @param {number} seconds
   */
  brief(seconds) {
    const whole = Math.max(0, Math.round(seconds));
    if (whole < 100) return this.#say("times.seconds", { seconds: whole });
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  }

  /**
   * As a stop-watch shows it: "0:07", "3:12", "1:02:40".
   *
   * @param {number} seconds
   */
  watch(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
    const tail = `${String(rest).padStart(2, "0")}`;
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  }

  /**
   * How long ago, seen from a moment given in milliseconds.
   *
   * @param {string} moment
   * @param {number} now
   */
  ago(moment, now) {
    return this.#say("times.ago", { span: this.roughly((now - Date.parse(moment)) / 1000) });
  }

  /**
   * A size in bytes, in decimal kilobytes or megabytes.
   *
   * @param {number} bytes
   */
  size(bytes) {
    if (bytes < 1e6) return `${this.#number.format(Math.max(1, Math.round(bytes / 1e3)))} kB`;
    return `${this.#size.format(bytes / 1e6)} MB`;
  }

  /**
   * A whole number with the language's separators.
   *
   * @param {number} value
   */
  number(value) {
    return this.#number.format(value);
  }
}
