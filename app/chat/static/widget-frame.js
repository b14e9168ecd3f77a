// The inside of the frame: asks /widget/ask and shows reply and citations.
// Text from the corpus reaches the page only as text nodes.

const given = new URLSearchParams(location.search);
const form = document.getElementById("ask");
const field = document.getElementById("question");
const send = form.querySelector("button");
const log = document.getElementById("log");
const close = document.getElementById("close");
const HISTORY = 8;
const asked = [];

const title = (given.get("title") || document.title).slice(0, 60);
document.title = title;
document.getElementById("title").textContent = title;

// The only page that is written to and listened to. Which pages may frame this one at all is
// decided by the header frame-ancestors.
const parentOrigin = window.parent === window ? null : originOf(given.get("origin"));

function originOf(written) {
  try {
    const { origin } = new URL(written);
    return origin === "null" ? null : origin;
  } catch {
    return null;
  }
}

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function link(source, text) {
  // Only addresses of the web: the reply is trusted, and still nothing else may be opened.
  if (!/^https?:\/\//.test(source.url)) return element("span", {}, text);
  return element("a", { href: source.url, target: "_blank", rel: "noopener noreferrer" }, text,
    element("span", { class: "hidden" }, "（在新标签页打开）"));
}

function sources(heading, list) {
  if (!list.length) return [];
  const items = list.map((each) => {
    const facts = [each.issuer, each.document_number, each.issued_on].filter(Boolean).join(" · ");
    return element("li", { value: String(each.number) }, element("blockquote", {}, each.quote),
      element("p", {}, link(each, `《${each.title}》`), facts ? ` ${facts}` : ""));
  });
  return [element("h3", {}, heading), element("ol", { class: "sources" }, ...items)];
}

function statement(tag, said, citations) {
  const marks = said.sources.map((number) => {
    const source = citations.find((each) => each.number === number);
    return source ? link(source, `[${number}]`) : "";
  });
  return element(tag, {}, said.text, ...marks);
}

function shown(reply) {
  if (!reply.answered) {
    const questions = reply.suggestions.map((text) => {
      const again = element("button", { type: "button", class: "suggestion" }, text);
      again.addEventListener("click", () => ask(text));
      return again;
    });
    return [element("p", {}, reply.answer), ...questions, ...sources("依据", reply.citations),
      ...sources("相近的原文（不是答案）", reply.nearest)];
  }
  const [first] = reply.statements;
  const alone = reply.statements.length === 1 && first.text === reply.answer;
  const items = reply.statements.map((each) => statement("li", each, reply.citations));
  const body = alone
    ? [element("p", { class: "short" }, statement("span", first, reply.citations))]
    : [reply.listed ? "" : element("p", { class: "short" }, reply.answer),
       element(reply.listed ? "ol" : "ul", {}, ...items)];
  const notes = reply.notes.map((note) => element("p", { class: "note" }, `注：${note}`));
  return [...body, ...notes, ...sources("依据", reply.citations)];
}

async function replyTo(question) {
  const body = { question, history: asked.slice(-HISTORY), collection: given.get("collection") || "" };
  const response = await fetch("/widget/ask", {
    method: "POST",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await response.json();
  if (!response.ok) throw new Error(said.error || said.detail || "");
  return said;
}

async function ask(question) {
  if (send.disabled) return;
  send.disabled = true;
  const turn = element("article", { "aria-label": question }, element("h2", {}, question));
  const waiting = element("p", { class: "waiting" }, "正在查原文……");
  turn.append(waiting);
  log.append(turn);
  try {
    const parts = shown(await replyTo(question));
    asked.push(question);
    waiting.replaceWith(...parts);
  } catch (error) {
    waiting.textContent = error instanceof TypeError || !error.message
      ? "现在连不上服务，请稍后再试。" : error.message;
  }
  send.disabled = false;
  turn.scrollIntoView({ block: "start" });
}

function toParent(type) {
  if (parentOrigin) window.parent.postMessage({ type }, parentOrigin);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (!question || send.disabled) return;
  field.value = "";
  ask(question);
});
close.hidden = !parentOrigin;
close.addEventListener("click", () => toParent("youju:close"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") toParent("youju:close");
});
window.addEventListener("message", (event) => {
  if (!parentOrigin || event.origin !== parentOrigin || event.source !== window.parent) return;
  if (event.data && event.data.type === "youju:focus") field.focus();
});
