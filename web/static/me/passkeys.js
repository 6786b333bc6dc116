/** @file Shows, adds, names and removes passkeys: one's own, and to supervisors everybody's. */

import { knowsPasskeys, makePasskey } from "../sign_in/webauthn.js";
import { Problem } from "../wall/asking.js";
import { make, promised, setText } from "../wall/elements.js";
import { Rows, rowButton } from "./rows.js";

/** @typedef {import("./needs.js").PasskeyShape} PasskeyShape */
/** @typedef {import("./needs.js").MeNeeds} MeNeeds */

export class OwnPasskeys {
  #needs;
  #rows = new Rows(promised("passkeys", HTMLElement));
  #none = promised("passkeys-none", HTMLElement);
  #form = promised("passkey-add", HTMLFormElement);
  #label = promised("passkey-label", HTMLInputElement);
  #button = promised("passkey-make", HTMLButtonElement);
  #impossible = promised("passkeys-impossible", HTMLElement);
  #renaming;
  #changed = async () => {};

  /** @param {MeNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    this.#renaming = new Renaming();
    this.#label.value = labelOfDevice();
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#add();
    });
  }

  /** @param {() => Promise<void>} changed called when one was added or removed here */
  listen(changed) {
    this.#changed = changed;
  }

  async load() {
    /** @type {{passkeys: PasskeyShape[], possible: boolean}} */
    const { passkeys, possible } = await this.#needs.ask("GET", "/api/passkeys");
    const { say } = this.#needs;
    const isPossible = possible && knowsPasskeys();
    this.#form.hidden = !isPossible;
    this.#impossible.hidden = isPossible;
    if (!isPossible) setText(this.#impossible, say(possible ? "passkeys.unsupported" : "passkeys.impossible"));
    this.#none.hidden = passkeys.length > 0 || !isPossible;
    this.#rows.show(
      passkeys.map((passkey) =>
        passkeyRow(passkey, this.#needs, false, [
          rowButton(say("passkeys.rename"), `${say("passkeys.rename")}: ${passkey.label}`, () => this.#rename(passkey)),
          rowButton(say("passkeys.remove"), `${say("passkeys.remove")}: ${passkey.label}`, async () => {
            const address = `/api/passkeys/${encodeURIComponent(passkey.id)}/remove`;
            if (!(await removed(passkey, address, this.#needs))) return;
            await this.load();
            await this.#changed();
          }),
        ]),
      ),
    );
  }

  async #add() {
    if (this.#button.getAttribute("aria-busy") === "true") return;
    const { ask, say, tell } = this.#needs;
    this.#button.setAttribute("aria-busy", "true");
    tell(say("passkeys.adding"));
    try {
      const answer = await makePasskey(await ask("POST", "/api/passkeys/options", {}));
      const passkey = await ask("POST", "/api/passkeys", { answer, label: this.#label.value });
      tell(say("passkeys.added", { label: passkey.label }));
      this.#label.value = labelOfDevice();
      await this.load();
      await this.#changed();
    } catch (error) {
      if (error instanceof Problem) tell(error.message, true);
      else tell(say(isKnown(error) ? "passkeys.known" : "passkeys.given_up"), true);
    } finally {
      this.#button.removeAttribute("aria-busy");
    }
  }

  /** @param {PasskeyShape} passkey */
  async #rename(passkey) {
    const { ask, say, tell } = this.#needs;
    const label = await this.#renaming.ask(passkey.label);
    if (label === null) return;
    try {
      await ask("POST", `/api/passkeys/${encodeURIComponent(passkey.id)}/name`, { label });
      tell(say("passkeys.renamed"));
      await this.load();
    } catch (error) {
      if (error instanceof Problem) tell(error.message, true);
    }
  }
}

/**
 * Everybody's passkeys, for supervisors.
 *
 * @param {MeNeeds} needs
 */
export function everybodysPasskeys(needs) {
  const rows = new Rows(promised("everybody-passkeys", HTMLElement));
  const none = promised("everybody-passkeys-none", HTMLElement);
  const { say } = needs;
  const load = async () => {
    /** @type {{passkeys: PasskeyShape[]}} */
    const { passkeys } = await needs.ask("GET", "/api/organisation/passkeys");
    none.hidden = passkeys.length > 0;
    rows.show(
      passkeys.map((passkey) =>
        passkeyRow(passkey, needs, true, [
          rowButton(say("passkeys.remove"), `${say("passkeys.remove")}: ${passkey.name}, ${passkey.label}`, async () => {
            const address = `/api/organisation/passkeys/${encodeURIComponent(passkey.id)}/remove`;
            if (await removed(passkey, address, needs)) await load();
          }),
        ]),
      ),
    );
  };
  return { load };
}

/** Asks for another name. */
class Renaming {
  #dialog = promised("rename", HTMLDialogElement);
  #label = promised("rename-label", HTMLInputElement);
  /** @type {(label: string | null) => void} */
  #answer = () => {};

  constructor() {
    promised("rename-no", HTMLButtonElement).addEventListener("click", () => this.#dialog.close());
    promised("rename-form", HTMLFormElement).addEventListener("submit", () => this.#answer(this.#label.value));
    this.#dialog.addEventListener("close", () => this.#answer(null));
  }

  /**
   * @param {string} label
   * @returns {Promise<string | null>} null when it stays as it is
   */
  ask(label) {
    this.#label.value = label;
    this.#dialog.showModal();
    this.#label.select();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }
}

/**
 * @param {PasskeyShape} passkey
 * @param {MeNeeds} needs
 * @param {boolean} withName
 * @param {HTMLButtonElement[]} buttons
 * @returns {import("./rows.js").Row}
 */
function passkeyRow(passkey, { say, times }, withName, buttons) {
  const used = passkey.used_at ? say("passkeys.used", { time: times.ofDay(passkey.used_at) }) : say("passkeys.unused");
  const role = make("span", "tag", { "data-role": passkey.role }, say(`roles.${passkey.role}`));
  return {
    key: `${passkey.id} ${passkey.label}`,
    title: withName ? [passkey.name, role] : [passkey.label],
    more: [...(withName ? [passkey.label] : []), say("passkeys.made", { time: times.ofDay(passkey.made_at) }), used],
    buttons,
  };
}

/**
 * Remove a passkey, once whoever does it is sure; never rejects.
 *
 * @param {PasskeyShape} passkey
 * @param {string} address
 * @param {MeNeeds} needs
 */
async function removed(passkey, address, { ask, say, sure, tell }) {
  const { label } = passkey;
  if (!(await sure.ask(say("passkeys.remove_sure", { label }), say("passkeys.remove")))) return false;
  try {
    await ask("POST", address, {});
    tell(say("passkeys.removed", { label }));
    return true;
  } catch (error) {
    if (error instanceof Problem) tell(error.message, true);
    return false;
  }
}

/** @param {unknown} error */
function isKnown(error) {
  return error instanceof DOMException && error.name === "InvalidStateError";
}

/** What most people would call the device before them. */
function labelOfDevice() {
  const device = /iPhone|iPad|Android|Windows|Macintosh|Linux/.exec(navigator.userAgent)?.[0] ?? "";
  return device === "Macintosh" ? "Mac" : device;
}
