// Draws rows of pictures. Nodes are used again by their place, so that an update neither flashes nor loses the focus.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  root.style.setProperty("--size", `${data.size}px`);
  root.style.setProperty("--columns", data.columns ?? "auto-fill");
  root.style.setProperty("--widest", data.columns ? `calc(${data.columns} * (${data.size}px + 0.625rem))` : "none");
  root.classList.toggle("counted", Boolean(data.columns));
  root.classList.toggle("labelled", data.rows.some(({ title }) => title));
  root.onclick = (event) => {
    const tile = event.target.closest("button.tile");
    if (tile) setTriggerValue("click", tile.dataset.id);
  };
  const tag = data.clickable ? "button" : "div";
  match(root, data.rows.length, newRow).forEach((row, i) => {
    const { title, tiles } = data.rows[i];
    const [heading, grid] = row.children;
    heading.textContent = title;
    grid.setAttribute("aria-label", title);
    match(grid, tiles.length, () => newTile(tag), tag).forEach((node, j) => fill(node, tiles[j], data.marks));
  });
}

// The first `count` children of `parent`: kept where their tag is still right, made where they are missing.
function match(parent, count, make, tag = "div") {
  if (parent.firstElementChild && parent.firstElementChild.localName !== tag) parent.replaceChildren();
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

function newRow() {
  const heading = element("p", "title");
  heading.dir = "auto";
  const grid = element("div", "tiles");
  grid.role = "group";
  return element("div", "row", heading, grid);
}

function newTile(tag) {
  const image = element("img", "");
  image.loading = "lazy";
  image.decoding = "sync"; // a changed picture is painted together with its caption
  const sign = element("span", "sign");
  sign.ariaHidden = "true";
  const caption = element("span", "caption");
  const note = element("span", "note");
  caption.dir = note.dir = "auto";
  const tile = element(tag, "tile", element("span", "frame", image, sign), caption, note);
  if (tag === "button") tile.type = "button";
  else tile.role = "figure";
  return tile;
}

// Captions are strangers' text: only textContent and attributes, never HTML.
function fill(tile, { id, source, pixelated, caption, note, mark, alt }, marks) {
  const [frame, first, second] = tile.children;
  const [image, sign] = frame.children;
  const verdict = marks[mark];
  tile.dataset.id = id;
  tile.title = [caption, note].filter(Boolean).join("\n");
  tile.ariaLabel = [alt, note, verdict?.word].filter(Boolean).join(", ");
  if (image.src !== source) image.src = source;
  image.alt = alt;
  image.className = pixelated ? "pixelated" : "";
  frame.className = `frame ${mark}`;
  frame.style.setProperty("--mark", verdict?.colour ?? "");
  sign.textContent = verdict?.sign ?? "";
  first.textContent = caption;
  second.textContent = note;
}
