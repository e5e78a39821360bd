// Draws a row of maps for each layer. All maps of a row are one picture, of which each tile shows its part.

const unfolded = new Set(); // ids of the rows that the reader has unfolded

export default function (component) {
  const root = component.parentElement.querySelector(".maps");
  const { rows } = component.data;
  while (root.children.length > rows.length) root.lastElementChild.remove();
  while (root.children.length < rows.length) root.append(newRow());
  rows.forEach((row, i) => fill(component, root.children[i], row));
}

function newRow() {
  const more = element("button", "more");
  more.type = "button";
  const head = element("div", "head", element("span", "title"), element("span", "words"), more);
  return element("section", "row", head, element("div", "tiles"));
}

function fill(component, section, row) {
  const { first, words } = component.data;
  const [head, tiles] = section.children;
  const [title, about, more] = head.children;
  const open = unfolded.has(row.id);
  section.ariaLabel = title.textContent = row.title;
  about.textContent = row.words;
  more.hidden = row.count <= first;
  more.textContent = open ? words.fewer : words.all.replace("{count}", row.count);
  more.ariaExpanded = String(open);
  more.onclick = () => {
    if (!unfolded.delete(row.id)) unfolded.add(row.id);
    fill(component, section, row);
  };
  const shown = open ? row.count : Math.min(first, row.count);
  if (section.dataset.sheet !== row.sheet.uri || section.dataset.clickable !== String(row.clickable)) {
    section.dataset.sheet = row.sheet.uri;
    section.dataset.clickable = row.clickable;
    tiles.style.setProperty("--sheet", `url("${row.sheet.uri}")`);
    tiles.style.setProperty("--zoom", `${100 * row.sheet.columns}% ${100 * Math.ceil(row.count / row.sheet.columns)}%`);
    tiles.replaceChildren();
  }
  while (tiles.children.length > shown) tiles.lastElementChild.remove();
  while (tiles.children.length < shown) tiles.append(newTile(component, row, tiles.children.length));
  [...tiles.children].forEach((tile, number) => mark(tile, row, number, words));
  tiles.onclick = (event) => {
    const tile = event.target.closest("button");
    if (tile) component.setTriggerValue("click", { row: row.id, map: Number(tile.dataset.number) });
  };
}

function newTile(component, row, number) {
  const tile = element(row.clickable ? "button" : "div", "tile");
  if (row.clickable) tile.type = "button";
  else tile.role = "img";
  const { columns } = row.sheet;
  const lines = Math.ceil(row.count / columns);
  tile.dataset.number = number;
  tile.style.backgroundPosition = `${share(number % columns, columns)} ${share(Math.floor(number / columns), lines)}`;
  return tile;
}

function share(place, count) {
  return count > 1 ? `${(100 * place) / (count - 1)}%` : "0";
}

function mark(tile, row, number, words) {
  const quiet = row.quiet.includes(number);
  const name = words.map.replace("{number}", number + 1);
  tile.classList.toggle("quiet", quiet);
  tile.classList.toggle("chosen", row.chosen === number);
  tile.title = quiet ? `${name}, ${words.quiet}` : name;
  tile.ariaLabel = `${row.title}, ${tile.title}`;
  if (row.clickable) tile.ariaPressed = String(row.chosen === number);
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}
