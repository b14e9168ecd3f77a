// Asks /v1/ask and shows the reply. Builds the same elements as app/web/reply_view.py.
// Text from the corpus reaches the page only as text nodes.

const form = document.getElementById("ask");
const field = document.getElementById("question");
const place = document.getElementById("reply");
const button = form.querySelector("button");
const reasons = JSON.parse(place.dataset.reasons);
const listed = new Set(JSON.parse(place.dataset.listed));
const shortAnswer = Number(place.dataset.short);

let running = null;

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function statement(tag, said, className) {
  const marks = said.citations.map((id) =>
    element("a", { href: `#citation-${id}`, class: "mark" }, `[${id}]`),
  );
  const derived = said.derived
    ? [element("span", { class: "derived" }, `算式：${said.derived.expression}`)]
    : [];
  return element(tag, { class: className }, said.text, ...marks, ...derived);
}

function answerParts(reply) {
  const parts = [];
  const isShort = [...reply.answer].length <= shortAnswer;
  const size = isShort ? "answer short" : "answer";
  const [first] = reply.statements;
  if (reply.statements.length === 1 && first.text === reply.answer) {
    parts.push(statement("p", first, size));
  } else {
    if (!listed.has(reply.kind)) parts.push(element("p", { class: size }, reply.answer));
    const items = reply.statements.map((said) => statement("li", said, null));
    parts.push(element(listed.has(reply.kind) ? "ol" : "ul", { class: "statements" }, ...items));
  }
  if (reply.notes.length) {
    const notes = reply.notes.map((note) => element("li", {}, note));
    parts.push(element("ul", { class: "notes" }, ...notes));
  }
  return [...parts, ...citations(reply.citations)];
}

function refusalParts(reply) {
  const parts = [
    element("p", { class: "reason" }, reasons[reply.reason]),
    element("p", { class: "message" }, reply.message),
  ];
  if (reply.missing.length) {
    const missing = reply.missing.map((word) => element("li", {}, word));
    parts.push(element("p", { class: "missing-label" }, "语料中缺少"));
    parts.push(element("ul", { class: "missing" }, ...missing));
  }
  if (reply.citations.length) parts.push(...citations(reply.citations));
  if (reply.nearest.length) {
    const nearest = reply.nearest.map((passage) => source(passage, passage.quote, null));
    parts.push(element("h3", {}, "相近的段落", element("small", {}, "供参考，不是答案")));
    parts.push(element("ol", { class: "sources" }, ...nearest));
  }
  return parts;
}

function citations(list) {
  const items = list.map((each) => source(each, each.context || each.quote, `citation-${each.id}`));
  return [element("h3", {}, "依据"), element("ol", { class: "sources numbered" }, ...items)];
}

function source(from, context, id) {
  const path = from.path.map((step) => element("span", {}, step));
  const facts = [from.issuer, from.number, from.issued_on].filter(Boolean);
  if (from.page) facts.push(`第 ${from.page} 页`);
  facts.push(`第 ${from.start + 1}–${from.end} 字`, `SHA-256 ${from.digest.slice(0, 12)}`);
  return element(
    "li",
    { id },
    element("blockquote", {}, ...marked(context, from.quote)),
    element("p", { class: "from" }, element("a", { href: from.url }, from.title), ...path),
    element("p", { class: "facts" }, facts.join(" · ")),
  );
}

function marked(context, quote) {
  const at = quote ? context.indexOf(quote) : -1;
  if (at < 0 || context === quote) return [context];
  const rest = context.slice(at + quote.length);
  return [context.slice(0, at), element("mark", {}, quote), rest];
}

function version(reply) {
  const said = [`以 ${reply.as_of} 为准`, `语料版本 ${reply.corpus_version}`];
  if (typeof reply.confidence === "number") said.push(`把握 ${reply.confidence.toFixed(2)}`);
  return element("p", { class: "version" }, said.join(" · "));
}

function show(question, reply) {
  const isAnswered = reply.status === "answered";
  const parts = isAnswered ? answerParts(reply) : refusalParts(reply);
  const heading = element("h2", { class: "question" }, question);
  const article = element(
    "article",
    { class: `reply ${reply.status}` },
    heading,
    ...parts,
    version(reply),
  );
  place.replaceChildren(article);
}

function showProblem(problem) {
  const errors = (problem.errors ?? []).map((each) => element("li", {}, each.detail));
  const article = element(
    "article",
    { class: "reply problem" },
    element("h2", {}, problem.title),
    element("p", { class: "message" }, problem.detail),
    ...(errors.length ? [element("ul", {}, ...errors)] : []),
  );
  place.replaceChildren(article);
}

async function ask(question) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  place.setAttribute("aria-busy", "true");
  button.disabled = true;
  document.querySelector(".library")?.remove();
  try {
    const response = await fetch("/v1/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ question: question.toWellFormed?.() ?? question }),
      signal: mine.signal,
    });
    const body = await response.json();
    if (response.ok) show(question, body);
    else showProblem(body);
  } catch (error) {
    if (error.name === "AbortError") return;
    showProblem({ title: "没有连上服务", detail: "请检查网络后再试。" });
  } finally {
    if (running === mine) {
      place.removeAttribute("aria-busy");
      button.disabled = false;
    }
  }
  document.title = `${question} · 有据`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = field.value.trim();
  if (!question) return;
  history.pushState(null, "", `/?q=${encodeURIComponent(question)}`);
  ask(question);
});

window.addEventListener("popstate", () => {
  const question = new URLSearchParams(location.search).get("q");
  if (location.hash) return;
  if (question) {
    field.value = question;
    ask(question);
  } else {
    location.reload();
  }
});
