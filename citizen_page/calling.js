/** Calls every viewer whom the phone serves itself, in PeerJS's words, and calls anew when a path breaks. */

import { identify } from "./identity.js";

/**
 * @typedef {import("./line.js").Line} Line
 * @typedef {import("./line.js").Message} Message
 *
 * @typedef {object} Call
 * @property {string} id
 * @property {RTCPeerConnection} connection
 * @property {Promise<void>} ready what the viewer says is heard one thing after another
 * @property {number} goodAt when it was begun, or was last seen to carry a picture
 * @property {number} bytes that it has sent
 *
 * @typedef {object} Viewer
 * @property {Call[]} calls the newest last
 * @property {number} goodAt when it came, or last had a picture
 * @property {boolean} isUrgent the network has changed: call anew, whatever the former call says
 *
 * @typedef {{video: MediaStreamTrack | null, audio: MediaStreamTrack | null}} Tracks
 */

/** Milliseconds for a call to connect, to move when it is connected, to mend itself when it is not. */
const CONNECTING = 5000;
const STANDING = 3000;
const BROKEN = 2000;
/** Milliseconds after which a viewer without a picture is served otherwise. */
const MISSING = 5000;
/** Milliseconds for which a line that was heard is believed in, once a call has gone wrong. */
const FRESH = 4000;
const MOST_CALLS = 3;
const BITS = 1_500_000;

/** The calls to all viewers. */
export class Calls {
  /** @type {Map<string, Viewer>} */
  #viewers = new Map();
  #tracks;
  #ice;
  #line;

  /**
   * @param {Line} line
   * @param {RTCConfiguration} ice
   * @param {Tracks} tracks what is sent now; null before the camera is allowed, so that the call is ready when it is
   */
  constructor(line, ice, tracks) {
    this.#line = line;
    this.#ice = ice;
    this.#tracks = tracks;
  }

  /** Whether somebody has the live picture. */
  get isSeen() {
    return [...this.#viewers.values()].some(({ calls }) => calls.some(isConnected));
  }

  /** Whether somebody has been waiting too long for it. */
  get isMissed() {
    return [...this.#viewers.values()].some(({ goodAt }) => Date.now() - goodAt > MISSING);
  }

  /**
   * Serve these viewers, and no others.
   * @param {string[]} peers
   */
  serve(peers) {
    for (const [peer, { calls }] of this.#viewers) {
      if (!peers.includes(peer)) {
        calls.forEach(hangUp);
        this.#viewers.delete(peer);
      }
    }
    for (const peer of peers) {
      if (!this.#viewers.has(peer)) {
        this.#viewers.set(peer, { calls: [], goodAt: Date.now(), isUrgent: false });
      }
    }
    this.watch();
  }

  /** Send in every call what the tracks are now. */
  fill() {
    for (const { calls } of this.#viewers.values()) {
      calls.forEach((call) => this.#fill(call));
    }
  }

  /** Call everybody anew, because the network is another. */
  hurry() {
    for (const viewer of this.#viewers.values()) {
      viewer.isUrgent = true;
    }
    this.#line.renew();
  }

  /** Look after every call; to be asked each second. */
  watch() {
    for (const [peer, viewer] of this.#viewers) {
      viewer.calls.forEach((call) => void this.#measure(call, viewer));
      const newest = viewer.calls[viewer.calls.length - 1];
      if (newest && !viewer.isUrgent && Date.now() - newest.goodAt < patienceWith(newest)) {
        continue;
      }
      if (this.#line.silence() < (newest ? FRESH : Infinity)) {
        viewer.isUrgent = false;
        void this.#call(peer, viewer);
      } else {
        this.#line.renew();
      }
    }
  }

  /**
   * Hear what comes over the line.
   * @param {Message} message
   */
  hear({ type, src = "", payload }) {
    const viewer = this.#viewers.get(src);
    const call = viewer?.calls.find(({ id }) => id === payload?.connectionId);
    if (type === "OPEN") {
      this.watch();
    } else if (type === "LEAVE" && viewer) {
      viewer.calls.splice(0).forEach(hangUp);
    } else if (call) {
      const { connection } = call;
      call.ready = call.ready
        .then(() =>
          type === "ANSWER"
            ? connection.setRemoteDescription(payload.sdp)
            : connection.addIceCandidate(payload.candidate),
        )
        .catch(() => {});
    }
  }

  /** End every call. */
  close() {
    for (const peer of this.#viewers.keys()) {
      this.#line.send({ type: "LEAVE", dst: peer });
    }
    this.serve([]);
  }

  /**
   * @param {string} peer
   * @param {Viewer} viewer
   */
  async #call(peer, viewer) {
    const connection = new RTCPeerConnection(this.#ice);
    const init = { direction: /** @type {const} */ ("sendonly"), streams: [new MediaStream()] };
    connection.addTransceiver("video", { ...init, sendEncodings: [{ maxBitrate: BITS }] });
    connection.addTransceiver("audio", init);
    const id = `mc_${identify()}`;
    /** @type {Call} */
    const call = {
      id,
      connection,
      ready: Promise.resolve(),
      goodAt: Date.now(),
      bytes: 0,
    };
    this.#fill(call);
    viewer.calls.push(call);
    viewer.calls.splice(0, viewer.calls.length - MOST_CALLS).forEach(hangUp);
    /**
     * @param {string} type
     * @param {object} said
     */
    const say = (type, said) => this.#line.send({ type, dst: peer, payload: { ...said, type: "media", connectionId: id } });
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) {
        say("CANDIDATE", { candidate });
      }
    };
    connection.oniceconnectionstatechange = () => {
      if (isConnected(call)) {
        call.goodAt = viewer.goodAt = Date.now();
        viewer.calls.forEach((other) => other === call || hangUp(other));
        viewer.calls = [call];
      }
    };
    try {
      await connection.setLocalDescription(await connection.createOffer());
      say("OFFER", { sdp: connection.localDescription });
    } catch {
      // Hung up in the meantime.
    }
  }

  /** @param {Call} call */
  #fill({ connection }) {
    const { video, audio } = this.#tracks;
    connection.getSenders().forEach((sender, place) => {
      sender.replaceTrack(place ? audio : video).catch(() => {});
    });
  }

  /**
   * @param {Call} call
   * @param {Viewer} viewer
   */
  async #measure(call, viewer) {
    let bytes = 0;
    for (const report of (await call.connection.getStats()).values()) {
      bytes += report.type === "outbound-rtp" ? report.bytesSent : 0;
    }
    // A camera that is away for a moment is not the path's fault.
    if (isConnected(call) && (bytes > call.bytes || this.#tracks.video?.readyState !== "live" || this.#tracks.video.muted)) {
      call.goodAt = viewer.goodAt = Date.now();
    }
    call.bytes = bytes;
  }
}

/**
 * Whether it is "connected" or "completed".
 * @param {Call} call
 */
function isConnected({ connection }) {
  return /^co/.test(connection.iceConnectionState);
}

/** @param {Call} call */
function patienceWith(call) {
  return isConnected(call) ? STANDING : /new|checking/.test(call.connection.iceConnectionState) ? CONNECTING : BROKEN;
}

/** @param {Call} call */
function hangUp({ connection }) {
  connection.onicecandidate = connection.oniceconnectionstatechange = null;
  connection.close();
}
