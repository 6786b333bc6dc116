/** Keeps the line to the switchboard open: the websocket over which calls are arranged, as PeerServer speaks it. */

/**
 * @typedef {{type: string, src?: string, dst?: string, payload?: any}} Message
 *
 * @typedef {object} Line
 * @property {(message: Message) => void} send lost when the line is down: whoever sends tries again
 * @property {() => number} silence milliseconds since something was heard; Infinity while it is down
 * @property {() => void} renew opens it again: after a change of network a dead line looks like a silent one
 * @property {() => void} close for good, and says so
 */

/** Milliseconds: PeerJS beats as often. */
const BEAT = 5000;
/** Milliseconds to wait for an open line; more after each failure, for a line may be slow. */
const PATIENCE = 4000;
/** Seconds between two tries at most: somebody waits for a picture. */
const LONGEST = 4;
/** Seconds for which another page of the same link keeps the line, unless the person comes back to this one. */
const TAKEN = 3600;

/**
 * Open the line, and keep it open until it is closed.
 * @param {string} address
 * @param {Pick<import("./parts.js").Tools, "backoff" | "rest">} tools
 * @param {(message: Message) => void} onMessage also OPEN, each time that the switchboard knows us
 * @returns {Line}
 */
export function openLine(address, { backoff, rest }, onMessage) {
  /** @type {WebSocket} */
  let socket;
  let failures = 0;
  let heardAt = 0;
  let isTaken = false;

  /** @param {Message} message */
  const send = (message) => {
    if (heardAt) {
      socket.send(JSON.stringify(message));
    }
  };
  const drop = () => {
    socket.onmessage = socket.onclose = null;
    socket.close();
  };
  const leave = () => send({ type: "LEAVE" });
  const connect = () => {
    heardAt = 0;
    const mine = (socket = new WebSocket(address));
    const patience = setTimeout(() => mine.close(), PATIENCE * (1 + Math.min(failures, 3)));
    mine.onmessage = ({ data }) => {
      clearTimeout(patience);
      heardAt = Date.now();
      failures = 0;
      const message = JSON.parse(data);
      isTaken = message.type === "ID-TAKEN";
      onMessage(message);
    };
    mine.onclose = async () => {
      clearTimeout(patience);
      heardAt = 0;
      failures += 1;
      await rest(isTaken ? TAKEN : Math.min(backoff(failures), LONGEST));
      if (socket === mine && mine.onclose) {
        connect();
      }
    };
  };
  connect();
  const beating = setInterval(send, BEAT, { type: "HEARTBEAT" });
  // A page that the browser only puts aside opens the line again when it comes back: the wait above ends early.
  addEventListener("pagehide", leave);

  return {
    send,
    silence: () => (heardAt ? Date.now() - heardAt : Infinity),
    renew: () => {
      if (heardAt) {
        drop();
        connect();
      }
    },
    close: () => {
      clearInterval(beating);
      removeEventListener("pagehide", leave);
      leave();
      drop();
    },
  };
}
