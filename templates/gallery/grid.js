// The overview: totals of the dataset, filters, and thumbnails of the rows that pass them.

const CARDS_AT_ONCE = 240;
const BREAKDOWNS = [
  ["by_config", "config", "Samples by config"],
  ["by_kind", "kind", "Samples by kind"],
  ["by_language", "language", "Samples by language"],
  ["by_template", "template", "Samples by template"],
  ["by_reason", "reason", "Rejections by reason"],
];
const BREAKDOWN_ROWS = 5;
const overview = document.getElementById("overview");

function buildOverview() {
  const search = make("input", {
    id: "search", type: "search", placeholder: "Search texts, sources, ids",
    "aria-label": "Search texts, sources and ids", autocomplete: "off", spellcheck: "false",
  });
  search.addEventListener("input", () => go({ query: search.value, id: "" }, true));
  const facets = make("details", { id: "facets", open: wide() }, make("summary", {}, "Filters"),
    make("div", { id: "facet-lists" }));
  overview.append(
    masthead(),
    make("div", { class: "layout" },
      make("aside", { class: "side" }, search, facets),
      make("main", {}, make("div", { class: "bar" }, make("nav", { id: "views", "aria-label": "Outcome" }),
        make("p", { id: "status", "aria-live": "polite" })), make("div", { id: "grid" }))),
  );
}

function wide() {
  return matchMedia("(min-width: 800px)").matches;
}

function masthead() {
  const totals = META.totals;
  const samples = totals.samples ?? countOutcome("sample");
  const rejections = totals.rejections ?? countOutcome("rejection");
  const figures = make("dl", { class: "figures" },
    figure("samples", "Samples", number(samples)),
    figure("rejections", "Rejections", number(rejections)),
    figure("acceptance", "Acceptance", percent(samples, samples + rejections)));
  const tables = BREAKDOWNS.filter(([key]) => totals[key]?.length).map(breakdown);
  return make("header", { class: "masthead" },
    make("div", { class: "headline" }, make("h1", {}, data(META.title)), figures),
    tables.length ? make("details", { class: "breakdowns", open: wide() },
      make("summary", {}, "Totals of the dataset"), make("div", {}, ...tables)) : null);
}

function countOutcome(outcome) {
  return CARDS.filter((card) => card.outcome === outcome).length;
}

function figure(name, label, value) {
  return make("div", { "data-figure": name }, make("dt", {}, label), make("dd", {}, value));
}

function breakdown([key, facet, label]) {
  const counts = [...META.totals[key]].sort((a, b) => b[1] - a[1]);
  const whole = counts.reduce((sum, [, count]) => sum + count, 0);
  const rows = counts.slice(0, BREAKDOWN_ROWS).map(([value, count]) => {
    const shown = CARDS.some((card) => card[facet] === value);
    const name = shown
      ? make("a", { href: `#${new URLSearchParams([[facet, value]])}` }, data(value))
      : data(value);
    const bar = make("span", { class: "share" }, make("span", {}));
    bar.firstChild.style.width = `${whole ? (100 * count) / whole : 0}%`;
    return make("li", {}, name, bar, make("span", { class: "count" }, number(count)));
  });
  const rest = counts.length - rows.length;
  if (rest > 0) rows.push(make("li", { class: "rest" }, `and ${number(rest)} more`));
  return make("section", { "data-breakdown": key }, make("h2", {}, label), make("ul", {}, ...rows));
}

function renderOverview() {
  const search = document.getElementById("search");
  if (search.value !== state.query) search.value = state.query;
  const active = state.query || FILTERS.some((name) => state.filters.get(name).size);
  const clear = active ? make("a", { class: "clear", href: "#" }, "Clear all filters") : null;
  const lists = [...FACETS.map(facetList), clear].filter((part) => part !== null);
  document.getElementById("facet-lists").replaceChildren(...lists);
  document.getElementById("views").replaceChildren(...viewLinks());
  renderGrid(listed());
}

function viewLinks() {
  const counts = new Map(facetCounts("outcome"));
  const all = Array.from(counts.values()).reduce((sum, count) => sum + count, 0);
  const views = [["All", [], all], ["Samples", ["sample"], counts.get("sample") ?? 0],
    ["Rejections", ["rejection"], counts.get("rejection") ?? 0]];
  const chosen = state.filters.get("outcome");
  return views.map(([label, values, count]) => {
    const current = values.length === chosen.size && values.every((value) => chosen.has(value));
    return make("a", { href: hashWith(withFilter("outcome", values)), "data-view": label.toLowerCase(),
      "aria-current": current ? "true" : null }, label, make("span", { class: "count" }, number(count)));
  });
}

function renderGrid(cards) {
  const status = cards.length === CARDS.length
    ? `${plural(cards.length, "row")} in this gallery`
    : `${number(cards.length)} of ${plural(CARDS.length, "row")}`;
  document.getElementById("status").textContent = status;
  document.body.dataset.shown = cards.length;
  const grid = document.getElementById("grid");
  grid.replaceChildren();
  if (!cards.length) grid.append(make("p", { class: "empty" }, "No rows match these filters."));
  else appendCards(grid, cards, 0);
}

function appendCards(grid, cards, from) {
  const part = cards.slice(from, from + CARDS_AT_ONCE);
  if (!onlyRejections(cards)) grid.append(make("ul", { class: "cards" }, ...part.map(cardItem)));
  else {
    for (const [reason, members] of byReason(part)) {
      // What "Show more" brings may go on with the reason that was cut off.
      if (reason !== cards[from - 1]?.reason) grid.append(reasonHeading(reason, cards));
      grid.append(make("ul", { class: "cards noted" }, ...members.map(cardItem)));
    }
  }
  const left = cards.length - from - part.length;
  if (left <= 0) return;
  const more = button({ class: "more" }, `Show more (${number(left)} left)`, () => {
    more.remove();
    appendCards(grid, cards, from + CARDS_AT_ONCE);
  });
  grid.append(more);
}

function byReason(cards) {
  const groups = new Map();
  for (const card of cards) {
    if (!groups.has(card.reason)) groups.set(card.reason, []);
    groups.get(card.reason).push(card);
  }
  return groups;
}

function meaningOf(reason) {
  return Object.hasOwn(META.reasons, reason) ? META.reasons[reason] : "";
}

function reasonHeading(reason, cards) {
  const count = cards.filter((card) => card.reason === reason).length;
  return make("header", { class: "reason-heading" },
    make("h2", {}, data(reason), make("span", { class: "count" }, number(count))),
    make("p", {}, data(meaningOf(reason))));
}

function cardItem(card) {
  const rejected = card.outcome === "rejection";
  const picture = card.thumb
    ? make("img", { src: card.thumb, loading: "lazy", decoding: "async", alt: "",
        width: card.width, height: card.height })
    : make("span", { class: "no-picture" }, "no picture");
  const place = card.page ? make("span", { class: "page" }, `p. ${card.page}`) : null;
  const facts = [card.kind, card.language, card.template].filter(Boolean).map((fact) => data(fact));
  return make("li", {}, make("a", { class: `card ${card.outcome}`, href: hashWith({ id: card.id, tab: "", levels: null }),
    "data-id": card.id, title: card.id },
    make("span", { class: "frame" }, picture, rejected ? data(card.reason, { class: "reason" }) : null),
    make("span", { class: "name" }, data(titleOf(card), { lang: langTag(card.language) }), place),
    make("span", { class: "facts" }, ...facts),
    rejected ? data(card.note, { class: "note" }) : null));
}
