// A target's text as it is stored: white space kept, and characters that cannot be seen made
// visible, because a stray control or private-use character is what somebody looks for here.

const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd\ue000-\uf8ff]/gu;
const LIST_ROWS = 2000;

function appendText(parent, text) {
  let from = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    if (match.index > from) parent.append(text.slice(from, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parent.append(make("span", { class: "control" }, `U+${code}`));
    from = match.index + match[0].length;
  }
  if (from < text.length) parent.append(text.slice(from));
}

/** The text of one target, with the words of the finest shown level tied to their boxes. */
function targetView(target, shown, language, pointer) {
  const tag = target.form === "json" ? null : langTag(language);
  const block = make("pre", { class: `target ${target.form}`, lang: tag, dir: "auto", tabindex: "0" });
  const finest = [...shown].sort((a, b) => b.boxes.length - a.boxes.length)[0];
  const spans = [];
  let from = 0;
  for (const link of finest ? findLinks(target.text, finest.boxes) : []) {
    appendText(block, target.text.slice(from, link.start));
    const span = make("span", { class: `linked tone-${finest.tone}` });
    appendText(span, target.text.slice(link.start, link.end));
    pointer.add(link.region, span, "text");
    spans.push({ ...link, span });
    block.append(span);
    from = link.end;
  }
  appendText(block, target.text.slice(from));
  for (const level of shown) if (level !== finest) attachCoarse(target.text, level, spans, pointer);
  const cut = target.chars - target.text.length;
  return make("div", {}, gridView(target), block,
    cut > 0 ? make("p", { class: "cut" }, `${number(cut)} further characters are left out here.`) : null);
}

/** A JSON target as tables: its plain entries, then its numbers in rows and columns. */
function gridView(target) {
  if (!target.tables?.length) return null;
  const cells = (tag, row) => row.map((value, at) => {
    const cell = make(at ? tag : "th", { scope: at ? null : "row" });
    appendText(cell, value);
    return cell;
  });
  const tables = target.tables.map(([title, head, rows]) => make("table", { class: "grid" },
    make("caption", {}, data(title)),
    head.length ? make("thead", {}, make("tr", {}, ...cells("th", head))) : null,
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...cells("td", row))))));
  return make("div", { class: "grids" }, table(target.facts, "grid-facts"), ...tables);
}

/** Let a coarser region light up the spans of finer ones that lie in its text. */
function attachCoarse(text, level, spans, pointer) {
  let next = 0;
  for (const { region, start, end } of findLinks(text, level.boxes)) {
    while (next < spans.length && spans[next].start < start) next += 1;
    for (; next < spans.length && spans[next].end <= end; next += 1) {
      pointer.attach(region, spans[next].span, "text");
    }
  }
}

/** All regions of the shown levels as a list: the link that always works. */
function regionList(shown, leftOut, pointer) {
  const regions = shown.flatMap((level) => level.boxes.map((region) => [level, region]));
  const rows = regions.slice(0, LIST_ROWS).map(([level, region]) => {
    const text = make("bdi", {});
    appendText(text, region.text);
    const row = make("li", { class: `linked tone-${level.tone}` },
      make("span", { class: "where" }, data(region.level), ` ${region.box.join(" ")}`), text);
    pointer.add(region, row, "text");
    return row;
  });
  const hidden = regions.length - rows.length + leftOut;
  if (hidden > 0) rows.push(make("li", { class: "cut" }, `${number(hidden)} further regions are left out here.`));
  if (!regions.length) rows.push(make("li", { class: "cut" }, "No level of regions is switched on."));
  return make("ul", { class: "region-list" }, ...rows);
}
