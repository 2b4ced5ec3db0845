// The table of claims. Every text is set as text, never as markup.

function cell(tag, text, name) {
  const node = document.createElement(tag);
  node.textContent = text;
  if (name) node.className = name;
  return node;
}

function small(text) {
  return cell("small", text);
}

export default {
  render({ model, el }) {
    el.classList.add("course-board");
    const table = document.createElement("table");
    const progress = cell("p", "");
    progress.setAttribute("role", "status");
    el.append(progress, table);

    function measureButton(i) {
      const button = cell("button", "measure now");
      button.setAttribute("data-lm-suppress-shortcuts", "true"); // or JupyterLab takes Enter for itself
      button.addEventListener("click", () => model.send({ measure: i }));
      return button;
    }

    function row(data, i) {
      const line = document.createElement("tr");
      line.dataset.state = data.state;
      const says = cell("th", data.says);
      says.scope = "row";
      says.append(small(data.source));
      const expected = cell("td", data.expected, "course-value");
      const measured = cell("td", data.measured, "course-value");
      measured.append(small(data.when));
      const verdict = cell("td", data.state === "measuring" ? "measuring …" : data.verdict, "course-verdict");
      if (data.slow && data.state !== "measuring") verdict.append(measureButton(i));
      line.append(says, expected, measured, verdict);
      return line;
    }

    function draw() {
      const head = document.createElement("tr");
      for (const word of ["claim", "expected", "measured", "verdict"]) {
        const title = cell("th", word);
        title.scope = "col";
        head.append(title);
      }
      table.replaceChildren(head, ...model.get("rows").map(row));
    }
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
