// What the other parts build on: the rows, and making elements. Every string from a row becomes a
// text node or a plain attribute; nothing here or elsewhere parses markup.

const META = readJson(document.getElementById("meta"));
const CARDS = Array.from(document.querySelectorAll("script.card"), (script, index) => {
  return Object.assign(readJson(script), { index });
});

const TONES = 5;

function readJson(script) {
  return JSON.parse(script.textContent);
}

function readDetail(card) {
  return readJson(document.getElementById(`detail-${card.index}`));
}

function readRegions(card) {
  // Levels with many small boxes are drawn last, so that they lie on top and can be pointed at.
  const levels = readJson(document.getElementById(`regions-${card.index}`));
  const mean = (boxes) => boxes.reduce((sum, box) => sum + area(box), 0) / boxes.length;
  return levels
    .map(([name, tone, boxes]) => {
      return { name, tone: tone % TONES, area: mean(boxes), boxes: boxes.map(region(name)) };
    })
    .sort((a, b) => b.area - a.area);
}

function region(level) {
  return ([x0, y0, x1, y1, text], index) => ({ level, index, box: [x0, y0, x1, y1], text });
}

function area([x0, y0, x1, y1]) {
  return (x1 - x0) * (y1 - y0);
}

/** make("p", { class: "note" }, "text", child): false, null and undefined attributes are left out. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  setAll(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

function makeSvg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAll(element, attributes);
  return element;
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
}

function button(attributes, label, onClick) {
  const element = make("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", onClick);
  return element;
}

/** Text of a row, kept apart from its neighbours' writing direction. */
function data(text, attributes) {
  return make("bdi", attributes, String(text));
}

function plural(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function number(value) {
  return Number(value).toLocaleString("en-US");
}

function percent(part, whole) {
  return whole ? `${((100 * part) / whole).toFixed(1)} %` : "–";
}

/** BCP 47 tag for a row's language, so that Han characters get the right shapes; else nothing. */
function langTag(language) {
  if (language === "zh" || language === "mixed") return "zh-Hans";
  return /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language) ? language : null;
}

function titleOf(card) {
  return card.item || card.id;
}

function copyText(text, control) {
  const before = control.textContent;
  const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  done.then(() => say("Copied"), () => say("Copy by hand"));

  function say(message) {
    control.textContent = message;
    setTimeout(() => (control.textContent = before), 1500);
  }
}
