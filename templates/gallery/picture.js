// The picture of the detail view with its regions drawn over it.

const CALM_BOXES = 100;
const FEW_BOXES = 40;

let actualSize = false;

/** Levels to show at first: all if they are few, else the finest that is no crowd, or the coarsest. */
function defaultLevels(levels) {
  if (countBoxes(levels) <= FEW_BOXES) return levels.map((level) => level.name);
  const calm = levels.filter((level) => level.boxes.length <= CALM_BOXES);
  const best = calm.sort((a, b) => b.boxes.length - a.boxes.length)[0] ?? levels[0];
  return best ? [best.name] : [];
}

function countBoxes(levels) {
  return levels.reduce((sum, level) => sum + level.boxes.length, 0);
}

function shownLevels(levels) {
  const names = state.levels === null ? defaultLevels(levels) : state.levels;
  return levels.filter((level) => names.includes(level.name));
}

function pictureColumn(card, detail, levels, shown, pointer) {
  const stage = make("div", { class: "stage" });
  stage.style.setProperty("--width", detail.width || 1);
  stage.style.setProperty("--height", detail.height || 1);
  stage.append(card.full
    ? make("img", { src: card.full, alt: `Picture of ${titleOf(card)}`, width: detail.width, height: detail.height })
    : make("p", { class: "no-picture" }, "There is no picture of this row."));
  if (shown.length) stage.append(overlay(detail, shown, pointer));
  const size = detail.width ? `${detail.width} × ${detail.height} px` : "";
  stage.classList.toggle("actual", actualSize);
  const zoom = card.full ? button({ class: "zoom", "aria-pressed": String(actualSize) }, "Actual size", () => {
    actualSize = stage.classList.toggle("actual");
    zoom.setAttribute("aria-pressed", String(actualSize));
  }) : null;
  return make("section", { class: "picture" },
    make("div", { class: "tools" }, levelSwitches(levels, shown), make("span", { class: "size" }, size), zoom),
    make("div", { class: "viewport" }, stage), pointer.note);
}

function levelSwitches(levels, shown) {
  const group = make("div", { class: "levels", role: "group", "aria-label": "Regions" });
  for (const level of levels) {
    const on = shown.includes(level);
    const names = levels.filter((other) => shown.includes(other) !== (other === level));
    const next = { levels: names.map((other) => other.name) };
    group.append(make("a", { href: hashWith(next), role: "switch", "aria-checked": String(on),
      class: `level tone-${level.tone}`, "data-level": level.name },
      data(level.name), make("span", { class: "count" }, number(level.boxes.length))));
  }
  return group;
}

function overlay(detail, shown, pointer) {
  const svg = makeSvg("svg", { class: countBoxes(shown) <= FEW_BOXES ? "overlay few" : "overlay", viewBox: `0 0 ${detail.width} ${detail.height}`,
    preserveAspectRatio: "none" });
  for (const level of shown) {
    for (const region of level.boxes) {
      const [x0, y0, x1, y1] = region.box;
      const rect = makeSvg("rect", { x: x0, y: y0, width: Math.max(0, x1 - x0),
        height: Math.max(0, y1 - y0), class: `tone-${level.tone}` });
      pointer.add(region, rect, "box");
      svg.append(rect);
    }
  }
  return svg;
}

/** Keeps boxes, texts and list rows of one region together: pointing at one lights up all. */
function makePointer() {
  const parts = new Map();
  const owners = new WeakMap();
  const note = make("p", { class: "region-note", "aria-live": "polite" });
  let pinned = null;

  function key(region) {
    return `${region.index} ${region.level}`;
  }

  /** Light up `element` with the region; `add` also lets the element stand for the region. */
  function attach(region, element, role) {
    if (!parts.has(key(region))) parts.set(key(region), []);
    parts.get(key(region)).push({ element, role });
  }

  function add(region, element, role) {
    attach(region, element, role);
    owners.set(element, region);
  }

  function mark(region, name, on) {
    for (const { element } of parts.get(key(region)) ?? []) element.classList.toggle(name, on);
  }

  function describe(region) {
    if (!region) return note.replaceChildren();
    const [x0, y0, x1, y1] = region.box;
    note.replaceChildren(data(region.level, { class: "what" }),
      make("span", { class: "where" }, `${x0}, ${y0} – ${x1}, ${y1}`), data(region.text));
  }

  function pin(region, from) {
    if (pinned) mark(pinned, "pinned", false);
    pinned = pinned === region ? null : region;
    describe(pinned);
    if (!pinned) return;
    mark(pinned, "pinned", true);
    const other = (parts.get(key(pinned)) ?? []).find(({ role }) => role !== from);
    other?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function listen(root) {
    const owner = (event) => owners.get(event.target.closest?.("[class]"));
    root.addEventListener("pointerover", (event) => {
      const region = owner(event);
      if (region) { mark(region, "hot", true); describe(region); }
    });
    root.addEventListener("pointerout", (event) => {
      const region = owner(event);
      if (region) { mark(region, "hot", false); describe(pinned); }
    });
    root.addEventListener("click", (event) => {
      const region = owner(event);
      if (region) pin(region, event.target.tagName === "rect" ? "box" : "text");
    });
  }

  return { add, attach, listen, note };
}
