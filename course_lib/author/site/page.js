// Recorded figures on a page with no kernel: the course's own controls and plot, and in the kernel's place a model that
// looks up what was recorded. Only one knob is away from its start at a time.

const HERE = document.currentScript.src;

function once(make) {
  let made;
  return () => (made ??= make());
}

// One plotly.js for all pages, fetched when the first figure comes near.
const library = once(
  () =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("plotly.js", HERE);
      script.onload = () => resolve(globalThis.Plotly);
      script.onerror = () => reject(new Error("plotly.js is missing beside this page"));
      document.head.append(script);
    }),
);

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const whole = await new Response(stream).arrayBuffer();
  const length = new DataView(whole).getUint32(0, true);
  const tree = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
  const buffers = tree.places.map(([at, size]) => new Uint8Array(whole, 4 + length + at, size));
  return { ...tree, buffers };
}

function model(state) {
  const heard = {};
  const of = (event) => (heard[event] ??= new Set());
  return {
    get: (name) => state[name],
    set: (name, value) => (state[name] = value),
    on: (event, listener) => of(event).add(listener),
    off: (event, listener) => of(event).delete(listener),
    tell: (event, ...words) => of(event).forEach((listener) => listener(...words)),
    send: () => {}, // nobody is there to hear it
    save_changes: () => {},
  };
}

function parent(tree, path) {
  return path.slice(0, -1).reduce((node, step) => node[step], tree);
}

function changed(figure, { put, gone }) {
  const tree = structuredClone(figure);
  for (const [path, value] of put) parent(tree, path)[path.at(-1)] = value;
  for (const path of gone) delete parent(tree, path)[path.at(-1)];
  return tree;
}

async function show(place) {
  const { figure, buffers, question, knobs, values, frames } = await unpacked(place.querySelector("script").textContent);
  const screen = model({ whole: { version: 0, figure, buffers }, status: "" });
  const controlled = model({ question, knobs, values: { ...values }, runs: false, running: false });
  let version = 0;
  controlled.set = (_, next) => {
    const before = controlled.get("values");
    const turned = knobs.find(({ name }) => next[name] !== before[name])?.name;
    if (turned === undefined) return;
    Object.assign(before, values, { [turned]: next[turned] });
    controlled.tell("change:values");
    const frame = frames[turned][Number(next[turned])];
    screen.tell("msg:custom", { version: ++version, figure: changed(figure, frame) }, buffers);
  };
  const [above, below] = [document.createElement("div"), document.createElement("div")];
  place.replaceChildren(above, below);
  if (knobs.length) controls.render({ model: controlled, el: above });
  const figures = plot();
  figures.initialize({ model: screen });
  figures.render({ model: screen, el: below });
  library().then(globalThis.__coursePlotly.resolve, globalThis.__coursePlotly.reject);
}

const places = [...document.querySelectorAll(".course-page-figure")];
const shown = new Map(places.map((place) => [place, once(() => show(place))]));
const near = new IntersectionObserver(
  (seen) => seen.filter((one) => one.isIntersecting).forEach((one) => shown.get(one.target)()),
  { rootMargin: "1000px" },
);
places.forEach((place) => near.observe(place));
addEventListener("beforeprint", () => shown.forEach((draw) => draw()));

// The figures follow JupyterLab's name for the theme; this page has another.
const root = document.documentElement;
const theme = () => (document.body.dataset.jpThemeLight = String(root.dataset.theme !== "dark"));
new MutationObserver(theme).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
theme();

// What is too wide for the page scrolls sideways, and must be reached by keyboard for that.
function reachable() {
  for (const wide of document.querySelectorAll(".course-board, mjx-container[display]")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
addEventListener("resize", reachable);
addEventListener("toggle", reachable, true); // a part of the claims was opened
addEventListener("load", () => (globalThis.MathJax?.startup?.promise ?? Promise.resolve()).then(reachable));
