// Finds the words that a link was made from: app/web/anchors.py says how, and does the same.
// No document here; a text is an array of code points.

const first = [31415926, 60466169]; // base and modulus
const second = [27182818, 60466141];
const width = 5;
const longest = 100000;

const form = /^([0-9]{1,10})-([0-9]{1,10})(?:\.([0-9a-z]{10}))?$/;

// A page shows U+FFFD where the text has U+0000.
export function codesOf(string) {
  const codes = new Uint32Array(string.length);
  let count = 0;
  for (const character of string) {
    codes[count] = character.codePointAt(0) || 0xfffd;
    count += 1;
  }
  return codes.subarray(0, count);
}

// The place that START-END or START-END.FINGERPRINT names, or null.
export function readPlace(string) {
  const match = form.exec(string);
  if (!match) return null;
  const [start, end, found] = [Number(match[1]), Number(match[2]), match[3] ?? null];
  if (start >= end || (found !== null && end - start > longest)) return null;
  return { start, end, fingerprint: found };
}

function hash(codes, start, end, [base, modulus]) {
  let value = 0;
  for (let at = start; at < end; at += 1) value = (value * base + codes[at]) % modulus;
  return value;
}

function digits(value) {
  return value.toString(36).padStart(width, "0");
}

export function fingerprint(codes, start, end) {
  return digits(hash(codes, start, end, first)) + digits(hash(codes, start, end, second));
}

// The places of `length` characters with the first half of a fingerprint, in order.
function alike(codes, length, wanted) {
  const found = [];
  if (length > codes.length) return found;
  const [base, modulus] = first;
  const aim = parseInt(wanted.slice(0, width), 36);
  let leaving = 1;
  for (let step = 0; step < length; step += 1) leaving = (leaving * base) % modulus;
  let rolled = hash(codes, 0, length, first);
  if (rolled === aim) found.push(0);
  for (let at = 1; at + length <= codes.length; at += 1) {
    rolled = (rolled * base - codes[at - 1] * leaving + codes[at + length - 1]) % modulus;
    if (rolled < 0) rolled += modulus;
    if (rolled === aim) found.push(at);
  }
  return found;
}

// Where the words of a link stand: here, moved, gone; outside when nothing is known of the words.
export function anchored({ start, end, fingerprint: wanted }, codes) {
  const inside = end <= codes.length;
  if (wanted === null) {
    return inside ? { standing: "here", start, end } : { standing: "outside" };
  }
  if (inside && fingerprint(codes, start, end) === wanted) return { standing: "here", start, end };
  const length = end - start;
  const distance = (at) => Math.abs(at - start);
  const near = alike(codes, length, wanted).sort((a, b) => distance(a) - distance(b));
  const isSame = (at) => fingerprint(codes, at, at + length) === wanted;
  const nearest = near.findIndex(isSame);
  if (nearest < 0) return { standing: "gone" };
  const at = near[nearest];
  const again = near.slice(nearest + 1).some(isSame);
  return { standing: "moved", start: at, end: at + length, again };
}

// What to say of words that do not stand at their place; nothing of those that do. The server says
// the same in app/web/anchor_view.py.
export function said(written, place, found, length, version) {
  const before = place ? `原在第 ${place.start + 1}–${place.end} 字` : "";
  switch (found.standing) {
    case "here":
      return "";
    case "moved":
      return (
        `原句已移到这里：${before}，现在第 ${found.start + 1}–${found.end} 字。` +
        (found.again ? "相同的文字不止一处，标出的是离原处最近的一处。" : "")
      );
    case "gone":
      return (
        `引用的原句已不在本文件的现行版本里：${before}，共 ${place.end - place.start} 字；` +
        `全文没有与它一字不差的文字，因此没有标出。现行版本：${version}。`
      );
    default:
      return `“${written}”不在本文之内，因此没有标出依据。本文共 ${length} 字。`;
  }
}
