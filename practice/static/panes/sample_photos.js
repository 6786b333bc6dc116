/** @file Draws the sample photos: something to look at for whoever has no picture at hand. */

/** @typedef {"car" | "smoke" | "bicycle"} Sample */

/** @type {readonly Sample[]} */
export const SAMPLES = ["car", "smoke", "bicycle"];

/** Everything is drawn on a sheet of this size, in units of its own, and scaled. */
const SHEET = { width: 300, height: 400 };

/** @type {Record<Sample, (pen: CanvasRenderingContext2D) => void>} */
const SCENES = { car: carOffTheRoad, smoke: smokeFromAWindow, bicycle: bicycleOnTheGround };

/**
 * Draw a sample over the whole of a canvas, marked as practice.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Sample} sample
 * @param {string} mark the word for practice
 */
export function draw(canvas, sample, mark) {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(canvas.width / SHEET.width, 0, 0, canvas.height / SHEET.height, 0, 0);
  SCENES[sample](pen);
  pen.fillStyle = "rgb(12 16 20 / 62%)";
  pen.fillRect(0, 366, SHEET.width, 34);
  pen.fillStyle = "#f5c26b";
  pen.font = "600 17px system-ui, sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(mark, SHEET.width / 2, 384);
}

/** @param {CanvasRenderingContext2D} pen */
function carOffTheRoad(pen) {
  sky(pen, "#7fa6c9", "#dbe7ee", 190);
  hills(pen, "#6d8c6a", 190, 24);
  area(pen, "#7d9a5c", [[0, 205], [300, 190], [300, 400], [0, 400]]);
  area(pen, "#51565d", [[150, 196], [178, 194], [300, 320], [300, 400], [40, 400]]);
  pen.strokeStyle = "#eef0ee";
  pen.lineWidth = 4;
  pen.setLineDash([22, 18]);
  line(pen, [[166, 200], [190, 400]]);
  pen.setLineDash([]);
  // Skid marks that leave the road.
  pen.strokeStyle = "#2b2e32";
  pen.lineWidth = 5;
  curve(pen, [210, 400], [190, 330], [112, 306]);
  curve(pen, [240, 400], [214, 322], [118, 292]);
  tree(pen, 38, 262, 1.7);
  pen.save();
  pen.translate(96, 288);
  pen.rotate(-0.12);
  car(pen, "#b8322c");
  pen.restore();
}

/** @param {CanvasRenderingContext2D} pen */
function smokeFromAWindow(pen) {
  sky(pen, "#8ea3b5", "#d9dfe3", 320);
  area(pen, "#5c6066", [[0, 338], [300, 338], [300, 400], [0, 400]]);
  area(pen, "#a9694f", [[52, 118], [248, 118], [248, 340], [52, 340]]);
  area(pen, "#5d4037", [[40, 122], [150, 58], [260, 122]]);
  for (const y of [142, 212, 282]) {
    for (const x of [74, 134, 194]) {
      const burns = x === 194 && y === 142;
      pen.fillStyle = "#efe9dd";
      pen.fillRect(x - 4, y - 4, 40, 48);
      pen.fillStyle = burns ? "#f08a24" : "#33424f";
      pen.fillRect(x, y, 32, 40);
    }
  }
  area(pen, "#ffd25e", [[196, 182], [204, 156], [211, 170], [218, 152], [225, 182]]);
  const puffs = /** @type {const} */ ([[212, 138, 18], [224, 118, 24], [214, 92, 30], [238, 68, 36], [222, 34, 44], [262, 18, 48]]);
  for (const [place, [x, y, radius]] of puffs.entries()) {
    circle(pen, x, y, radius, `rgb(${40 + place * 12} ${42 + place * 12} ${46 + place * 12} / 82%)`);
  }
}

/** @param {CanvasRenderingContext2D} pen */
function bicycleOnTheGround(pen) {
  area(pen, "#8f959b", [[0, 0], [300, 0], [300, 400], [0, 400]]);
  area(pen, "#c9c5bb", [[0, 0], [300, 0], [300, 92], [0, 150]]);
  area(pen, "#e5e2da", [[0, 150], [300, 92], [300, 104], [0, 164]]);
  for (const x of [0, 75, 150, 225]) area(pen, "#f1f1ee", [[x + 6, 330 - x / 6], [x + 46, 322 - x / 6], [x + 66, 400], [x + 22, 400]]);
  circle(pen, 150, 250, 92, "rgb(0 0 0 / 10%)");
  pen.strokeStyle = "#20252a";
  pen.lineWidth = 6;
  ring(pen, 88, 262, 42);
  ring(pen, 212, 232, 42);
  pen.strokeStyle = "#1f6f8b";
  pen.lineWidth = 8;
  line(pen, [[88, 262], [118, 204], [186, 188], [142, 254], [88, 262]]);
  line(pen, [[118, 204], [142, 254]]);
  line(pen, [[212, 232], [182, 174]]);
  pen.strokeStyle = "#20252a";
  line(pen, [[164, 178], [200, 168]]);
  line(pen, [[106, 200], [132, 194]]);
  // A helmet that rolled away.
  circle(pen, 252, 306, 24, "#e8c13a");
  pen.strokeStyle = "#8a6d10";
  pen.lineWidth = 3;
  curve(pen, [234, 300], [252, 286], [270, 302]);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} top
 * @param {string} bottom
 * @param {number} end
 */
function sky(pen, top, bottom, end) {
  const colours = pen.createLinearGradient(0, 0, 0, end);
  colours.addColorStop(0, top);
  colours.addColorStop(1, bottom);
  pen.fillStyle = colours;
  pen.fillRect(0, 0, SHEET.width, SHEET.height);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 * @param {number} y
 * @param {number} height
 */
function hills(pen, colour, y, height) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(0, y + 30);
  for (let x = 0; x <= SHEET.width; x += 10) pen.lineTo(x, y - height * Math.abs(Math.sin(x / 70 + 0.6)));
  pen.lineTo(SHEET.width, y + 30);
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function tree(pen, x, y, size) {
  pen.fillStyle = "#4c3a2b";
  pen.fillRect(x - 6 * size, y - 20 * size, 12 * size, 48 * size);
  circle(pen, x, y - 48 * size, 32 * size, "#3d6141");
  circle(pen, x + 16 * size, y - 36 * size, 22 * size, "#4a7450");
  circle(pen, x - 16 * size, y - 32 * size, 22 * size, "#355639");
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 */
function car(pen, colour) {
  area(pen, colour, [[-54, 0], [-48, -26], [-30, -30], [-14, -54], [38, -54], [58, -28], [76, -22], [78, 4]]);
  area(pen, "#cfe3ee", [[-20, -30], [-8, -48], [10, -48], [10, -30]]);
  area(pen, "#cfe3ee", [[16, -30], [16, -48], [34, -48], [48, -30]]);
  circle(pen, -28, 4, 16, "#1d2125");
  circle(pen, 48, 4, 16, "#1d2125");
  circle(pen, -28, 4, 7, "#b9bec3");
  circle(pen, 48, 4, 7, "#b9bec3");
  circle(pen, 75, -12, 5, "#ffdf80");
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {string} colour
 * @param {readonly (readonly [number, number])[]} corners
 */
function area(pen, colour, corners) {
  pen.fillStyle = colour;
  pen.beginPath();
  for (const [x, y] of corners) pen.lineTo(x, y);
  pen.closePath();
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {readonly (readonly [number, number])[]} points
 */
function line(pen, points) {
  pen.beginPath();
  for (const [x, y] of points) pen.lineTo(x, y);
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {readonly [number, number]} from
 * @param {readonly [number, number]} by
 * @param {readonly [number, number]} to
 */
function curve(pen, from, by, to) {
  pen.beginPath();
  pen.moveTo(...from);
  pen.quadraticCurveTo(...by, ...to);
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function circle(pen, x, y, radius, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function ring(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
}
