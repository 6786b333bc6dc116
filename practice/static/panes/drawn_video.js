/** @file Gives the phone live video where this computer has no camera: a drawn scene in which something moves. */

import { draw } from "./sample_photos.js";

/** In pixels: what a phone on a moderate line sends. */
const VIDEO = { width: 480, height: 640 };
const FRAMES_PER_SECOND = 10;
/** Drawn in the units of the sample photos. */
const LIGHT = { left: 60, right: 240, top: 40, size: 16 };

/**
 * Answer the page in a frame when it asks for a camera and there is none; a camera that is there is always asked first.
 *
 * @param {HTMLIFrameElement} frame
 * @param {import("./shapes.js").Say} say
 */
export function lendVideo(frame, say) {
  frame.addEventListener("load", () => {
    const world = frame.contentDocument?.defaultView;
    const devices = world?.navigator.mediaDevices;
    if (!world || !devices) return;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      try {
        return await ask(wanted);
      } catch (error) {
        const isMissing = /** @type {{name?: string} | null} */ (error)?.name === "NotFoundError";
        if (!isMissing || !wanted?.video) throw error;
        return drawn(world.document, facing(wanted.video), say("practice"));
      }
    };
  });
}

/** @param {boolean | MediaTrackConstraints} wanted */
function facing(wanted) {
  return typeof wanted === "object" && /user/.test(JSON.stringify(wanted.facingMode ?? "")) ? "user" : "environment";
}

/**
 * @param {Document} world where the stream will be used: it has to be of that world
 * @param {"user" | "environment"} side
 * @param {string} mark the word for practice
 */
function drawn(world, side, mark) {
  const canvas = world.createElement("canvas");
  Object.assign(canvas, VIDEO);
  const began = Date.now();
  const paint = () => {
    draw(canvas, side === "user" ? "bicycle" : "car", mark);
    const pen = canvas.getContext("2d");
    if (!pen) return;
    const seconds = (Date.now() - began) / 1000;
    pen.fillStyle = Math.floor(seconds * 2) % 2 ? "#2f6fed" : "#e23c32";
    pen.beginPath();
    pen.arc(LIGHT.left + ((seconds * 40) % (LIGHT.right - LIGHT.left)), LIGHT.top, LIGHT.size, 0, 2 * Math.PI);
    pen.fill();
  };
  paint();
  const stream = canvas.captureStream(FRAMES_PER_SECOND);
  const timer = setInterval(() => {
    if (stream.getVideoTracks().some((track) => track.readyState === "live")) paint();
    else clearInterval(timer);
  }, 1000 / FRAMES_PER_SECOND);
  return stream;
}
