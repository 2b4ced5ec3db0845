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
    button.addEventListener("click", () => button.ariaDisabled !== "true" && measure());
    verdict.append(button);
  }
  const show = (now) => {
    line.dataset.state = now.state;
    value.textContent = now.measured;
    when.textContent = now.when;
    words.textContent = now.state === "measuring" ? "measuring …" : now.verdict;
    button.ariaDisabled = String(now.state === "measuring"); // `disabled` would lose the focus
  };
  return { line, show };
}

export default {
  render({ model, el }) {
    el.classList.add("course-board");
    const progress = make("p");
    progress.setAttribute("role", "status");
    const rows = model.get("rows").map((data, i) => row(data, () => model.send({ measure: i })));
    const [table, head, body] = [make("table"), make("thead"), make("tbody")];
    head.append(heads());
    body.append(...rows.map(({ line }) => line));
    table.append(make("caption", "What this lesson claims, measured on this computer"), head, body);
    el.append(progress, table);

    const draw = () => model.get("rows").forEach((data, i) => rows[i].show(data));
    const say = () => (progress.textContent = model.get("progress"));
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
