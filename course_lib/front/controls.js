// The question and the knobs of a playground, in the browser's own controls: they come with keyboard and screen reader.
// A slider counts positions; what each position means, and how it reads, is decided in Python.

// JupyterLab takes arrow keys and Enter for itself, unless the very thing in focus asks it not to.
const OWN_KEYS = "data-lm-suppress-shortcuts";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.setAttribute(OWN_KEYS, "true");
  node.append(...children);
  return node;
}

function slider({ label, texts, unit }, read, write) {
  const input = make("input", { type: "range", min: "0", max: String(texts.length - 1), step: "1", "aria-label": label });
  const shown = make("output");
  const show = (position) => {
    input.value = position;
    shown.textContent = unit ? `${texts[position]} ${unit}` : texts[position];
    input.setAttribute("aria-valuetext", shown.textContent);
  };
  input.addEventListener("input", () => {
    show(Number(input.value));
    write(Number(input.value));
  });
  const widest = Math.max(...texts.map((text) => text.length)) + (unit ? unit.length + 1 : 0);
  shown.style.minWidth = `${widest}ch`;
  return { node: make("label", { class: "course-knob" }, make("span", {}, label), make("div", {}, input, shown)), show };
}

function choice({ label, texts }, read, write) {
  const select = make("select", { "aria-label": label }, ...texts.map((text) => make("option", {}, text)));
  select.addEventListener("change", () => write(select.selectedIndex));
  const show = (position) => (select.selectedIndex = position);
  return { node: make("label", { class: "course-knob" }, make("span", {}, label), select), show };
}

function toggle({ label }, read, write) {
  const box = make("input", { type: "checkbox", role: "switch" });
  box.addEventListener("change", () => write(box.checked));
  return {
    node: make("label", { class: "course-knob course-toggle" }, box, make("span", {}, label)),
    show: (on) => (box.checked = on),
  };
}

function pick({ label, count }, read, write) {
  const number = make("input", { type: "number", min: "0", max: String(count - 1), value: "0", "aria-label": `${label}: number` });
  const button = make("button", { type: "button" }, "toggle");
  const chosen = make("span", { class: "course-chosen", "aria-live": "polite" });
  const flip = (i) => write(read().includes(i) ? read().filter((j) => j !== i) : [...read(), i].sort((a, b) => a - b));
  const act = () => {
    const i = Number(number.value);
    if (number.value !== "" && Number.isInteger(i) && i >= 0 && i < count) flip(i);
    else chosen.textContent = `give a whole number from 0 to ${count - 1}`;
  };
  const clear = make("button", { type: "button" }, "clear");
  clear.addEventListener("click", () => write([]));
  button.addEventListener("click", act);
  number.addEventListener("keydown", (event) => event.key === "Enter" && act());
  const show = (picked) => {
    const chips = picked.map((i) => {
      const chip = make("button", { type: "button", "aria-label": `take ${i} out`, title: `take ${i} out` }, `${i} ×`);
      chip.addEventListener("click", () => flip(i));
      return chip;
    });
    chosen.replaceChildren(...(chips.length ? chips : ["none: click in the figure, or give a number"]));
  };
  const row = make("div", {}, number, button, clear, chosen);
  return { node: make("div", { class: "course-knob course-pick" }, make("span", {}, label), row), show };
}

function file({ label, accept, name }, read, write, model) {
  const input = make("input", { type: "file", accept, "aria-label": label });
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    if (chosen) model.send({ file: chosen.name, knob: name }, undefined, [await chosen.arrayBuffer()]);
  });
  return { node: make("label", { class: "course-knob" }, make("span", {}, label), input), show: () => {} };
}

const KINDS = { slider, choice, toggle, pick, file };

function runButtons(model) {
  const buttons = ["Play", "Step", "Reset"].map((word) => make("button", { type: "button" }, word));
  const [play, step, reset] = buttons;
  play.classList.add("course-play");
  play.addEventListener("click", () => model.send({ run: model.get("running") ? "stop" : "play" }));
  step.addEventListener("click", () => model.send({ run: "step" }));
  reset.addEventListener("click", () => model.send({ run: "reset" }));
  const show = () => {
    play.textContent = model.get("running") ? "Stop" : "Play";
    step.disabled = model.get("running");
  };
  return { node: make("div", { class: "course-run" }, ...buttons), show };
}

export default {
  render({ model, el }) {
    el.classList.add("course-controls");
    el.append(make("p", { class: "course-question" }, model.get("question")));
    const row = make("div", { class: "course-row" });
    const write = (name) => (value) => {
      model.set("values", { ...model.get("values"), [name]: value });
      model.save_changes();
    };
    const shown = model.get("knobs").map((knob) => {
      const control = KINDS[knob.kind](knob, () => model.get("values")[knob.name], write(knob.name), model);
      row.append(control.node);
      return [knob.name, control.show];
    });
    if (shown.length) el.append(row);

    const update = () => shown.forEach(([name, show]) => show(model.get("values")[name]));
    model.on("change:values", update);
    update();
    if (!model.get("runs")) return;
    const run = runButtons(model);
    el.append(run.node);
    model.on("change:running", run.show);
    run.show();
  },
};
