// Puts the views together and listens to the address and the keyboard.

let overviewScroll = 0;
let openId = "";

function neighbours(card) {
  const cards = listed();
  const at = cards.indexOf(card);
  if (at < 0) return { before: null, after: null, position: 0, count: cards.length };
  return { before: cards[at - 1], after: cards[at + 1], position: at + 1, count: cards.length };
}

function render() {
  const opening = Boolean(state.id);
  if (opening && !openId) overviewScroll = scrollY;
  overview.hidden = opening;
  detailRoot.hidden = !opening;
  if (opening) {
    const card = CARDS.find((each) => each.id === state.id);
    if (card) renderDetail(card, neighbours(card));
    else renderMissing(state.id);
    if (openId !== state.id) scrollTo(0, 0);
  } else {
    renderOverview();
    if (openId) scrollTo(0, overviewScroll);
  }
  openId = state.id;
  document.body.dataset.view = opening ? "detail" : "overview";
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, textarea, select");
  if (state.id && !typing) {
    const press = (selector) => detailRoot.querySelector(selector)?.click();
    if (event.key === "ArrowLeft") press("a[rel=prev]");
    if (event.key === "ArrowRight") press("a[rel=next]");
    if (event.key === "Escape") press("a.back");
  } else if (event.key === "/" && !typing && !state.id) {
    event.preventDefault();
    document.getElementById("search").focus();
  }
}

addEventListener("hashchange", () => {
  state = readHash();
  render();
});
addEventListener("keydown", onKey);
buildOverview();
render();
document.body.dataset.ready = "true";
