// Shows /openapi.json: every operation with its parameters, bodies and replies, and a form to try it.

const place = document.getElementById("operations");

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function resolved(schema, root) {
  if (!schema?.$ref) return schema ?? {};
  const name = schema.$ref.split("/").pop();
  return { ...root.components.schemas[name], name };
}

// A schema in a few words: “string, 1–500”.
function typeOf(written, root) {
  const schema = resolved(written, root);
  if (schema.name && !schema.enum) return schema.name;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((each) => typeOf(each, root)))].join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") {
    const inner = schema.items ? typeOf(schema.items, root) : "…";
    return `[${inner}]${range(schema.minItems, schema.maxItems)}`;
  }
  const low = schema.minLength ?? schema.minimum;
  const high = schema.maxLength ?? schema.maximum;
  return `${schema.format ?? schema.type ?? "any"}${range(low, high)}`;
}

function range(low, high) {
  if (low === undefined && high === undefined) return "";
  return `（${low ?? ""}–${high ?? ""}）`;
}

function table(rows) {
  const head = ["名称", "类型", "必填", "说明"].map((name) => element("th", {}, name));
  const lines = rows.map(([name, type, required, about]) =>
    element(
      "tr",
      {},
      element("td", {}, element("code", {}, name)),
      element("td", {}, type),
      element("td", {}, required ? "是" : ""),
      element("td", {}, about ?? ""),
    ),
  );
  const body = element("tbody", {}, ...lines);
  const made = element("table", {}, element("thead", {}, element("tr", {}, ...head)), body);
  return element("div", { class: "wide" }, made);
}

function fieldRows(schema, root) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => [
    name,
    typeOf(field, root),
    required.has(name),
    field.description,
  ]);
}

// The named schemas that a schema reaches, itself first.
function reached(written, root, found = new Map()) {
  if (Array.isArray(written)) written.forEach((each) => reached(each, root, found));
  else if (written && typeof written === "object") {
    if (written.$ref) {
      const schema = resolved(written, root);
      if (!found.has(schema.name)) {
        found.set(schema.name, schema);
        reached(schema.properties, root, found);
      }
    } else {
      Object.values(written).forEach((each) => reached(each, root, found));
    }
  }
  return found;
}

function schemaTables(written, root) {
  const named = [...reached(written, root).values()].filter((schema) => schema.properties);
  return named.flatMap((schema) => [
    element("h4", {}, schema.name),
    ...(schema.description ? [element("p", {}, schema.description)] : []),
    table(fieldRows(schema, root)),
  ]);
}

function exampleOf(written, root) {
  const schema = resolved(written, root);
  if (schema.example !== undefined) return schema.example;
  if (schema.properties) {
    const required = schema.required ?? [];
    return Object.fromEntries(
      required.map((name) => [name, exampleOf(schema.properties[name], root)]),
    );
  }
  if (schema.type === "array") return [exampleOf(schema.items, root)];
  return { string: "", integer: 0, number: 0, boolean: false }[schema.type] ?? null;
}

function bodySchema(operation) {
  return operation.requestBody?.content?.["application/json"]?.schema;
}

function input(parameter, id) {
  const hint = parameter.schema?.default;
  const attributes = { id, name: parameter.name, type: "text" };
  if (hint !== undefined && !Array.isArray(hint)) attributes.placeholder = String(hint);
  if (parameter.required) attributes.required = "";
  return element("input", attributes);
}

function tryForm(path, method, operation, root) {
  const parameters = operation.parameters ?? [];
  const form = element("form", { class: "try" });
  for (const parameter of parameters) {
    const id = `${operation.operationId}-${parameter.name}`;
    form.append(element("label", { for: id }, parameter.name), input(parameter, id));
  }
  const schema = bodySchema(operation);
  if (schema) {
    const id = `${operation.operationId}-body`;
    const example = JSON.stringify(exampleOf(schema, root), null, 2);
    const area = element("textarea", { id, name: "", rows: "6", spellcheck: "false" }, example);
    form.append(element("label", { for: id }, "请求体"), area);
  }
  const output = element("pre", { "aria-live": "polite", hidden: "" });
  form.append(element("button", { type: "submit" }, "发送"), output);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, path, method, parameters, output);
  });
  return form;
}

async function send(form, path, method, parameters, output) {
  let address = path;
  const query = new URLSearchParams();
  for (const parameter of parameters) {
    const value = form.elements[parameter.name].value;
    if (parameter.in === "path") {
      address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
    } else if (value) {
      query.append(parameter.name, value);
    }
  }
  if (query.size) address += `?${query}`;
  const area = form.querySelector("textarea");
  const options = { method: method.toUpperCase() };
  if (area) Object.assign(options, { body: area.value, headers: { "Content-Type": "application/json" } });
  output.hidden = false;
  output.textContent = "…";
  try {
    const response = await fetch(address, options);
    const written = await response.text();
    const spent = response.headers.get("Server-Timing") ?? "";
    output.textContent = `${response.status} ${spent}\n${pretty(written)}`;
  } catch {
    output.textContent = "没有连上服务，请检查网络后再试。";
  }
}

function pretty(written) {
  try {
    return JSON.stringify(JSON.parse(written), null, 2);
  } catch {
    return written;
  }
}

function operationView(path, method, operation, root) {
  const badge = element("span", { class: `method ${method}` }, method.toUpperCase());
  const summary = element("summary", {}, badge, element("code", {}, path), operation.summary ?? "");
  const parts = [summary];
  if (operation.description) parts.push(element("p", {}, operation.description));
  if (operation.parameters?.length) {
    const rows = operation.parameters.map((each) => [
      each.name,
      typeOf(each.schema, root),
      each.required,
      each.description ?? each.schema?.description,
    ]);
    parts.push(element("h3", {}, "参数"), table(rows));
  }
  const schema = bodySchema(operation);
  if (schema) parts.push(element("h3", {}, "请求体"), ...schemaTables(schema, root));
  parts.push(element("h3", {}, "试用"), tryForm(path, method, operation, root));
  const success = operation.responses["200"]?.content?.["application/json"]?.schema;
  const replies = element("details", {}, element("summary", {}, "200 的回复"));
  if (success) parts.push(replies);
  replies.append(...schemaTables(success, root));
  const failures = Object.entries(operation.responses)
    .filter(([status]) => status !== "200")
    .map(([status, response]) => element("li", {}, `${status} ${response.description}`));
  parts.push(element("h3", {}, "失败时（application/problem+json）"), element("ul", {}, ...failures));
  return element("details", { class: "operation" }, ...parts);
}

function show(root) {
  const groups = new Map();
  for (const [path, operations] of Object.entries(root.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? "其他";
      if (!groups.has(tag)) groups.set(tag, [element("h2", {}, tag)]);
      groups.get(tag).push(operationView(path, method, operation, root));
    }
  }
  const about = element("p", {}, root.info.description ?? "");
  place.replaceChildren(about, ...[...groups.values()].flat());
}

try {
  show(await (await fetch("/openapi.json")).json());
} catch {
  place.textContent = "没有读到 /openapi.json，请检查网络后再试。";
}
