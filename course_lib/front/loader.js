// Brings plotly.js into the page. Every kernel sends it once; the second to arrive finds it there and does nothing.

function waiting() {
  if (!globalThis.__coursePlotly) {
    const held = (globalThis.__coursePlotly = {});
    held.promise = new Promise((resolve, reject) => Object.assign(held, { resolve, reject }));
  }
  return globalThis.__coursePlotly;
}

// anywidget gives a widget two seconds to come to life, and from then on it hears nothing. On a slow or busy machine the
// library alone keeps the page for so long: anywidget's patience is stretched, and the library is run when the widgets
// that came with it are there.
const ITS_PATIENCE = 2000;
const PATIENCE = 120_000;
const SETTLING = 300;

function stretchPatience() {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) =>
    timeout(ms === ITS_PATIENCE && /anywidget/.test(new Error().stack) ? PATIENCE : ms);
}

async function load(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = { exports: {} };
  const text = await new Response(stream).text();
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
  new Function("module", "exports", "define", text)(module, module.exports, undefined);
  return module.exports.newPlot ? module.exports : globalThis.Plotly;
}

export default {
  initialize({ model }) {
    const plotly = waiting();
    if (plotly.started) return;
    plotly.started = true;
    stretchPatience();
    load(model.get("packed")).then(plotly.resolve, plotly.reject);
  },
};
