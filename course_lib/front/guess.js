// A guess before the figure: it counts once the button is pressed.

// JupyterLab takes arrow keys and Enter for itself, unless the very thing in focus asks it not to.
const OWN_KEYS = "data-lm-suppress-shortcuts";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.setAttribute(OWN_KEYS, "true");
  node.append(...children);
  return node;
}

function radios(choices) {
  const group = `course-guess-${Math.random().toString(36).slice(2)}`;
  const rows = choices.map((choice) => make("label", {}, make("input", { type: "radio", name: group, value: choice }), choice));
  const node = make("div", { class: "course-choices", role: "radiogroup" }, ...rows);
  return { node, read: () => node.querySelector("input:checked")?.value };
}

function number([low, high], unit) {
  const step = String((high - low) / 200);
  const range = make("input", { type: "range", min: low, max: high, step, value: low, "aria-label": "your guess" });
  const exact = make("input", { type: "number", min: low, max: high, step: "any", value: "", placeholder: "?", "aria-label": "your guess as a number" });
  range.addEventListener("input", () => (exact.value = Number(Number(range.value).toPrecision(3))));
  exact.addEventListener("input", () => exact.value !== "" && (range.value = exact.value));
  return { node: make("div", { class: "course-number" }, range, exact, unit), read: () => (exact.value === "" ? undefined : Number(exact.value)) };
}

export default {
  render({ model, el }) {
    el.classList.add("course-guess");
    const choices = model.get("choices");
    const field = choices.length ? radios(choices) : number(model.get("span"), model.get("unit"));
    const button = make("button", { type: "button" }, "That is my guess");
    const said = make("p", { role: "status" });
    field.node.setAttribute("aria-label", model.get("question"));
    button.addEventListener("click", () => {
      const guess = field.read();
      if (guess === undefined) said.textContent = "Choose something first. Or go on without a guess: that is fine, too.";
      else model.send({ guess });
    });
    const say = () => (said.textContent = model.get("said"));
    model.on("change:said", say);
    say();
    el.append(make("p", { class: "course-question" }, model.get("question")), field.node, button, said);
    return () => model.off("change:said", say);
  },
};
