// The reader's work leaves and comes back as one file; it comes in slices, since a Jupyter server takes no message of 10 MB.

const SLICE = 2 ** 21;
const PATIENCE = 15_000; // ms
const SILENT = "The kernel does not answer. Run this cell again (Shift + Enter), then try once more.";

function button(words) {
  const node = document.createElement("button");
  node.type = "button";
  node.textContent = words;
  node.setAttribute("data-lm-suppress-shortcuts", "true"); // or JupyterLab takes Enter for itself
  return node;
}

function save(data, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data], { type: "application/zip" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export default {
  render({ model, el }) {
    el.classList.add("course-work");
    const [note, row, status, input] = ["p", "div", "p", "input"].map((tag) => document.createElement(tag));
    const [download, restore] = [button("Download my work"), button("Bring my work back")];
    note.textContent = model.get("note");
    status.setAttribute("role", "status");
    Object.assign(input, { type: "file", accept: ".zip", hidden: true });
    row.append(download, restore, input);
    el.append(note, row, status);

    let asked = false; // by this page: a second one hears the answer, too
    let silence = 0;
    const say = (words) => (status.textContent = words);
    const wait = (words) => {
      say(words);
      clearTimeout(silence);
      silence = setTimeout(() => say(SILENT), PATIENCE);
    };

    download.addEventListener("click", () => {
      asked = true;
      wait("Packing …");
      model.send({});
    });
    restore.addEventListener("click", () => {
      input.value = ""; // else the same file could not be chosen again
      input.click();
    });
    input.addEventListener("change", async () => {
      const [file] = input.files;
      const upload = `${Date.now()} ${Math.random()}`;
      wait(`Bringing back ${file.name} …`);
      try {
        for (let at = 0; at === 0 || at < file.size; at += SLICE) {
          const slice = await file.slice(at, at + SLICE).arrayBuffer();
          model.send({ file: file.name, upload, at, size: file.size }, undefined, [slice]);
        }
      } catch {
        clearTimeout(silence);
        say(`${file.name} cannot be read: choose it again.`);
      }
    });

    const heard = ({ said, name }, [data]) => {
      clearTimeout(silence);
      if (said) say(said);
      else if (asked) {
        save(data, name);
        say(`Downloaded as “${name}”: ${Math.ceil(data.byteLength / 1000)} kB.`);
      }
      asked = false;
    };
    model.on("msg:custom", heard);
    return () => {
      clearTimeout(silence);
      model.off("msg:custom", heard);
    };
  },
};
