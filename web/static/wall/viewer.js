/**
 * @file Keeps a place at the switchboard and answers the phone's calls, through PeerJS as published.
 *
 * What PeerJS leaves to us: it gives up a line that would come back (we register again under the same id, with longer and
 * longer waits), it may wait for ever for a line that never opens (we count), and it tells nothing of a line that died
 * silently (`renew`). A call goes on without the line: only the next one needs it.
 *
 * Where the switchboard is not the server's own, the server cannot know that we are there: we tell it again and again.
 */

import { Problem } from "./asking.js";

/** Waits between attempts in milliseconds; the last one is repeated. */
const WAITS = [500, 1000, 2000, 4000, 8000, 10_000];
/** A line that is not open after this long, in milliseconds, is tried anew. */
const OPENS_WITHIN = 10_000;
/** A place at a switchboard elsewhere is asked for so often, in milliseconds; the server keeps it for 90 s. */
const KEEP_EVERY = 20_000;
/** What a refused place cannot be mended by asking for it again: another place is asked for. */
const PLACE_LOST = new Set(["unavailable-id", "invalid-id", "invalid-key", "server-error"]);
/** The server has refused for good: no such invitation, or it has ended. */
const REFUSED = new Set([401, 403, 404, 410]);

/**
 * @typedef {object} LiveCall
 * @property {MediaStream} stream filled as tracks arrive
 * @property {RTCPeerConnection} connection
 * @property {() => void} close
 */

/**
 * @typedef {object} ViewerNeeds
 * @property {import("./live_door.js").LiveDoor} door
 * @property {() => Promise<typeof import("./peerjs.js")>} loadPeerJs
 * @property {string} tokenBegins what proves a guest to the server's own switchboard, before the random part; empty for
 *   a session
 * @property {(call: LiveCall) => void} onCall
 * @property {(call: LiveCall) => void} onCallEnded
 * @property {(joined: import("./shapes.js").Joined) => void} onJoined
 */

export class Viewer {
  #needs;
  #isStopped = false;
  #failures = 0;
  /** @type {import("peerjs").Peer | null} */
  #peer = null;
  /** @type {number | undefined} */
  #timer;
  /** @type {number | undefined} */
  #opening;
  /** @type {number | undefined} */
  #keeping;
  /** @type {string | null} our place at a switchboard elsewhere */
  #place = null;
  /** @type {() => void} */
  #retry = () => {};
  #online = () => this.#hurry();
  #away = () => this.#leave();
  /** @param {PageTransitionEvent} event */
  #back = ({ persisted }) => {
    if (persisted) void this.#keep();
  };
  /** @type {Set<LiveCall>} */
  #calls = new Set();

  /** @param {ViewerNeeds} needs */
  constructor(needs) {
    this.#needs = needs;
    window.addEventListener("online", this.#online);
    window.addEventListener("pagehide", this.#away);
    window.addEventListener("pageshow", this.#back);
  }

  /** Whether the phone can reach us. */
  get isOnLine() {
    return this.#peer?.open === true;
  }

  /** Take a place, and keep it until stopped; never rejects. */
  async start() {
    try {
      const [{ Peer }, joined] = await Promise.all([this.#needs.loadPeerJs(), this.#needs.door.join()]);
      if (this.#isStopped) return;
      this.#needs.onJoined(joined);
      this.#register(Peer, joined);
    } catch (error) {
      if (error instanceof Problem && REFUSED.has(error.status)) return;
      this.#later(() => void this.start());
    }
  }

  /** Say on the line that we are still here, by opening it anew; calls go on. */
  renew() {
    if (this.isOnLine) this.#peer?.disconnect();
    else this.#hurry();
  }

  /** Leave, and end every call. */
  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#opening);
    window.removeEventListener("online", this.#online);
    window.removeEventListener("pagehide", this.#away);
    window.removeEventListener("pageshow", this.#back);
    this.#forsake();
    for (const call of [...this.#calls]) call.close();
    this.#peer?.destroy();
    this.#peer = null;
  }

  /**
   * @param {typeof import("peerjs").Peer} Peer
   * @param {import("./shapes.js").Joined} joined
   */
  #register(Peer, joined) {
    const isElsewhere = joined.signalling !== null;
    if (isElsewhere) this.#holdOn(joined.peer);
    const peer = new Peer(joined.peer, {
      ...switchboardOf(joined.signalling),
      // What proves us is for our own server; a stranger's gets a name of the day.
      token: (isElsewhere ? "" : this.#needs.tokenBegins) + randomText(),
      // Always given: PeerJS would otherwise use servers of its own choice.
      config: { iceServers: joined.ice_servers, iceTransportPolicy: joined.ice_policy },
      debug: 0,
    });
    this.#peer = peer;
    this.#countOpening(peer);
    peer.on("open", () => {
      this.#failures = 0;
      clearTimeout(this.#opening);
    });
    peer.on("call", (call) => {
      if (call.peer === joined.citizen) this.#answer(call);
      else call.close();
    });
    peer.on("error", (error) => {
      // Whoever has our id at a switchboard elsewhere keeps its place at the server, too.
      if (error.type === "unavailable-id") this.#place = null;
      if (PLACE_LOST.has(error.type)) this.#startAnew(peer);
    });
    peer.on("disconnected", () => this.#later(() => this.#reconnect(peer)));
    peer.on("close", () => this.#startAnew(peer));
  }

  /** @param {import("peerjs").Peer} peer */
  #reconnect(peer) {
    if (this.#isStopped || peer !== this.#peer || peer.destroyed || !peer.disconnected) return;
    this.#countOpening(peer);
    peer.reconnect();
  }

  /** @param {import("peerjs").Peer} peer */
  #countOpening(peer) {
    clearTimeout(this.#opening);
    this.#opening = window.setTimeout(() => {
      if (!peer.open && !peer.disconnected) peer.disconnect();
    }, OPENS_WITHIN);
  }

  /** @param {import("peerjs").Peer} peer */
  #startAnew(peer) {
    if (this.#isStopped || peer !== this.#peer) return;
    this.#peer = null;
    clearTimeout(this.#opening);
    this.#forsake();
    peer.destroy();
    this.#later(() => void this.start());
  }

  /** @param {string} place */
  #holdOn(place) {
    this.#place = place;
    this.#keeping = window.setInterval(() => void this.#keep(), KEEP_EVERY);
  }

  async #keep() {
    const place = this.#place;
    if (!place) return;
    try {
      const joined = await this.#needs.door.join(place);
      if (this.#place === place) this.#needs.onJoined(joined);
    } catch {
      // The next time comes before the place is lost; and whether it is for good, the tile is told otherwise.
    }
  }

  #leave() {
    if (this.#place) this.#needs.door.leave(this.#place).catch(() => {});
  }

  #forsake() {
    clearInterval(this.#keeping);
    this.#leave();
    this.#place = null;
  }

  /** @param {import("peerjs").MediaConnection} incoming */
  #answer(incoming) {
    incoming.answer();
    const connection = incoming.peerConnection;
    const stream = new MediaStream();
    /** @type {LiveCall} */
    const call = { stream, connection, close: () => incoming.close() };
    connection.addEventListener("track", ({ track }) => stream.addTrack(track));
    this.#calls.add(call);
    incoming.on("close", () => {
      this.#calls.delete(call);
      this.#needs.onCallEnded(call);
    });
    // Without a listener, PeerJS's emitter would be silent too; the call's end is told by "close".
    incoming.on("error", () => {});
    this.#needs.onCall(call);
  }

  /** @param {() => void} act */
  #later(act) {
    if (this.#isStopped) return;
    const wait = WAITS[Math.min(this.#failures, WAITS.length - 1)] ?? 0;
    this.#failures += 1;
    this.#retry = act;
    clearTimeout(this.#timer);
    // Some spread, so that all viewers do not come back in the same instant.
    this.#timer = window.setTimeout(() => this.#hurry(), wait * (0.75 + Math.random() / 2));
  }

  #hurry() {
    const act = this.#retry;
    this.#retry = () => {};
    clearTimeout(this.#timer);
    act();
  }
}

/**
 * Where the switchboard is, as PeerJS wants to be told.
 *
 * @param {string | null} signalling an address like "wss://example.org/peerjs?key=peerjs", null for our own
 */
export function switchboardOf(signalling) {
  const address = new URL(signalling ?? "/peerjs", location.href);
  const isSecure = address.protocol === "wss:" || address.protocol === "https:";
  return {
    host: address.hostname,
    port: Number(address.port) || (isSecure ? 443 : 80),
    secure: isSecure,
    // PeerJS adds "peerjs" to the path by itself.
    path: address.pathname.replace(/peerjs\/?$/, ""),
    key: address.searchParams.get("key") ?? "peerjs",
  };
}

/** Marks the same viewer coming back. */
function randomText() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
