// A canvas that paints nothing: it writes down what is painted, as rows for the replay.
//
// Rows: [0] save, [1] restore, [2, a, b, c, d, e, f] transform, [3, path, even-odd] clip,
// [4, path, paint, alpha, extra, even-odd] fill,
// [5, path, paint, alpha, extra, width, cap, join, miter, dash, offset] stroke,
// [6, string, x, y, paint, alpha, extra, size, bold, italic, align, baseline] fill text,
// [7, ... as 6, width, join, miter] stroke text, [8, x, y, width, height] clear,
// [9, canvas, sx, sy, sw, sh, x, y, width, height, alpha, extra] image of another canvas.
//
// A path is flat: 0 x y move, 1 x y line, 2 x1 y1 x2 y2 x y cubic, 3 x1 y1 x y quadratic,
// 4 x y r start end anticlockwise arc, 5 x y w h rectangle, 6 close,
// 7 x y rx ry turn start end anticlockwise ellipse, 8 x1 y1 x2 y2 r tangent arc.
// A paint is a colour as one number (alpha first) or an array: ["l", x0, y0, x1, y1, stops],
// ["r", x0, y0, r0, x1, y1, r1, stops], ["p", canvas, repetition, matrix].
// `extra` is 0, or [shadow blur, dx, dy, colour, composite operation].
const recording = { rows: 0, points: 0, limit: 0, canvases: [], epoch: 0 };

class Fault extends Error {
  constructor(reason, detail) {
    super(detail);
    this.reason = reason;
  }
}

function countRow(points) {
  recording.points += points;
  if (++recording.rows + recording.points / 50 > recording.limit)
    throw new Fault("size", "it takes too many drawing operations");
}

const finite = (a, b) => a - a === 0 && b - b === 0;
const STATE = [
  "_fill", "_stroke", "globalAlpha", "lineWidth", "lineCap", "lineJoin", "miterLimit",
  "lineDashOffset", "shadowBlur", "shadowOffsetX", "shadowOffsetY", "_shadow", "font",
  "textAlign", "textBaseline", "globalCompositeOperation", "_dash", "_matrix", "_sent",
];

class Context2D {
  constructor(canvas) {
    this.canvas = canvas;
    this.out = canvas.out;
    this.path = [];
    this.stack = [];
    this._fill = this._stroke = 0xff000000;
    this._shadow = 0;
    this.globalAlpha = this.lineWidth = 1;
    this.lineCap = "butt";
    this.lineJoin = "miter";
    this.miterLimit = 10;
    this.lineDashOffset = this.shadowBlur = this.shadowOffsetX = this.shadowOffsetY = 0;
    this.font = "10px sans-serif";
    this.textAlign = "start";
    this.textBaseline = "alphabetic";
    this.globalCompositeOperation = "source-over";
    this._dash = 0;
    this._matrix = this._sent = [1, 0, 0, 1, 0, 0];
  }

  // Colours that are none leave the style as it was, as on any canvas.
  set fillStyle(value) {
    this._fill = readPaint(value, this._fill);
  }
  set strokeStyle(value) {
    this._stroke = readPaint(value, this._stroke);
  }
  set shadowColor(value) {
    const colour = readColour(String(value));
    if (colour !== null) this._shadow = colour;
  }

  save() {
    countRow(0);
    this.stack.push(STATE.map((name) => this[name]));
    this.out.push([0]);
  }
  restore() {
    const state = this.stack.pop();
    if (!state) return;
    for (let i = 0; i < STATE.length; i++) this[STATE[i]] = state[i];
    this.out.push([1]);
  }
  setTransform(a, b, c, d, e, f) {
    if (!(finite(a, b) && finite(c, d) && finite(e, f))) return;
    this._matrix = [a, b, c, d, e, f];
  }
  transform(a, b, c, d, e, f) {
    this.setTransform(...multiply(this._matrix, a, b, c, d, e, f));
  }
  translate(x, y) {
    this.transform(1, 0, 0, 1, x, y);
  }
  scale(x, y) {
    this.transform(x, 0, 0, y, 0, 0);
  }
  rotate(turn) {
    this.transform(Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0);
  }
  resetTransform() {
    this.setTransform(1, 0, 0, 1, 0, 0);
  }

  beginPath() {
    this.path = [];
  }
  closePath() {
    this.path.push(6);
  }
  moveTo(x, y) {
    if (finite(x, y)) this.path.push(0, x, y);
  }
  lineTo(x, y) {
    if (finite(x, y)) this.path.push(this.path.length ? 1 : 0, x, y);
  }
  bezierCurveTo(x1, y1, x2, y2, x, y) {
    if (finite(x1, y1) && finite(x2, y2) && finite(x, y)) this.path.push(2, x1, y1, x2, y2, x, y);
  }
  quadraticCurveTo(x1, y1, x, y) {
    if (finite(x1, y1) && finite(x, y)) this.path.push(3, x1, y1, x, y);
  }
  arc(x, y, r, start, end, anticlockwise) {
    if (finite(x, y) && finite(r, 0) && finite(start, end) && r >= 0)
      this.path.push(4, x, y, r, start, end, anticlockwise ? 1 : 0);
  }
  ellipse(x, y, rx, ry, turn, start, end, anticlockwise) {
    if (finite(x, y) && finite(rx, ry) && finite(start, end) && rx >= 0 && ry >= 0)
      this.path.push(7, x, y, rx, ry, turn, start, end, anticlockwise ? 1 : 0);
  }
  arcTo(x1, y1, x2, y2, r) {
    if (finite(x1, y1) && finite(x2, y2) && finite(r, 0) && r >= 0) this.path.push(8, x1, y1, x2, y2, r);
  }
  rect(x, y, width, height) {
    if (finite(x, y) && finite(width, height)) this.path.push(5, x, y, width, height);
  }

  // `path` may be used again after a fill (fill, then stroke): rows share it, nobody changes it,
  // since calls after painting without beginPath get a copy.
  _begin(points) {
    countRow(points);
    const matrix = this._matrix;
    if (matrix !== this._sent) {
      const sent = this._sent;
      let same = true;
      for (let i = 0; i < 6; i++) if (matrix[i] !== sent[i]) same = false;
      if (!same) this.out.push([2, ...matrix]);
      this._sent = matrix;
    }
  }
  _taken() {
    const taken = this.path;
    this.path = taken.slice();
    return taken;
  }
  _extra() {
    const shadow = this._shadow >= 0x1000000 && (this.shadowBlur > 0 || this.shadowOffsetX || this.shadowOffsetY);
    const composite = this.globalCompositeOperation;
    if (!shadow && composite === "source-over") return 0;
    if (!shadow) return [0, 0, 0, 0, composite];
    return [this.shadowBlur, this.shadowOffsetX, this.shadowOffsetY, this._shadow, composite];
  }
  clip(rule) {
    this._begin(this.path.length);
    this.out.push([3, this._taken(), rule === "evenodd" ? 1 : 0]);
  }
  fill(rule) {
    this._begin(this.path.length);
    this.out.push([4, this._taken(), this._fill, this.globalAlpha, this._extra(), rule === "evenodd" ? 1 : 0]);
  }
  stroke() {
    this._strokePath(this._taken());
  }
  _strokePath(path) {
    this._begin(path.length);
    this.out.push([
      5, path, this._stroke, this.globalAlpha, this._extra(), this.lineWidth, this.lineCap,
      this.lineJoin, this.miterLimit, this._dash, this.lineDashOffset,
    ]);
  }
  fillRect(x, y, width, height) {
    if (!(finite(x, y) && finite(width, height))) return;
    this._begin(1);
    this.out.push([4, [5, x, y, width, height], this._fill, this.globalAlpha, this._extra(), 0]);
  }
  strokeRect(x, y, width, height) {
    if (finite(x, y) && finite(width, height)) this._strokePath([5, x, y, width, height]);
  }
  clearRect(x, y, width, height) {
    if (!(finite(x, y) && finite(width, height))) return;
    this._begin(1);
    this.out.push([8, x, y, width, height]);
  }
  _textRow(code, text, x, y, paint) {
    const string = String(text).replace(/[\t\n\v\f\r]/g, " ").toWellFormed();
    if (!finite(x, y) || !string) return null;
    this._begin(string.length);
    const [size, bold, italic] = readFont(this.font);
    const row = [
      code, string, x, y, paint, this.globalAlpha, this._extra(), size, bold ? 1 : 0,
      italic ? 1 : 0, this.textAlign, this.textBaseline,
    ];
    this.out.push(row);
    return row;
  }
  fillText(text, x, y) {
    this._textRow(6, text, x, y, this._fill);
  }
  strokeText(text, x, y) {
    const row = this._textRow(7, text, x, y, this._stroke);
    if (row) row.push(this.lineWidth, this.lineJoin, this.miterLimit);
  }
  measureText(text) {
    return { width: measureText(String(text), this.font).width };
  }
  setLineDash(dash) {
    const given = Array.from(dash, Number);
    if (given.some((length) => !(length >= 0 && length - length === 0))) return;
    const whole = given.length % 2 ? given.concat(given) : given;
    this._dash = whole.some((length) => length > 0) ? whole : 0;
  }
  getLineDash() {
    return this._dash ? this._dash.slice() : [];
  }
  createLinearGradient(x0, y0, x1, y1) {
    if (!(finite(x0, y0) && finite(x1, y1))) throw new TypeError("a gradient needs finite points");
    return new Gradient(["l", x0, y0, x1, y1, []]);
  }
  createRadialGradient(x0, y0, r0, x1, y1, r1) {
    if (!(finite(x0, y0) && finite(x1, y1) && r0 >= 0 && r1 >= 0 && finite(r0, r1)))
      throw new TypeError("a gradient needs finite circles");
    return new Gradient(["r", x0, y0, r0, x1, y1, r1, []]);
  }
  createPattern(image, repetition) {
    return new Pattern(drawable(image), repetition || "repeat");
  }
  drawImage(image, ...at) {
    const canvas = drawable(image);
    const row = at.length === 8 ? at : [0, 0, image.width, image.height, at[0], at[1],
      at.length === 4 ? at[2] : image.width, at.length === 4 ? at[3] : image.height];
    if (row.some((value) => !finite(value, 0))) return;
    this._begin(1);
    this.out.push([9, canvas, ...row, this.globalAlpha, this._extra()]);
  }
  getImageData() {
    throw new Fault("unsupported", "it reads pixels back from the canvas");
  }
}

// The number of a canvas in this drawing's list; decals keep theirs from one drawing to the next.
function drawable(image) {
  if (!(image instanceof Canvas)) throw new Fault("unsupported", "it shows an image file");
  if (image.epoch !== recording.epoch) {
    image.epoch = recording.epoch;
    image.number = recording.canvases.length;
    recording.canvases.push(image);
  }
  return image;
}

class Canvas {
  constructor(width, height) {
    this.nodeName = "CANVAS";
    this.width = width;
    this.height = height;
    this.style = {};
    this.out = [];
    this.attributes = {};
    this.epoch = 0;
  }
  getContext(kind) {
    if (kind !== "2d") return null;
    if (!this.context) this.context = new Context2D(this);
    return this.context;
  }
  getAttribute(name) {
    return Object.hasOwn(this.attributes, name) ? this.attributes[name] : null;
  }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  addEventListener() {}
  removeEventListener() {}
  toJSON() {
    return this.number;
  }
}
