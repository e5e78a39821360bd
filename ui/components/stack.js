// Draws a network as boxes. Each box shows a layer's output: its face is height × width, its thickness the channels.

const SLANT = { x: 0.34, y: 0.2 }; // how far a face recedes to the right and up, as a share of its width
const SMALLEST_SIDE = 12; // px of the smallest map's side
const THICKNESS = { least: 4, most: 46, sheet: 3, vector: 9 }; // px
const VECTOR = { least: 16, slant: 5 }; // px
const GAP = { least: 6, most: 64, sheet: 4 }; // px between two boxes
const LABELS = { title: 18, shape: 35, room: 44 }; // px below the ground: two baselines, and the room for both
const UNKNOWN = 0.35; // height of a ghost whose shape nobody knows, as a share of the drawing's

const stacks = new WeakMap(); // root element → its drawing

export default function (component) {
  const root = component.parentElement.querySelector(".stack");
  if (!stacks.has(root)) stacks.set(root, mount(root));
  const stack = stacks.get(root);
  stack.component = component;
  draw(stack);
  return () => {
    stack.observer.disconnect();
    stacks.delete(root);
  };
}

function mount(root) {
  const stack = { root, tip: root.querySelector(".tip"), width: 0 };
  stack.observer = new ResizeObserver(() => {
    if (root.clientWidth !== stack.width) draw(stack);
  });
  stack.observer.observe(root);
  return stack;
}

function draw(stack) {
  const { root, tip, component } = stack;
  const { blocks, selected, height, alt, wrong } = component.data;
  stack.width = root.clientWidth;
  if (!stack.width || !blocks.length) return root.querySelector("svg")?.remove();
  const focused = root.getRootNode().activeElement?.dataset?.index;
  const ground = height - LABELS.room;
  const boxes = place(blocks, stack.width, ground);
  const svg = node("svg", { viewBox: `0 0 ${stack.width} ${height}`, height, role: "group", "aria-label": alt });
  svg.style.setProperty("--wrong", wrong);
  svg.append(node("line", { class: "ground", x1: 0, x2: stack.width, y1: ground, y2: ground }));
  const groups = boxes.map((box, i) => drawBox(stack, box, i, height));
  svg.append(...groups, ...labels(boxes, selected, ground, root));
  svg.onpointerleave = () => tip.classList.remove("shown");
  svg.onkeydown = (event) => walk(stack, groups, event);
  tip.classList.remove("shown");
  root.replaceChildren(svg, tip);
  groups[focused]?.focus({ preventScroll: true });
  if (stack.clicked === selected) follow(stack);
}

// After a click: what belongs to the block comes into view, unless the drawing itself would go out of it.
function follow(stack) {
  stack.clicked = null;
  setTimeout(() => {
    const other = document.querySelector(stack.component.data.follow || "none");
    const beside = other?.getBoundingClientRect().right <= stack.root.getBoundingClientRect().left;
    if (beside) other.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, 200); // the rest of the page is drawn after this
}

// --- Where each box stands -------------------------------------------------------------------------------------------

// Boxes from left to right on the ground, as large as fits. Where the width is short, a box hides part of the receding
// face before it, and then all boxes get smaller.
function place(blocks, width, ground) {
  const known = blocks.map(({ shape, failed }, i) => drawable(failed ? blocks[i - 1]?.shape : shape));
  const failed = blocks.findIndex((block) => block.failed);
  const room = { width: width - 16, height: ground - 4 };
  const fit = { sizes: null, shown: 1 };
  search: for (let side = room.height / (1 + SLANT.y); side > 8; side *= 0.96) {
    fit.sizes = measure(blocks, known, side, room);
    for (fit.shown of [1, 0.75, 0.5, 0.25]) if (total(blocks, fit, GAP.least) <= room.width) break search;
  }
  const free = room.width - total(blocks, fit, GAP.least);
  const between = Math.max(1, blocks.filter((block, i) => i && !block.sheet).length);
  const gap = Math.max(1, Math.min(GAP.most, GAP.least + free / between));
  let x = (width - total(blocks, fit, gap)) / 2;
  return blocks.map((block, i) => {
    const size = fit.sizes[i];
    const box = { block, ...size, x, y: ground - size.height };
    box.ghost = failed >= 0 && i > failed;
    box.middle = x + (size.thickness + size.slant * fit.shown) / 2; // of what the next box leaves to be seen
    x += advance(blocks, fit, gap, i);
    return box;
  });
}

// A failed layer is drawn with the shape it was given; after it nothing is known.
function drawable(shape) {
  return shape?.length && shape.every((size) => size > 0) ? shape : null;
}

// Sizes in px when the largest map's side is `side` px. Compression, and only as much as needed:
// - a map h pixels high is side · (h / largest)^p px high, with p = 1 (true to scale) unless the smallest map would be smaller
//   than SMALLEST_SIDE: then the p that makes it just so;
// - thickness and length of vectors go with the square root of the number of channels.
function measure(blocks, known, side, room) {
  const maps = known.filter((shape) => shape?.length === 3);
  const sides = maps.flatMap(([h, w]) => [h, w]);
  const largest = Math.max(...sides, 1);
  const smallest = Math.min(...sides, largest);
  const power = side * (smallest / largest) >= SMALLEST_SIDE || smallest === largest
    ? 1
    : Math.max(0.2, Math.log(SMALLEST_SIDE / side) / Math.log(smallest / largest));
  const length = (pixels) => side * (pixels / largest) ** power;
  const mostChannels = Math.max(...maps.map(([, , c]) => c), 1);
  const longest = Math.max(...known.filter((shape) => shape?.length === 1).flat(), 1);
  const thickest = Math.min(THICKNESS.most, (0.4 * room.width) / blocks.length);
  return known.map((shape, i) => {
    if (shape?.length === 3) {
      const [h, w, c] = shape;
      const thickness = Math.max(THICKNESS.least, thickest * Math.sqrt(c / mostChannels));
      const receding = length(w);
      return {
        height: length(h),
        slant: receding * SLANT.x,
        rise: receding * SLANT.y,
        thickness: blocks[i].sheet ? THICKNESS.sheet : thickness,
      };
    }
    const share = shape ? Math.sqrt(shape[0] / longest) : UNKNOWN;
    return {
      height: Math.max(VECTOR.least, share * Math.min(0.95 * room.height, 1.2 * side)),
      slant: VECTOR.slant,
      rise: VECTOR.slant * (SLANT.y / SLANT.x),
      thickness: blocks[i].sheet ? THICKNESS.sheet : THICKNESS.vector,
    };
  });
}

function advance(blocks, { sizes, shown }, gap, i) {
  if (blocks[i + 1]?.sheet) return sizes[i].thickness + GAP.sheet;
  return sizes[i].thickness + sizes[i].slant * shown + gap;
}

function total(blocks, fit, gap) {
  const last = fit.sizes.length - 1;
  const before = fit.sizes.slice(0, last).reduce((sum, _, i) => sum + advance(blocks, fit, gap, i), 0);
  return before + fit.sizes[last].thickness + fit.sizes[last].slant;
}

// --- A box -----------------------------------------------------------------------------------------------------------

function drawBox(stack, box, index, height) {
  const { block, x, y, thickness, slant, rise } = box;
  const { blocks, selected, clickable, wrong } = stack.component.data;
  const [right, bottom] = [x + thickness, y + box.height];
  const group = node("g", {
    class: classes("block", { clickable, sheet: block.sheet, ghost: box.ghost, selected: index === selected }),
    tabindex: index === (blocks[selected] ? selected : 0) ? 0 : -1,
    role: clickable ? "button" : "img",
    "aria-label": [`${index}: ${block.title}`, shapeText(block.shape), ...block.detail].filter(Boolean).join(", "),
    "data-index": index,
  });
  if (clickable) group.setAttribute("aria-pressed", index === selected);
  group.style.setProperty("--colour", block.failed ? wrong : block.colour);
  group.append(
    node("rect", { class: "hit", x: x - 2, y: y - rise, width: thickness + slant + 4, height: height - y + rise }),
    face("side", [right, y], [right + slant, y - rise], [right + slant, bottom - rise], [right, bottom]),
    face("top", [x, y], [x + slant, y - rise], [right + slant, y - rise], [right, y]),
    face("front", [x, y], [right, y], [right, bottom], [x, bottom]),
  );
  const select = () => {
    if (!clickable) return;
    stack.clicked = index;
    stack.component.setTriggerValue("click", index);
  };
  group.onclick = select;
  group.onpointerenter = group.onfocus = () => showTip(stack, box);
  group.onblur = () => stack.tip.classList.remove("shown");
  group.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    select();
  };
  return group;
}

function face(name, ...corners) {
  return node("polygon", { class: name, points: corners.map((corner) => corner.join()).join(" ") });
}

// Above the box, or beside it where it is too tall for that.
function showTip({ root, tip }, { block, x, y, thickness, slant, rise, middle }) {
  const lines = [block.title, shapeText(block.shape), ...block.detail].filter(Boolean);
  tip.replaceChildren(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
  if (block.shape.length) tip.children[1].className = "shape";
  const above = y - rise - tip.offsetHeight - 8;
  const after = x + thickness + slant + 8;
  const beside = after + tip.offsetWidth <= root.clientWidth ? after : x - tip.offsetWidth - 8;
  const left = above >= 0 ? middle - tip.offsetWidth / 2 : beside;
  tip.style.left = `${Math.max(0, Math.min(left, root.clientWidth - tip.offsetWidth))}px`;
  tip.style.top = `${Math.max(0, above)}px`;
  tip.classList.add("shown");
}

// One tab stop for the whole drawing; the arrow keys walk.
function walk({ root }, groups, { key }) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
  const from = Number(root.getRootNode().activeElement?.dataset.index);
  if (step) groups[from + step]?.focus();
}

// --- Labels ----------------------------------------------------------------------------------------------------------

// First row: every title, or numbers (and the selected title) where titles would overlap. Second row: as many shapes as
// fit. What is chosen, failed, first, last or changes the shape comes before the rest.
function labels(boxes, selected, ground, root) {
  const last = boxes.length - 1;
  const items = boxes.map((box, i) => {
    const { block } = box;
    const chosen = i === selected;
    const title = block.failed ? `✗ ${block.title}` : block.title;
    const rank = chosen || block.failed ? 0 : block.sheet ? 3 : i === 0 || i === last ? 1 : 2;
    return { box, chosen, rank, title, number: rank ? `${i}` : `${i} ${title}`, shape: shapeText(block.shape) };
  });
  const ranked = items.toSorted((a, b) => a.rank - b.rank);
  const titles = fitting(ranked, "title", root);
  const crowded = ranked.some((item) => item.rank < 3 && !titles.some(({ box }) => box === item.box));
  const changed = ranked.filter(({ box, shape }) => shape !== items[boxes.indexOf(box) - 1]?.shape);
  const draw = (label, baseline) => text(label, ground + baseline);
  return [
    ...(crowded ? fitting(ranked, "number", root) : titles).map((label) => draw(label, LABELS.title)),
    ...fitting(changed, "shape", root).map((label) => draw(label, LABELS.shape)),
  ];
}

// The labels that do not overlap, first come first served, each with its text and its centre `at` in px.
function fitting(items, row, root) {
  const placed = [];
  for (const item of items) {
    const content = item[row];
    const half = textWidth(content, row, root) / 2;
    const at = Math.min(Math.max(item.box.middle, half + 2), root.clientWidth - half - 2);
    if (placed.every((other) => Math.abs(other.at - at) >= other.half + half + 5)) {
      placed.push({ ...item, row, content, half, at });
    }
  }
  return placed;
}

const ruler = document.createElement("canvas").getContext("2d");

function textWidth(content, row, root) {
  const style = getComputedStyle(root);
  const font = (weight, size, family) => `${weight} ${size} ${style.getPropertyValue(family)}`;
  ruler.font = row === "shape" ? font(400, "11px", "--st-code-font") : font(600, "12px", "--st-font");
  return ruler.measureText(content).width;
}

function text({ row, content, at, box, chosen }, y) {
  const label = node("text", {
    class: classes(row === "shape" ? "shape" : "label", {
      selected: chosen,
      ghost: box.ghost,
      failed: box.block.failed,
    }),
    x: at,
    y,
    "aria-hidden": true,
  });
  label.textContent = content;
  return label;
}

function shapeText(shape) {
  return shape?.join("×") ?? "";
}

function classes(first, others) {
  return [first, ...Object.keys(others).filter((name) => others[name])].join(" ");
}

function node(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
