// Marks the words that the address names (#c=START-END.FINGERPRINT) and brings them into view:
// where they stand now, or not at all. Offsets count code points; strings here count UTF-16 units,
// so both are kept apart.

import { anchored, codesOf, readPlace, said } from "./anchor.js";

const text = document.getElementById("text");
const notice = document.getElementById("notice");
const contents = document.querySelector("details.contents");

if (contents && window.matchMedia("(max-width: 60rem)").matches) contents.open = false;

function codePoints(string) {
  let count = 0;
  for (const _ of string) count += 1;
  return count;
}

// The UTF-16 position of the code point number `points` of a string.
function unitsUpTo(string, points) {
  let units = 0;
  for (const character of string) {
    if (points === 0) return units;
    units += character.length;
    points -= 1;
  }
  return units;
}

function unmark() {
  for (const mark of text.querySelectorAll("mark")) mark.replaceWith(...mark.childNodes);
  text.normalize();
}

// The parts of text nodes that hold the characters start to end.
function partsOf(start, end) {
  const parts = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  let at = 0;
  while (walker.nextNode() && at < end) {
    const node = walker.currentNode;
    const next = at + codePoints(node.data);
    if (next > start) {
      const from = unitsUpTo(node.data, Math.max(start - at, 0));
      const to = unitsUpTo(node.data, Math.min(end, next) - at);
      if (from < to) parts.push({ node, from, to });
    }
    at = next;
  }
  return at >= end ? parts : [];
}

function wrap({ node, from, to }) {
  const middle = node.splitText(from);
  middle.splitText(to - from);
  const mark = document.createElement("mark");
  middle.replaceWith(mark);
  mark.append(middle);
  return mark;
}

function show() {
  if (!location.hash.startsWith("#c=")) return;
  unmark();
  const codes = codesOf(text.textContent);
  const written = location.hash.slice(3);
  const place = readPlace(written);
  const found = place ? anchored(place, codes) : { standing: "outside" };
  notice.textContent = said(written, place, found, codes.length, notice.dataset.version);
  notice.hidden = notice.textContent === "";
  if (found.start === undefined) return;
  const marks = partsOf(found.start, found.end).map(wrap);
  marks[0].id = "cited";
  marks[0].tabIndex = -1;
  marks[0].focus({ preventScroll: true });
  marks[0].scrollIntoView({ block: "center" });
}

show();
window.addEventListener("hashchange", show);
