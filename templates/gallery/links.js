// Finding each region's words in a target's text, so that box and text can point at each other.
// White space, ligatures and a hyphen at a line's end may differ between the two.

const WINDOW_CHARS = 600;
const FAR_CHARS = 6;
const FAR_SEARCHES = 300;

/** Text without white space in compatibility form, and where each of its characters stood. */
function pack(text) {
  const places = [];
  let packed = "";
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (/\s/.test(char)) continue;
    const plain = char < "\u0080" ? char : char.normalize("NFKC").replace(/\s/g, "");
    packed += plain;
    for (let copy = 0; copy < plain.length; copy += 1) places.push(index);
  }
  return { packed, places };
}

/** Return links {region, start, end}, in text order and without overlaps. */
function findLinks(text, regions) {
  const { packed, places } = pack(text);
  let cursor = 0;
  let far = FAR_SEARCHES;
  const links = [];
  for (const region of regions) {
    const needle = pack(region.text).packed;
    const short = needle.replace(/[-\u2010\u00ad]$/, "");
    let found = near(packed, needle, cursor) ?? near(packed, short, cursor);
    if (!found && short.length >= FAR_CHARS && far > 0) {
      far -= 1;
      found = at(packed.indexOf(short), short);
    }
    if (!found) continue;
    cursor = found.end;
    links.push({ region, start: places[found.start], end: places[found.end - 1] + 1 });
  }
  return withoutOverlaps(links);
}

function near(packed, needle, cursor) {
  if (!needle) return null;
  const window = packed.slice(cursor, cursor + WINDOW_CHARS + needle.length);
  const found = at(window.indexOf(needle), needle);
  return found && { start: found.start + cursor, end: found.end + cursor };
}

function at(start, needle) {
  return start < 0 ? null : { start, end: start + needle.length };
}

function withoutOverlaps(links) {
  let end = 0;
  return links
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((link) => {
      const free = link.start >= end;
      if (free) end = link.end;
      return free;
    });
}
