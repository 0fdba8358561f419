// The detail view: a picture beside its ground truth, its proof and where it came from.

const detailRoot = document.getElementById("detail");

function renderDetail(card, around) {
  const detail = readDetail(card);
  const levels = readRegions(card);
  const shown = shownLevels(levels);
  const pointer = makePointer();
  const body = make("div", { class: "detail-body" },
    pictureColumn(card, detail, levels, shown, pointer),
    make("section", { class: "facts-column" },
      card.outcome === "rejection" ? verdict(card, detail) : targetTabs(card, detail, levels, shown, pointer),
      panel("Proof", table(detail.proof, "proof")),
      panel("Source", table(detail.source, "source")),
      panel("Row", table(detail.facts, "row")),
      panel("Make it again", command(detail.command))));
  pointer.listen(body);
  detailRoot.replaceChildren(detailBar(card, around), body);
}

function renderMissing(id) {
  detailRoot.replaceChildren(
    make("nav", { class: "detail-bar" }, make("a", { href: hashWith({ id: "" }), class: "back" }, "All rows")),
    make("p", { class: "empty" }, "This gallery does not show the row ", data(id), "."));
}

function detailBar(card, { before, after, position, count }) {
  const step = (neighbour, label, rel) => make(neighbour ? "a" : "span", {
    class: "step", rel, href: neighbour ? hashWith({ id: neighbour.id }) : null,
    "aria-disabled": neighbour ? null : "true" }, label);
  const place = card.page ? make("span", { class: "page" }, `p. ${card.page}`) : null;
  return make("nav", { class: "detail-bar" },
    make("a", { href: hashWith({ id: "", tab: "", levels: null }), class: "back" }, "All rows"),
    make("h1", {}, data(titleOf(card), { lang: langTag(card.language) }), place),
    make("span", { class: "position" }, position ? `${number(position)} of ${number(count)}` : ""),
    step(before, "Previous", "prev"), step(after, "Next", "next"));
}

function verdict(card, detail) {
  return make("div", { class: "verdict" },
    make("p", { class: "label" }, "Rejected"),
    make("h2", {}, data(card.reason)),
    make("p", { class: "detail-text" }, data(detail.note)),
    meaningOf(card.reason) ? make("p", { class: "meaning" }, data(meaningOf(card.reason))) : null);
}

function targetTabs(card, detail, levels, shown, pointer) {
  const names = detail.targets.map((target) => target.name);
  if (levels.length) names.push("regions");
  const current = names.includes(state.tab) ? state.tab : names[0];
  const tabs = names.map((name) => make("a", { role: "tab", href: hashWith({ tab: name }),
    "data-tab": name, "aria-selected": String(name === current) }, data(name)));
  const target = detail.targets.find((each) => each.name === current);
  const copy = target ? button({ class: "copy" }, "Copy", () => copyText(target.text, copy)) : null;
  const content = target
    ? targetView(target, shown, card.language, pointer)
    : regionList(shown, detail.regions_left_out, pointer);
  return make("div", { class: "targets" },
    make("div", { class: "tabs" }, make("div", { role: "tablist" }, ...tabs), copy), content);
}

function panel(title, content) {
  return content && make("section", { class: "panel" }, make("h2", {}, title), content);
}

function table(rows, name) {
  if (!rows.length) return null;
  return make("table", { "data-table": name }, make("tbody", {}, ...rows.map(([label, value]) => {
    return make("tr", {}, make("th", { scope: "row" }, data(label)), make("td", {}, cell(value)));
  })));
}

/** A value; addresses become links only where the browser itself reads them as http or https. */
function cell(value) {
  const text = make("bdi", {});
  appendText(text, value);
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return text;
  const url = new URL(value);
  if (url.protocol !== "http:" && url.protocol !== "https:") return text;
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

function command(text) {
  const copy = button({ class: "copy" }, "Copy", () => copyText(text, copy));
  return make("p", { class: "command" }, make("code", {}, text), copy);
}
