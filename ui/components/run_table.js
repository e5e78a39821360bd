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
    root.replaceChildren(make("p", { class: "sort" }), newTable(columns));
  }
  const [sort, { children: [head, body] }] = root.children;
  sort.textContent = table.words.sort;
  table.heads.forEach((entry, i) => fillHead(head.firstElementChild.children[i + 1], entry, table));
  while (body.rows.length > table.rows.length) body.lastElementChild.remove();
  while (body.rows.length < table.rows.length) body.append(newRow(columns));
  root.classList.toggle("marked", table.rows.some((row) => row.mark));
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
  const open = make("button", { type: "button", "data-do": "open" }, make("span", { dir: "auto" }));
  return [open, make("span", { class: "sign" }), make("span", { class: "mark" })];
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
  box.parentElement.title = box.disabled ? words.full : "";
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
  const [name, sign, mark] = cells.name.children;
  mark.textContent = row.mark;
  name.firstElementChild.textContent = row.name;
  name.title = [row.name, row.mark, row.cells.network, row.note].filter(Boolean).join("\n");
  sign.textContent = row.note ? "✎" : "";
  sign.ariaLabel = row.note ? words.note : "";
  const star = cells.starred.firstElementChild;
  star.textContent = row.starred ? "★" : row.can_star ? "☆" : "";
  star.disabled = !row.can_star;
  star.ariaPressed = String(row.starred);
  star.ariaLabel = words.star.replace("{run}", row.name);
  fillCurve(cells.best.firstElementChild, row.curve, words.curve);
}

// From 0 at the bottom to 1 at the top, so that the curves of different rows can be compared; a dot is at the best.
function fillCurve(svg, curve, label) {
  const [path, dot] = svg.children;
  const place = (value, i) => [
    2 + ((WIDTH - 6) * i) / Math.max(curve.length - 1, 1),
    HEIGHT - 2 - (HEIGHT - 4) * value,
  ];
  let pen = "M";
  let line = "";
  let best = -1;
  curve.forEach((value, i) => {
    if (value === null) return (pen = "M");
    const [x, y] = place(value, i).map((at) => at.toFixed(1));
    line += `${pen}${x} ${y}`;
    pen = "L";
    if (value <= best) return;
    best = value;
    dot.setAttribute("cx", x);
    dot.setAttribute("cy", y);
  });
  path.setAttribute("d", line);
  dot.setAttribute("r", best < 0 ? 0 : 2);
  svg.setAttribute("aria-label", label);
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
