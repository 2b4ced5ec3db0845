// A lattice painted pixel by pixel: one byte a site, looked up in a palette of 256 colours.

function paint(canvas, { width, height, sites, palette }) {
  const colours = new Uint8Array(palette.buffer, palette.byteOffset, 768);
  const levels = new Uint8Array(sites.buffer, sites.byteOffset, width * height);
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < levels.length; i++) {
    const from = 3 * levels[i];
    image.data[4 * i] = colours[from];
    image.data[4 * i + 1] = colours[from + 1];
    image.data[4 * i + 2] = colours[from + 2];
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function gradient(palette) {
  const colours = new Uint8Array(palette.buffer, palette.byteOffset, 768);
  const stops = [0, 64, 128, 192, 255].map((i) => `rgb(${colours.slice(3 * i, 3 * i + 3).join(",")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

export default {
  render({ model, el }) {
    el.classList.add("course-canvas");
    el.innerHTML = `<p class="course-title"></p><p class="course-key"><span></span><i></i><span></span><b></b></p>
      <canvas role="img"></canvas><p role="status"></p>`;
    const [title, key, canvas, status] = el.children;
    const [low, bar, high, label] = key.children;

    function draw() {
      const picture = model.get("picture");
      paint(canvas, picture);
      canvas.setAttribute("aria-label", picture.alt);
      canvas.style.maxWidth = `${picture.pixels}px`;
      canvas.style.aspectRatio = `${picture.width} / ${picture.height}`;
      canvas.dataset.version = picture.version;
      bar.style.background = gradient(picture.palette);
      [title, low, high, label].forEach((node, i) => {
        node.textContent = [picture.title, picture.low, picture.high, picture.label][i];
      });
      if (picture.tell) requestAnimationFrame(() => model.send({ drawn: picture.version }));
    }
    const say = () => (status.textContent = model.get("status"));
    model.on("change:picture", draw);
    model.on("change:status", say);
    draw();
    say();
    return () => {
      model.off("change:picture", draw);
      model.off("change:status", say);
    };
  },
};
