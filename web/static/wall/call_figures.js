/** @file Reads what the browser knows of a call: how it travels, what it carries. */

/**
 * @typedef {object} Figures
 * @property {"direct" | "relay" | null} path null until a way is found
 * @property {number} frames decoded so far
 * @property {number} soundPackets received so far
 */

/**
 * Read them as they stand (W3C WebRTC Statistics).
 *
 * @param {RTCPeerConnection} connection
 * @returns {Promise<Figures>}
 */
export async function figuresOf(connection) {
  /** @type {Map<string, any>} */
  const all = new Map();
  (await connection.getStats()).forEach((/** @type {any} */ one) => all.set(one.id, one));
  const figures = { path: pathOf(all), frames: 0, soundPackets: 0 };
  for (const one of all.values()) {
    if (one.type !== "inbound-rtp") continue;
    if (one.kind === "video") figures.frames += one.framesDecoded ?? 0;
    if (one.kind === "audio") figures.soundPackets += one.packetsReceived ?? 0;
  }
  return figures;
}

/**
 * @param {Map<string, any>} all
 * @returns {"direct" | "relay" | null}
 */
function pathOf(all) {
  const every = [...all.values()];
  const transport = every.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  // Older Firefox has no transport, but marks the pair.
  const pair = transport
    ? all.get(transport.selectedCandidatePairId)
    : every.find((one) => one.type === "candidate-pair" && one.selected && one.state === "succeeded");
  if (!pair) return null;
  const ends = [all.get(pair.localCandidateId), all.get(pair.remoteCandidateId)];
  return ends.some((end) => end?.candidateType === "relay") ? "relay" : "direct";
}
