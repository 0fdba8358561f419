// What a recorded canvas paints with: fonts by their CSS words, gradients, patterns.
const fonts = new Map();
function readFont(font) {
  let known = fonts.get(font);
  if (!known) {
    if (fonts.size > 2000) fonts.clear();
    const size = /(\d+\.?\d*|\.\d+)px/.exec(font);
    const weight = /(?:^|\s)(bold|bolder|[1-9]00)(?=\s)/.exec(font);
    const bold = !!weight && !(+weight[1] < 600);
    known = [size ? +size[1] : 10, bold, /(?:^|\s)(italic|oblique)(?=\s)/.test(font)];
    fonts.set(font, known);
  }
  return known;
}

class Gradient {
  constructor(row) {
    this.row = row;
    this.stops = row[row.length - 1];
  }
  addColorStop(offset, colour) {
    const value = readColour(String(colour));
    if (value === null || !(offset >= 0 && offset <= 1)) throw new SyntaxError("bad colour stop");
    countRow(1);
    this.stops.push([offset, value]);
  }
}

class Pattern {
  constructor(canvas, repetition) {
    this.row = ["p", canvas, repetition, null];
  }
  setTransform(matrix) {
    this.row[3] = [matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f];
  }
}

const multiply = (m, a, b, c, d, e, f) => [
  m[0] * a + m[2] * b, m[1] * a + m[3] * b, m[0] * c + m[2] * d, m[1] * c + m[3] * d,
  m[0] * e + m[2] * f + m[4], m[1] * e + m[3] * f + m[5],
];

class DOMMatrix {
  constructor() {
    this._set([1, 0, 0, 1, 0, 0]);
  }
  _set(m) {
    [this.a, this.b, this.c, this.d, this.e, this.f] = m;
    return this;
  }
  _by(...m) {
    return this._set(multiply([this.a, this.b, this.c, this.d, this.e, this.f], ...m));
  }
  translateSelf(x = 0, y = 0) {
    return this._by(1, 0, 0, 1, x, y);
  }
  scaleSelf(x = 1, y = x) {
    return this._by(x, 0, 0, y, 0, 0);
  }
  rotateSelf(x = 0, y, z) {
    const turn = ((y === undefined && z === undefined ? x : z || 0) * Math.PI) / 180;
    return this._by(Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn), 0, 0);
  }
}

Gradient.prototype.toJSON = Pattern.prototype.toJSON = function () {
  return this.row;
};

function readPaint(value, before) {
  if (typeof value === "string") {
    const colour = readColour(value);
    return colour === null ? before : colour;
  }
  return value instanceof Gradient || value instanceof Pattern ? value : before;
}
