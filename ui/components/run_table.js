// A table of runs. Names and notes are strangers' texts: only textContent and attributes, never HTML.
// Rows are used again by their place, so that an update neither flashes nor loses the focus.

const WIDTH = 84; // px of a small curve
const HEIGHT = 22;
const SVG = "http://www.w3.org/2000/svg";

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".runs");
  root.style.setProperty("--curve", data.curve);
  root.style.setProperty("--wrong", data.wrong);
  root.onclick = ({ target }) => {
    const pressed = target.closest("[data-do]");
    if (!pressed) return;
    root.text = ""; // a box may have ticked itself: what comes back is drawn in any case
    setTriggerValue("click", { do: pressed.dataset.do, on: pressed.dataset.on });
  };
  if (root.text === data.table) return;
  root.text = data.table;
  draw(root, JSON.parse(data.table));
}

function draw(root, table) {
  const columns = table.heads.map(([column]) => column);
  if (root.columns !== columns.join()) {
    root.columns = columns.join();
    root.replaceChildren(newTable(columns));
  }
  const [head, body] = root.firstElementChild.children;
  table.heads.forEach((entry, i) => fillHead(head.firstElementChild.children[i + 1], entry, table));
  while (body.rows.length > table.rows.length) body.lastElementChild.remove();
  while (body.rows.length < table.rows.length) body.append(newRow(columns));
  table.rows.forEach((row, i) => fillRow(body.rows[i], row, columns, table));
}

function newTable(columns) {
  const heads = make("tr", {}, make("th", { class: "pick" }));
  for (const column of columns) {
    const button = make("button", { type: "button", "data-do": "sort", "data-on": column });
    heads.append(make("th", { scope: "col", class: column }, button));
  }
  return make("table", {}, make("thead", {}, heads), make("tbody"));
}

function fillHead(cell, [column, title], { sort, upwards }) {
  const button = cell.firstElementChild;
  button.textContent = column === "starred" ? "★" : title;
  button.setAttribute("aria-label", title);
  button.title = column === "starred" ? title : "";
  cell.ariaSort = column === sort ? (upwards ? "ascending" : "descending") : "none";
}

function newRow(columns) {
  const box = make("input", { type: "checkbox", "data-do": "pick" });
  const row = make("tr", {}, make("td", { class: "pick" }, make("label", {}, box)));
  for (const column of columns) row.append(make("td", { class: column }, ...inside(column)));
  return row;
}

function inside(column) {
  if (column === "starred") return [make("button", { type: "button", "data-do": "star" })];
  if (column === "best") return [newCurve(), make("span")];
  if (column !== "name") return [];
  const sign = make("span", { class: "sign" });
  return [make("button", { type: "button", "data-do": "open", dir: "auto" }), sign];
}

function newCurve() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  svg.append(document.createElementNS(SVG, "path"), document.createElementNS(SVG, "circle"));
  return svg;
}

function fillRow(node, row, columns, { words, can_pick }) {
  const cells = Object.fromEntries(columns.map((column, i) => [column, node.cells[i + 1]]));
  const box = node.querySelector("input");
  Object.assign(box, { checked: Boolean(row.colour), disabled: !row.colour && !can_pick });
  box.setAttribute("aria-label", words.pick.replace("{run}", row.name));
  box.style.accentColor = row.colour;
  node.classList.toggle("picked", Boolean(row.colour));
  node.style.setProperty("--run", row.colour || "transparent");
  node.classList.toggle("failed", row.failed);
  for (const part of node.querySelectorAll("[data-do]")) part.dataset.on = row.id;
  for (const [column, text] of Object.entries(row.cells)) {
    const place = column === "best" ? cells.best.lastElementChild : cells[column];
    place.textContent = text;
    if (column !== "best") place.title = text;
  }
  const [name, sign] = cells.name.children;
  name.textContent = row.name;
  name.title = row.note ? `${row.name}\n${row.note}` : row.name;
  sign.textContent = row.note ? "✎" : "";
  sign.ariaLabel = row.note ? words.note : "";
  const star = cells.starred.firstElementChild;
  star.textContent = row.starred ? "★" : "☆";
  star.ariaPressed = String(row.starred);
  star.ariaLabel = words.star.replace("{run}", row.name);
  fillCurve(cells.best.firstElementChild, row.curve, words.curve);
}

// From 0 at the bottom to 1 at the top, so that the curves of different rows can be compared.
function fillCurve(svg, curve, label) {
  const [path, end] = svg.children;
  const place = (value, i) => [
    2 + ((WIDTH - 6) * i) / Math.max(curve.length - 1, 1),
    HEIGHT - 2 - (HEIGHT - 4) * value,
  ];
  let pen = "M";
  let line = "";
  let last = null;
  curve.forEach((value, i) => {
    if (value === null) return (pen = "M");
    last = place(value, i);
    line += `${pen}${last[0].toFixed(1)} ${last[1].toFixed(1)}`;
    pen = "L";
  });
  path.setAttribute("d", line);
  end.setAttribute("r", last ? 2 : 0);
  if (last) ["cx", "cy"].forEach((name, i) => end.setAttribute(name, last[i].toFixed(1)));
  svg.setAttribute("aria-label", label);
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
