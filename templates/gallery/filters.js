// The state of the page, kept in the address (#kind=page&reason=no-text&q=…&id=…), and what it
// selects. Within a facet values add up; between facets they narrow down.

const FACETS = [
  ["config", "Config"],
  ["split", "Split"],
  ["kind", "Kind"],
  ["language", "Language"],
  ["template", "Template"],
  ["reason", "Rejection reason"],
];
const FILTERS = ["outcome", ...FACETS.map(([name]) => name)];

let state = readHash();
const haystacks = new Map();

function readHash() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const filters = new Map(FILTERS.map((name) => [name, new Set(parameters.getAll(name))]));
  return {
    filters,
    query: parameters.get("q") ?? "",
    id: parameters.get("id") ?? "",
    tab: parameters.get("tab") ?? "",
    levels: parameters.has("levels") ? parameters.getAll("levels") : null,
  };
}

/** The address of a state that differs from the present one as `changes` say. */
function hashWith(changes) {
  const next = { ...state, ...changes };
  const parameters = new URLSearchParams();
  for (const [name, values] of next.filters) {
    for (const value of values) parameters.append(name, value);
  }
  if (next.query) parameters.set("q", next.query);
  if (next.id) {
    parameters.set("id", next.id);
    if (next.tab) parameters.set("tab", next.tab);
    // No level at all is a choice too, and is written as one empty name.
    for (const level of next.levels?.length === 0 ? [""] : next.levels ?? []) {
      parameters.append("levels", level);
    }
  }
  return `#${parameters}`;
}

function withFilter(name, values) {
  return { filters: new Map(state.filters).set(name, new Set(values)), id: "" };
}

function toggled(name, value) {
  const values = new Set(state.filters.get(name));
  if (!values.delete(value)) values.add(value);
  return withFilter(name, values);
}

/** Go to a state; `replace` keeps the history short while somebody types. */
function go(changes, replace = false) {
  const hash = hashWith(changes);
  if (!replace) location.hash = hash;
  else {
    history.replaceState(null, "", hash);
    state = readHash();
    render();
  }
}

function selected(exceptFacet = null) {
  const query = state.query.trim().toLowerCase();
  return CARDS.filter((card) => passes(card, exceptFacet) && (!query || haystack(card).includes(query)));
}

/** The selected rows as they are listed: rejections on their own by reason, all else as written. */
function listed() {
  const cards = selected();
  if (!onlyRejections(cards)) return cards;
  return cards.sort((a, b) => a.reason.localeCompare(b.reason, "en") || a.index - b.index);
}

function onlyRejections(cards) {
  return cards.every((card) => card.outcome === "rejection");
}

function passes(card, exceptFacet) {
  for (const [name, values] of state.filters) {
    if (name !== exceptFacet && values.size && !values.has(card[name])) return false;
  }
  return true;
}

function haystack(card) {
  if (!haystacks.has(card.index)) {
    const detail = readDetail(card);
    const texts = (detail.targets ?? []).map((target) => target.text);
    const source = detail.source.map(([, value]) => value);
    const all = [card.id, card.reason ?? "", detail.note ?? "", ...source, ...texts];
    haystacks.set(card.index, all.join("\n").toLowerCase());
  }
  return haystacks.get(card.index);
}

/** Values of a facet with their counts under all other filters; chosen values always appear. */
function facetCounts(name) {
  const counts = new Map();
  for (const card of CARDS) if (card[name]) counts.set(card[name], 0);
  for (const value of state.filters.get(name)) counts.set(value, 0);
  for (const card of selected(name)) {
    if (card[name]) counts.set(card[name], counts.get(card[name]) + 1);
  }
  return Array.from(counts).sort((a, b) => a[0].localeCompare(b[0], "en"));
}

function facetList([name, label]) {
  const counts = facetCounts(name);
  if (counts.length < 2 && !state.filters.get(name).size) return null;
  const items = counts.map(([value, count]) => make("li", {}, facetLink(name, value, count)));
  return make("section", { class: "facet", "data-facet": name }, make("h2", {}, label),
    make("ul", {}, ...items));
}

function facetLink(name, value, count) {
  const chosen = state.filters.get(name).has(value);
  const attributes = {
    href: hashWith(toggled(name, value)),
    role: "checkbox",
    "aria-checked": String(chosen),
    "data-value": value,
    class: count ? null : "none",
  };
  return make("a", attributes, data(value), make("span", { class: "count" }, number(count)));
}
