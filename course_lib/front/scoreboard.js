// The table of claims. Every text is set as text, never as markup. Rows are made once and then changed in place, so
// that whoever stands on a button with the keyboard stays there.

function make(tag, text = "", name = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (name) node.className = name;
  return node;
}

function heads() {
  const line = make("tr");
  for (const word of ["claim", "expected", "measured", "verdict"]) {
    const title = make("th", word);
    title.scope = "col";
    line.append(title);
  }
  return line;
}

// What does not change of a row; `show` writes what does.
function row(data, measure) {
  const line = make("tr");
  const says = make("th", data.says);
  says.scope = "row";
  says.append(make("small", data.source));
  const [value, when, words] = [make("span"), make("small"), make("span")];
  const measured = make("td", "", "course-value");
  measured.append(value, when);
  const verdict = make("td", "", "course-verdict");
  verdict.append(words);
  const expected = make("td", data.expected, "course-value");
  const cited = data.state === "cited"; // is never measured, and may need the room
  if (cited) expected.colSpan = 2;
  line.append(says, expected, ...(cited ? [] : [measured]), verdict);

  const button = make("button", "measure now");
  if (data.slow) {
    button.setAttribute("aria-label", `measure now: ${data.says}`);
    button.setAttribute("data-lm-suppress-shortcuts", "true"); // or JupyterLab takes Enter for itself
    button.addEventListener("click", () => button.getAttribute("aria-disabled") !== "true" && measure());
    verdict.append(button);
  }
  const show = (now) => {
    line.dataset.state = now.state;
    value.textContent = now.measured;
    when.textContent = now.when;
    words.textContent = now.state === "measuring" ? "measuring …" : now.verdict;
    button.setAttribute("aria-disabled", now.state === "measuring"); // `disabled` would lose the focus
  };
  return { line, show };
}

// The rows of one part of the lesson below a line that opens and closes them, and counts. A nameless part is open.
function part(name, members) {
  const body = make("tbody");
  body.append(...members.map(({ line }) => line));
  if (!name) return { bodies: [body], count: () => {} };
  const [head, line, cell, button] = [make("tbody"), make("tr"), make("th"), make("button", "", "course-part")];
  const [words, tally] = [make("span", name), make("small")];
  button.append(words, tally);
  button.setAttribute("data-lm-suppress-shortcuts", "true");
  cell.colSpan = 4;
  cell.scope = "rowgroup";
  cell.append(button);
  line.append(cell);
  head.append(line);
  const open = (yes) => {
    body.hidden = !yes;
    button.setAttribute("aria-expanded", yes);
  };
  button.addEventListener("click", () => open(body.hidden));
  open(false);
  const count = (states) => {
    const of = (state) => states.filter((s) => s === state).length;
    const said = [[of("holds"), "hold"], [of("fails"), "fail"], [of("open") + of("measuring"), "not measured"], [of("cited"), "cited"]];
    tally.textContent = said.filter(([n]) => n).map(([n, word]) => `${n} ${word}`).join(", ");
    const state = of("fails") ? "fails" : "holds";
    if (state === "fails" && head.dataset.state !== state) open(true); // once: the reader may close it again
    head.dataset.state = state;
  };
  return { bodies: [head, body], count };
}

export default {
  // While claims are measured, rows come one at a time, perhaps before the table is drawn.
  initialize({ model }) {
    model.on("msg:custom", ({ i, row, progress }) => {
      model.set("rows", model.get("rows").map((old, j) => (j === i ? row : old)));
      model.set("progress", progress);
    });
  },

  render({ model, el }) {
    el.classList.add("course-board");
    const progress = make("p");
    progress.setAttribute("role", "status");
    const data = model.get("rows");
    const rows = data.map((one, i) => row(one, () => model.send({ measure: i })));
    const names = [...new Set(data.map((one) => one.part))];
    const parts = names.map((name) => ({ name, ...part(name, rows.filter((_, i) => data[i].part === name)) }));
    const [table, head] = [make("table"), make("thead")];
    head.append(heads());
    table.append(make("caption", "What this lesson claims, measured on this computer"), head);
    table.append(...parts.flatMap(({ bodies }) => bodies));
    el.append(progress, table);

    const draw = () => {
      const now = model.get("rows");
      now.forEach((one, i) => rows[i].show(one));
      parts.forEach(({ name, count }) => count(now.filter((one) => one.part === name).map((one) => one.state)));
    };
    const say = () => {
      progress.textContent = model.get("progress");
      progress.setAttribute("aria-live", progress.textContent.startsWith("measuring") ? "off" : "polite");
    };
    model.on("change:rows", draw);
    model.on("change:progress", say);
    draw();
    say();
    return () => {
      model.off("change:rows", draw);
      model.off("change:progress", say);
    };
  },
};
