// A plotly figure that is fed with typed arrays and redrawn in place.
//
// The kernel sends the whole figure once, then only what changed: [path, value] pairs. Arrays travel as bytes; in the
// tree they are {"#": index of the buffer, dtype, shape}. A number counts the versions: a page that missed one (it was
// reloaded, or still loading) asks for the whole figure again.

const TYPES = { f4: Float32Array, f8: Float64Array, i1: Int8Array, i4: Int32Array, u1: Uint8Array };
const PATIENCE = 30_000;

function waiting() {
  if (!globalThis.__coursePlotly) {
    const held = (globalThis.__coursePlotly = {});
    held.promise = new Promise((resolve, reject) => Object.assign(held, { resolve, reject }));
  }
  return globalThis.__coursePlotly;
}

function unpack(value, buffers) {
  if (Array.isArray(value)) return value.map((item) => unpack(item, buffers));
  if (value === null || typeof value !== "object") return value;
  if ("#" in value) return typed(value, buffers[value["#"]]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item, buffers)]));
}

function typed({ dtype, shape }, view) {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const flat = new TYPES[dtype](bytes);
  if (shape.length === 1) return flat;
  return Array.from({ length: shape[0] }, (_, row) => flat.subarray(row * shape[1], (row + 1) * shape[1]));
}

function put(tree, path, value) {
  const steps = typeof path === "string" ? path.match(/[^.[\]]+/g) : path;
  const last = steps.at(-1);
  const at = steps.slice(0, -1).reduce((node, step) => (node[step] ??= {}), tree);
  if (value === undefined) delete at[last];
  else at[last] = value;
}

// plotly writes into what it is given: each view gets its own tree, and shares the arrays.
function copy(value) {
  if (Array.isArray(value)) return typeof value[0] === "object" && !ArrayBuffer.isView(value[0]) ? value.map(copy) : value;
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}

function isDark(ink) {
  const [red, green, blue] = ink.match(/[\d.]+/g).map(Number);
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140;
}

// The page's own ink: explicit colours in a figure stay, what the template leaves open follows the theme.
function dress(layout, el) {
  const ink = getComputedStyle(el).color;
  const dark = isDark(ink);
  const veil = (light, night) => (dark ? `rgba(255, 255, 255, ${night})` : `rgba(0, 0, 0, ${light})`);
  const base = (layout.template ??= {}).layout ?? {};
  layout.template.layout = base;
  base.font = { ...base.font, color: ink };
  for (const axis of ["xaxis", "yaxis"]) {
    const lines = { gridcolor: veil(0.08, 0.12), linecolor: veil(0.35, 0.45), tickcolor: veil(0.35, 0.45) };
    base[axis] = { ...base[axis], ...lines };
  }
  const box = { bgcolor: dark ? "#2b2b2b" : "#ffffff", bordercolor: veil(0.25, 0.3) };
  base.hoverlabel = { ...base.hoverlabel, ...box, font: { ...base.hoverlabel?.font, color: ink } };
  base.modebar = { bgcolor: "rgba(0,0,0,0)", color: veil(0.35, 0.45), activecolor: ink };
  return layout;
}

// A heading too wide for its panel is broken into two lines, and written smaller where that is not enough. It makes way
// for a legend that needs more than one row. What stands at the top of the figure pushes its upper edge up.
const HEADING = { size: 15, broken: 13, least: 10, gap: 10, line: 14 };
const LEGEND = { size: 12.5, key: 46, row: 19 };
const pen = document.createElement("canvas").getContext("2d");

function wide(text, font) {
  pen.font = font;
  return pen.measureText(text.replace(/<[^>]*>/g, "")).width;
}

function breakHeading(note, room, family) {
  if (wide(note.text, `bold ${HEADING.size}px ${family}`) <= room) return 0;
  const words = note.text.split(" ");
  const halves = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(" "), words.slice(i + 1).join(" ")]);
  const longest = (lines) => Math.max(...lines.map((line) => wide(line, `bold ${HEADING.broken}px ${family}`)));
  const lines = halves.reduce((best, next) => (longest(next) < longest(best) ? next : best), [note.text]);
  const size = Math.max(HEADING.least, HEADING.broken * Math.min(1, room / longest(lines)));
  Object.assign(note, { text: lines.join("<br>"), align: "left", font: { ...note.font, size } });
  return (lines.length - 1) * HEADING.line;
}

// plotly sets a legend that needs more than one row in columns, as wide as its longest entry.
function moreRows(layout, data, note, room, family) {
  const above = ({ x, y, orientation }) => orientation === "h" && x === note.x && y === note.y;
  const [name] = Object.entries(layout).find(([key, part]) => /^legend\d*$/.test(key) && above(part)) ?? [];
  const entries = data.filter(({ legend = "legend", showlegend }) => showlegend && legend === name);
  const widths = entries.map((trace) => LEGEND.key + wide(trace.name, `${LEGEND.size}px ${family}`));
  if (widths.reduce((sum, width) => sum + width, 0) <= room) return 0;
  return (Math.ceil(widths.length / Math.max(1, Math.floor(room / Math.max(...widths)))) - 1) * LEGEND.row;
}

function fitHeadings(layout, data, width) {
  const { annotations = [], margin } = layout;
  const family = layout.template.layout.font.family ?? "sans-serif";
  const across = width - margin.l - margin.r;
  const headings = annotations.filter(({ text }) => text?.startsWith("<b>"));
  const pushed = headings.map((note) => {
    const beside = headings.filter(({ x, y }) => y === note.y && x > note.x).map(({ x }) => x * across - HEADING.gap);
    const room = Math.min(across + margin.r, ...beside) - note.x * across;
    const first = note.y === 1;
    const more = breakHeading(note, room, family) + (first ? moreRows(layout, data, note, room, family) : 0);
    note.yshift += more;
    return first ? more : 0;
  });
  const up = Math.max(0, ...pushed);
  margin.t += up;
  layout.height += up;
}

function laidOut(figure, el) {
  const layout = copy(figure.layout);
  const narrow = layout.meta?.narrow;
  if (narrow && el.clientWidth < layout.meta.narrow_below) {
    for (const [path, value] of Object.entries(narrow)) put(layout, path, value);
  }
  fitHeadings(dress(layout, el), figure.data, el.clientWidth);
  return { ...layout, width: el.clientWidth };
}

const CONFIG = { displayModeBar: false };
const REACH = 30; // pixels: a click farther from everything picks nothing

// The number (first column of customdata) of the thing that was clicked at, or null.
function nearest(plot, traces, { clientX, clientY }) {
  const corner = plot.getBoundingClientRect();
  const axis = (name) => plot._fullLayout[`${name[0]}axis${name.slice(1)}`];
  let [found, least] = [null, REACH];
  for (const trace of traces.filter((t) => t.customdata)) {
    const [across, up] = [axis(trace.xaxis ?? "x"), axis(trace.yaxis ?? "y")];
    trace.customdata.forEach(([number], i) => {
      const x = corner.left + across._offset + across.c2p(trace.x[i]);
      const y = corner.top + up._offset + up.c2p(trace.y[i]);
      const far = Math.hypot(clientX - x, clientY - y);
      if (far < least) [found, least] = [number, far];
    });
  }
  return found;
}

// In a shadow root the page's thousands of style rules are not tried on every mark: redraws take half the time. The
// few rules plotly puts into the page's head have to be brought along.
function shaded(host) {
  const root = host.attachShadow({ mode: "open" });
  return root.appendChild(document.createElement("div"));
}

function bringStyle(plot) {
  const sheet = document.getElementById("plotly.js-style-global")?.sheet;
  const style = document.createElement("style");
  style.textContent = [...(sheet?.cssRules ?? [])].map((rule) => rule.cssText).join("\n");
  plot.before(style);
}

// One call for each model, so that its views share one figure.
export default () => {
  const shared = { version: -1, figure: null, tell: false, redraw: new Set() };

  function takeWhole({ version, figure, buffers }) {
    Object.assign(shared, { version, figure: unpack(figure, buffers) });
  }

  function takeChanges(message, buffers) {
    for (const [path, value] of message.changes) put(shared.figure, path, unpack(value, buffers));
    for (const path of message.gone) put(shared.figure, path, undefined);
    shared.version = message.version;
  }

  return {
    initialize({ model }) {
      takeWhole(model.get("whole"));
      model.on("msg:custom", (message, buffers) => {
        if ("figure" in message) takeWhole({ ...message, buffers });
        else if (message.version === shared.version + 1) takeChanges(message, buffers);
        else if (message.version > shared.version) return model.send({ have: shared.version });
        shared.tell = message.tell;
        for (const redraw of shared.redraw) redraw();
      });
      model.send({ have: shared.version });
    },

    async render({ model, el }) {
      el.classList.add("course-plot");
      const host = el.appendChild(document.createElement("div"));
      const plot = shaded(host);
      const status = el.appendChild(document.createElement("p"));
      status.setAttribute("role", "status");
      const say = () => (status.textContent = model.get("status"));
      model.on("change:status", say);
      say();

      let closed = false;
      let plotly = null;
      let busy = false;
      let again = false;

      async function draw() {
        again = true;
        if (busy || !plotly) return;
        busy = true;
        try {
          while (again && !closed && plot.clientWidth > 0) {
            again = false;
            const { version, tell } = shared;
            const layout = laidOut(shared.figure, plot);
            ink = getComputedStyle(host).color;
            host.setAttribute("role", "img");
            host.setAttribute("aria-label", layout.meta?.alt ?? "");
            await plotly.react(plot, copy(shared.figure.data), layout, CONFIG);
            host.dataset.version = version;
            if (tell) model.send({ drawn: version });
          }
        } finally {
          busy = false;
        }
      }

      // plotly's own clicks need a hover first, which a figure that is redrawn all the time never settles on. While a
      // button is down plotly covers the page, so that its release is seen by the window only.
      host.addEventListener("pointerdown", (down) => {
        const released = (up) => {
          const still = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < 5;
          const number = still && plotly ? nearest(plot, shared.figure.data, up) : null;
          if (number !== null) model.send({ pick: number });
        };
        window.addEventListener("pointerup", released, { once: true, capture: true });
      });

      shared.redraw.add(draw);
      let width = 0;
      const size = new ResizeObserver(() => {
        if (Math.abs(plot.clientWidth - width) < 2) return;
        width = plot.clientWidth;
        draw();
      });
      // A theme's rules arrive some time after its name: look again until the ink has changed.
      let ink = "";
      const inked = () => {
        if (getComputedStyle(host).color !== ink) draw();
      };
      const theme = new MutationObserver(() => [0, 100, 300, 1000, 3000].forEach((wait) => setTimeout(inked, wait)));
      theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"] });

      const late = setTimeout(() => {
        plot.textContent = "The drawing library has not arrived. Run this cell again.";
      }, PATIENCE);
      waiting().promise.then(
        (library) => {
          clearTimeout(late);
          plot.textContent = "";
          plotly = library;
          bringStyle(plot);
          size.observe(plot);
          draw();
        },
        (error) => {
          clearTimeout(late);
          plot.textContent = `The drawing library did not load: ${error}`;
        },
      );

      return () => {
        closed = true;
        clearTimeout(late);
        shared.redraw.delete(draw);
        size.disconnect();
        theme.disconnect();
        plotly?.purge(plot);
      };
    },
  };
};
