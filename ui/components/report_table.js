// A table of numbers and the matrix they come from. Names are strangers' texts: only textContent, never HTML.

const COLUMNS = { precision: 0, recall: 1, f1: 2, support: 3 };

const reports = new WeakMap(); // root element → its report

export default function (component) {
  const root = component.parentElement.querySelector(".report");
  if (!reports.has(root)) reports.set(root, mount(root));
  const report = reports.get(root);
  report.colours = component.data;
  root.style.setProperty("--right", component.data.right);
  if (report.text !== component.data.table) fill(report, component.data.table);
  show(report);
  return () => {
    report.observer.disconnect();
    reports.delete(root);
  };
}

function mount(root) {
  const [head, body, foot, canvas, caption] = ["thead tr", "tbody", "tfoot", "canvas", "figcaption"].map((part) =>
    root.querySelector(part),
  );
  const report = { root, head, body, foot, canvas, caption, sorted: { column: -1, way: 0 } };
  const table = root.querySelector("table");
  const point = (name, cell) => {
    if (report[name] === cell) return;
    report[name] = cell;
    show(report);
  };
  table.onpointerover = (event) => event.pointerType === "mouse" && point("hovered", numberAt(event));
  table.onpointerleave = () => point("hovered", null);
  table.addEventListener("focusin", (event) => point("focused", numberAt(event)));
  table.addEventListener("focusout", () => point("focused", null));
  table.onclick = (event) => numberAt(event)?.focus({ preventScroll: true }); // a tap counts as pointing
  table.onkeydown = (event) => walk(report, event);
  report.observer = new ResizeObserver(() => root.clientWidth !== report.width && draw(report));
  report.observer.observe(root);
  return report;
}

function numberAt({ target }) {
  return target.closest("td[data-column]");
}

// --- The table -------------------------------------------------------------------------------------------------------

function fill(report, text) {
  const { root, head, body, foot, canvas } = report;
  const focused = root.getRootNode().activeElement?.dataset;
  const place = focused?.column && [focused.row, focused.column];
  Object.assign(report, { text, table: JSON.parse(text), hovered: null, focused: null });
  const { heads, rows, rest, alt } = report.table;
  const made = rows.map((row, i) => newRow(row, i));
  report.classes = rows.filter(({ kind }) => kind === "class").length;
  head.replaceChildren(...heads.map((name, column) => newHead(report, name, column)));
  body.replaceChildren(...made.slice(0, report.classes));
  foot.replaceChildren(...made.slice(report.classes));
  canvas.setAttribute("aria-label", alt);
  report.rest = find(root, rest, COLUMNS.precision);
  sort(report);
  const stop = place ? find(root, ...place) : null;
  (stop ?? report.rest)?.setAttribute("tabindex", "0"); // one tab stop for all numbers
  stop?.focus({ preventScroll: true });
}

function find(root, row, column) {
  return root.querySelector(`td[data-row="${row}"][data-column="${column}"]`);
}

function newHead(report, name, column) {
  const button = make("button", { type: "button" }, name);
  const head = make("th", { scope: "col" });
  head.append(button);
  button.onclick = () => {
    const { sorted } = report;
    report.sorted = { column, way: sorted.column === column ? (sorted.way + 1) % 3 : 1 };
    sort(report);
  };
  return head;
}

function newRow({ name, numbers, kind }, index) {
  const row = make("tr", { class: kind });
  const title = make("th", { scope: "row", title: name });
  title.append(make("span", { dir: "auto" }, name));
  row.append(title);
  numbers.forEach((number, column) => {
    if (!number) return row.append(make("td"));
    const cell = make("td", { tabindex: -1, "data-row": index, "data-column": column }, number.text);
    if (column !== COLUMNS.support) cell.style.setProperty("--share", `${100 * number.value}%`);
    row.append(cell);
  });
  return row;
}

// A first click on a head: the smallest first, for those are what one looks for; then the largest; then as they were.
function sort(report) {
  const { head, body, table, classes, sorted } = report;
  const order = [...Array(classes).keys()];
  const of = (i) => (sorted.column ? table.rows[i].numbers[sorted.column - 1].value : table.rows[i].name);
  const compare = sorted.column
    ? (a, b) => of(a) - of(b)
    : (a, b) => of(a).localeCompare(of(b), undefined, { numeric: true });
  if (sorted.way) order.sort((a, b) => (sorted.way === 1 ? compare(a, b) : compare(b, a)) || a - b);
  const rows = [...body.rows].sort((a, b) => numberOf(a) - numberOf(b));
  body.append(...order.map((i) => rows[i]));
  [...head.children].forEach((cell, column) => {
    cell.ariaSort = column === sorted.column ? ["none", "ascending", "descending"][sorted.way] : "none";
  });
}

function numberOf(row) {
  return Number(row.querySelector("td").dataset.row);
}

function walk(report, event) {
  const from = numberAt(event);
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!from || !step) return;
  event.preventDefault();
  const rows = [...report.body.rows, ...report.foot.rows];
  let [row, column] = [rows.indexOf(from.parentElement), from.cellIndex];
  let to;
  do {
    [row, column] = [row + step[0], column + step[1]];
    to = rows[row]?.cells[column];
  } while (to && !to.dataset.column && to.localName === "td"); // over the holes
  if (!to?.dataset.column) return;
  from.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
}

// --- What a number comes from ----------------------------------------------------------------------------------------

function show(report) {
  const { root, caption, table } = report;
  const cell = report.hovered ?? report.focused ?? report.rest;
  const { row: index, column } = cell.dataset;
  const row = table.rows[index];
  const subject = make("b");
  const isOwn = row.kind === "accuracy" && Number(column) !== COLUMNS.support; // its column is not what it is
  subject.append(isOwn ? "" : `${table.heads[Number(column) + 1]} · `, make("bdi", {}, row.name));
  caption.replaceChildren(subject, make("span", { dir: "auto" }, row.numbers[column].about));
  const isMean = row.kind === "mean" && Number(column) !== COLUMNS.support;
  for (const other of root.querySelectorAll("td[data-column]")) {
    other.classList.toggle("shown", other === cell);
    other.classList.toggle("part", isMean && other.dataset.column === column && other.dataset.row < report.classes);
  }
  report.lit = lit(row, Number(index), Number(column));
  draw(report);
}

// What lights up: one row, one column, both, or (null) the whole matrix; and which right answers stand out.
function lit({ kind }, number, column) {
  const stands = (i) => column !== COLUMNS.support && (kind !== "class" || i === number);
  if (kind !== "class") return { row: null, column: null, stands };
  const inRow = column !== COLUMNS.precision;
  const inColumn = column === COLUMNS.precision || column === COLUMNS.f1;
  return { row: inRow ? number : -1, column: inColumn ? number : -1, stands };
}

function make(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}
