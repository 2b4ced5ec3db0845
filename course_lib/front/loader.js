// Brings plotly.js into the page. Every kernel sends it once; the second to arrive finds it there and does nothing.

function waiting() {
  if (!globalThis.__coursePlotly) {
    const held = (globalThis.__coursePlotly = {});
    held.promise = new Promise((resolve, reject) => Object.assign(held, { resolve, reject }));
  }
  return globalThis.__coursePlotly;
}

async function load(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const module = { exports: {} };
  new Function("module", "exports", "define", await new Response(stream).text())(module, module.exports, undefined);
  return module.exports.newPlot ? module.exports : globalThis.Plotly;
}

export default {
  initialize({ model }) {
    const plotly = waiting();
    if (plotly.started) return;
    plotly.started = true;
    load(model.get("packed")).then(plotly.resolve, plotly.reject);
  },
};
