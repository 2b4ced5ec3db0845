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

// A Jupyter server closes the connection at a message of 10 MB, so a file travels in slices; the kernel asks for the next.
const SLICE = 2 ** 21;
const inMB = (bytes) => (bytes / 1e6).toFixed(1);

function file({ label, accept, name }, read, write, model) {
  const input = make("input", { type: "file", accept, hidden: true });
  const button = make("button", { type: "button", "aria-label": `Choose a file: ${label}` }, "Choose a file");
  const shown = make("span", { class: "course-file", role: "status" });
  let chosen = null;
  let upload = "";
  let ending = "";

  async function send(at) {
    const mine = upload;
    try {
      const slice = await chosen.slice(at, at + SLICE).arrayBuffer();
      if (mine !== upload) return; // another file was chosen while this one was read
      shown.textContent = `${chosen.name}: ${inMB(at)} of ${inMB(chosen.size)} MB`;
      model.send({ file: chosen.name, knob: name, upload, at, size: chosen.size }, undefined, [slice]);
    } catch {
      if (mine === upload) end(`${chosen.name} cannot be read: choose it again.`);
    }
  }

  function end(words) {
    shown.textContent = words;
    chosen = null;
  }

  model.on("msg:custom", (message) => {
    if (message.upload !== upload) return;
    if (message.refused) {
      ending = ": refused, the reason stands below the figure";
      shown.textContent += ending;
    }
    if (!chosen) return;
    if (message.have < 0) end(`${chosen.name} could not be stored: choose it again.`);
    else if (message.have < chosen.size) send(message.have);
    else end(chosen.name);
  });
  button.addEventListener("click", () => {
    input.value = ""; // else the same file, changed meanwhile, could not be chosen again
    input.click();
  });
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    [chosen] = input.files;
    ending = "";
    upload = `${Date.now()} ${Math.random()}`;
    send(0);
  });
  const show = (path) => {
    if (!chosen) shown.textContent = path ? path.split(/[/\\]/).pop() + ending : "none chosen"; // else its progress stands there
  };
  const row = make("div", {}, input, button, shown);
  return { node: make("div", { class: "course-knob" }, make("span", {}, label), row), show };
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
