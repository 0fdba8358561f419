// Lays one chart out and returns what it painted, as JSON: [fault, detail] or
// ["", [[width, height, rows], ...], readback], where the first canvas is the chart's.
const advances = new Map();
let regular = null;
let heavy = null;
let fontSet = "";

// Widths that are not 1 em by code point, of the regular and the bold faces.
function addFontSet(name, ...weights) {
  advances.set(name, weights.map(([codes, widths]) => {
    const table = new Map();
    for (let i = 0; i < codes.length; i++) table.set(codes[i], widths[i]);
    const small = new Float64Array(1024).fill(1);
    for (const [code, width] of table) if (code < 1024) small[code] = width;
    return [small, table];
  }));
}

function measureText(text, font) {
  const [size, bold] = readFont(font || "12px sans-serif");
  const [small, table] = bold ? heavy : regular;
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 1024) {
      width += small[code];
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) code = text.codePointAt(i++);
    const found = table.get(code);
    width += found === undefined ? 1 : found;
  }
  return { width: width * size };
}

echarts.setPlatformAPI({
  createCanvas: () => new Canvas(300, 150),
  measureText,
  loadImage: () => {
    throw new Fault("unsupported", "it shows an image file");
  },
});

const kinds = new Set(echarts.ComponentModel.getClassesByMainType("series").map((each) => each.type.slice(7)));

function stillSeries(series) {
  if (!series || typeof series !== "object") return;
  // The library leaves out in silence what it does not know.
  if (series.type !== undefined && !kinds.has(String(series.type)))
    throw new Fault("unsupported", `it has no series of type ${String(series.type).slice(0, 40)}`);
  series.animation = false;
  series.progressive = 0;
  if (series.type === "graph") series.force = { ...series.force, layoutAnimation: false };
  if (series.rippleEffect || series.type === "effectScatter")
    series.rippleEffect = { ...series.rippleEffect, number: 0 };
}

// Everything at its final place at once: nothing would draw a second frame.
function still(option) {
  if (!option || typeof option !== "object") throw new TypeError("the option is no object");
  option.animation = false;
  option.progressive = 0;
  if (option.series) [].concat(option.series).forEach(stillSeries);
  if (option.timeline) [].concat(option.timeline).forEach((line) => {
    if (line) line.autoPlay = false;
  });
  if (option.baseOption) still(option.baseOption);
  if (option.options) option.options.forEach((each) => each && still(each));
  if (option.media) option.media.forEach((each) => each && each.option && still(each.option));
}

// Functions that read charts back, compiled once: a fresh one for each chart would run cold.
const readers = [];
function addReader(number, source) {
  readers[number] = source;
}
function reader(number) {
  if (typeof readers[number] === "string") readers[number] = (0, eval)(`(${readers[number]}\n)`);
  return readers[number];
}

function begin(settings) {
  chance = 20240101;
  buffered = 0;
  recording.rows = recording.points = 0;
  recording.limit = settings.limit;
  recording.canvases = [];
  recording.epoch++;
  forgetDecals();
  [regular, heavy] = advances.get(settings.fontSet);
  if (fontSet !== settings.fontSet) {
    // The library remembers widths by font name, and other sets have the same names.
    forgetWidths();
    fontSet = settings.fontSet;
  }
}

function drawChart(settings, text, readback) {
  begin(settings);
  // Indirect: the option sees globals only.
  const option = settings.code ? (0, eval)(`(${text}\n)`) : JSON.parse(text);
  still(option);
  const canvas = drawable(new Canvas(settings.width, settings.height));
  const size = { width: settings.width, height: settings.height };
  const chart = echarts.init(canvas, settings.theme, { renderer: "canvas", devicePixelRatio: 1, ...size });
  let answer;
  try {
    chart.setOption(option);
    // Paints what is not painted yet: nothing, usually.
    chart.getZr().flush();
    if (readback !== null) answer = reader(readback)(chart, option);
  } finally {
    chart.dispose();
  }
  const canvases = recording.canvases.map((each) => [each.width, each.height, each.out]);
  return JSON.stringify(["", canvases, answer === undefined ? null : answer, readColour(settings.background)]);
}

Object.defineProperty(globalThis, "drawChart", {
  value: (...given) => {
    try {
      return drawChart(...given);
    } catch (error) {
      if (error instanceof Fault) return JSON.stringify([error.reason, error.message]);
      throw error;
    }
  },
});
