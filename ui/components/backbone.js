// Draws a network as cells in groups: frozen ones with a lock, trained ones lit. A click says where training begins.

const LOCK = { body: "M1.5 5.5h7v6h-7z", frozen: "M3 5.5v-2a2 2 0 0 1 4 0v2", trained: "M3 5.5v-2a2 2 0 0 1 3.6-1.2" };
const GAP = 8; // px between a cell and its tooltip

export default function (component) {
  const root = component.parentElement.querySelector(".backbone");
  const { groups, alt, words } = component.data;
  const focused = root.getRootNode().activeElement?.dataset?.index;
  const tip = root.querySelector(".tip");
  tip.classList.remove("shown");
  const cells = [];
  const row = make("div", "groups", { role: "group", "aria-label": alt });
  row.append(...groups.map((group) => drawGroup(component, root, tip, group, cells)));
  row.onpointerleave = () => leave(tip, cells);
  row.onkeydown = (event) => walk(root, cells, event);
  const begin = cells.findIndex((cell) => cell.ariaPressed === "true");
  (cells[focused] ?? cells[begin] ?? cells[0])?.setAttribute("tabindex", "0"); // one tab stop for all of it
  root.replaceChildren(row, legend(words), tip);
  cells[focused]?.focus({ preventScroll: true });
}

function drawGroup(component, root, tip, group, cells) {
  const made = make("div", group.cells.some((cell) => cell.text) ? "group worded" : "group");
  const inside = make("div", "cells");
  for (const cell of group.cells) {
    const button = drawCell(cell, cells.length);
    button.onclick = () => component.setTriggerValue("click", cell.id);
    button.onpointerenter = button.onfocus = () => enter(root, tip, cells, button, cell);
    button.onblur = () => leave(tip, cells);
    cells.push(button);
    inside.append(button);
  }
  made.style.setProperty("--cells", group.cells.length);
  made.style.setProperty("--widths", group.cells.reduce((sum, cell) => sum + cell.width, 0));
  made.append(inside, text("div", "size", group.label));
  return made;
}

function drawCell(cell, index) {
  const button = make("button", `cell ${cell.state}`, {
    type: "button",
    tabindex: -1,
    "aria-label": [cell.title, ...cell.detail].join(", "),
    "aria-pressed": cell.is_begin,
    "data-index": index,
  });
  button.style.setProperty("--height", cell.height);
  button.style.setProperty("--width", cell.width);
  if (cell.text) button.append(text("span", "text", cell.text));
  if (cell.state !== "fixed") button.append(lock(cell.state));
  return button;
}

function lock(state) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 10 12", "aria-hidden": true })) svg.setAttribute(name, value);
  for (const [name, path] of [["body", LOCK.body], ["shackle", LOCK[state]]]) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", "path");
    part.setAttribute("class", name);
    part.setAttribute("d", path);
    svg.append(part);
  }
  return svg;
}

function legend(words) {
  const made = make("div", "legend", { "aria-hidden": true });
  for (const state of ["frozen", "trained"]) {
    const sample = make("span", `sample ${state}`);
    sample.append(lock(state));
    const entry = make("span", "entry");
    entry.append(sample, words[state]);
    made.append(entry);
  }
  return made;
}

// The tooltip under the cell, where it hides no other of the row; frozen cells that a click would train are outlined.
function enter(root, tip, cells, button, cell) {
  const first = Number(button.dataset.index);
  cells.forEach((other, i) => other.classList.toggle("would", i >= first && !cell.is_begin));
  tip.replaceChildren(text("p", "", cell.title), ...cell.detail.map((line) => text("p", "", line)));
  const [frame, box] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
  const left = box.left - frame.left + box.width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(0, Math.min(left, root.clientWidth - tip.offsetWidth))}px`;
  tip.style.top = `${box.bottom - frame.top + GAP}px`;
  tip.classList.add("shown");
}

function leave(tip, cells) {
  tip.classList.remove("shown");
  for (const cell of cells) cell.classList.remove("would");
}

function walk(root, cells, event) {
  const from = Number(root.getRootNode().activeElement?.dataset.index);
  const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: cells.length - 1 }[event.key];
  if (!cells[to]) return;
  event.preventDefault();
  for (const cell of cells) cell.setAttribute("tabindex", "-1");
  cells[to].setAttribute("tabindex", "0");
  cells[to].focus();
}

function text(name, className, content) {
  const made = make(name, className);
  made.textContent = content;
  return made;
}

function make(name, className, attributes = {}) {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
