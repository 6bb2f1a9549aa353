
"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  // The page was written from the findings on; what counts them belongs above.
  const overview = document.getElementById("overview");
  const main = document.getElementById("findings");
  main.before(overview);
  main.before(form);
  form.hidden = false;

  const articles = Array.from(main.querySelectorAll("article"), (element) => ({
    element,
    severity: element.dataset.severity,
    rule: element.dataset.rule,
    tables: element.dataset.tables ? element.dataset.tables.split("\n") : ["-"],
    text: null,
  }));
  const files = Array.from(main.querySelectorAll("section.file"));
  const nothing = document.getElementById("nothing");
  const output = form.querySelector("output");
  const boxes = Array.from(form.querySelectorAll("input[name=severity]"));
  const buttons = Array.from(document.querySelectorAll("button[data-filter]"));
  const { rule, table, text } = form.elements;

  const words = (article) => {
    if (article.text === null) {
      const path = article.element.closest("section").querySelector("h2").textContent;
      article.text = (path + "\n" + article.element.textContent).toLowerCase();
    }
    return article.text;
  };

  const apply = () => {
    const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const wanted = text.value.trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const matches =
        severities.has(article.severity) &&
        (!rule.value || article.rule === rule.value) &&
        (!table.value || article.tables.includes(table.value)) &&
        (!wanted || words(article).includes(wanted));
      article.element.hidden = !matches;
      shown += matches;
    }
    for (const file of files) file.hidden = !file.querySelector("article:not([hidden])");
    nothing.hidden = shown > 0;
    output.textContent = `${shown.toLocaleString("en")} of ${articles.length.toLocaleString("en")} findings`;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(form.elements[button.dataset.filter].value === button.dataset.value));
    }
  };

  // The filters are in the address, so that what is shown can be linked to.
  const remember = () => {
    const state = new URLSearchParams();
    if (boxes.some((box) => !box.checked)) {
      state.set("severity", boxes.filter((box) => box.checked).map((box) => box.value).join(","));
    }
    for (const field of [rule, table, text]) if (field.value) state.set(field.name, field.value);
    const hash = state.toString();
    history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
  };

  const recall = () => {
    const hash = location.hash.slice(1);
    if (hash && !hash.includes("=")) {
      const page = document.getElementById(hash);
      if (page && page.tagName === "DETAILS") page.open = true;
      return;
    }
    const state = new URLSearchParams(hash);
    const severities = state.has("severity") ? state.get("severity").split(",") : null;
    for (const box of boxes) box.checked = !severities || severities.includes(box.value);
    for (const field of [rule, table, text]) field.value = state.get(field.name) || "";
    for (const field of [rule, table]) if (field.selectedIndex < 0) field.value = "";
    apply();
  };

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { apply(); remember(); }, 120);
  });
  form.addEventListener("reset", () => setTimeout(() => { apply(); remember(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const field = form.elements[button.dataset.filter];
      field.value = field.value === button.dataset.value ? "" : button.dataset.value;
      apply();
      remember();
    });
  }
  window.addEventListener("hashchange", recall);
  recall();
  apply();
})();
