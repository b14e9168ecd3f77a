// Puts a button on the page that opens the questions in a frame:
//   <script src="https://…/widget.js" data-title="政策问答" data-collection="教育" async></script>
// The frame is another origin: it sees nothing of this page, and sets no cookie.
(() => {
  const script = document.currentScript;
  if (!script) return;
  const home = new URL(script.src).origin;
  const given = script.dataset;
  const title = given.title || "政策问答";
  const wanted = new URLSearchParams({ origin: location.origin });
  for (const name of ["title", "collection"]) if (given[name]) wanted.set(name, given[name]);

  const small = window.matchMedia("(max-width: 480px)");
  const button = document.createElement("button");
  const panel = document.createElement("div");
  let frame = null;

  Object.assign(button.style, {
    position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483646",
    minHeight: "48px", padding: "0 20px", border: "0", borderRadius: "24px",
    background: "#9b2c1f", color: "#fff", font: "16px/1 system-ui, sans-serif",
    boxShadow: "0 2px 12px rgba(0,0,0,.25)", cursor: "pointer",
  });
  button.type = "button";
  button.textContent = title;
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", "youju-panel");
  panel.id = "youju-panel";
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", title);

  function place() {
    Object.assign(panel.style, {
      position: "fixed", zIndex: "2147483647", overflow: "hidden", background: "#fff",
      display: panel.hidden ? "none" : "block",
      boxShadow: "0 4px 32px rgba(0,0,0,.3)",
      borderRadius: small.matches ? "0" : "12px",
      inset: small.matches ? "0" : "auto 16px 16px auto",
      width: small.matches ? "auto" : "min(400px, calc(100vw - 32px))",
      height: small.matches ? "auto" : "min(600px, calc(100vh - 32px))",
    });
  }

  function makeFrame() {
    frame = document.createElement("iframe");
    frame.title = title;
    frame.setAttribute("sandbox",
      "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
    frame.referrerPolicy = "no-referrer";
    Object.assign(frame.style, { border: "0", width: "100%", height: "100%", display: "block" });
    frame.addEventListener("load", focusFrame);
    frame.src = `${home}/widget?${wanted}`;
    panel.append(frame);
  }

  function focusFrame() {
    frame.focus();
    frame.contentWindow.postMessage({ type: "youju:focus" }, home);
  }

  function open(isOpen) {
    panel.hidden = !isOpen;
    button.hidden = isOpen;
    button.style.display = isOpen ? "none" : "block";
    button.setAttribute("aria-expanded", String(isOpen));
    place();
    if (!isOpen) button.focus();
    else if (frame) focusFrame();
    else makeFrame();
  }

  button.addEventListener("click", () => open(true));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !panel.hidden) open(false);
  });
  window.addEventListener("message", (event) => {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    if (event.data && event.data.type === "youju:close") open(false);
  });
  small.addEventListener("change", place);

  function add() {
    place();
    document.body.append(button, panel);
  }
  if (document.body) add();
  else document.addEventListener("DOMContentLoaded", add);
})();
