// Draws the matrix beside a report's numbers, with the cells that one of them comes from; a part of report_table.js.

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]; // every so many classes have their name at the axis
const WIDEST = 440; // px of the matrix
const LABEL = { most: 84, height: 13, gap: 6, title: 17 }; // px
const OPACITY = { empty: 0.05, least: 0.05, most: 0.7 };
const DIM = { large: 0.25, small: 0.55 }; // factors of what is not lit: small cells would vanish
const NUMBERS = { room: 18, least: 10, most: 18 }; // px of a cell from which it shows its number, and of the number

function draw(report) {
  const { root, canvas, table, classes } = report;
  report.width = root.clientWidth;
  if (!canvas.parentElement.clientWidth || !classes) return;
  const pen = canvas.getContext("2d");
  const plan = { ...report.colours, ...themeOf(root), ...report.lit };
  Object.assign(plan, layOut(pen, table.rows.slice(0, classes), canvas.parentElement.clientWidth, plan.font));
  const [width, height] = [plan.left + plan.side + 2, plan.above + plan.side + plan.below];
  const scale = devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * scale), height: Math.round(height * scale) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  pen.setTransform(scale, 0, 0, scale, plan.left * scale, plan.above * scale); // 0, 0 is the matrix's corner
  drawCells(pen, plan, table.cells);
  drawFrames(pen, plan, classes);
  drawNames(pen, plan);
  drawTitles(pen, plan, table.axes);
}

function themeOf(root) {
  const style = getComputedStyle(root);
  const of = (name) => style.getPropertyValue(`--st-${name}`).trim();
  return { ink: of("text-color"), accent: of("primary-color"), font: of("font") };
}

function isLit({ row, column, stands }, trueClass, saidClass) {
  if (row === null) return !stands(0) || trueClass === saidClass;
  return trueClass === row || saidClass === column;
}

// Sizes in px: of the matrix, of a cell, of the room for names left and below.
function layOut(pen, rows, room, font) {
  pen.font = `12px ${font}`;
  const names = rows.map(({ name }) => cut(pen, name));
  const longest = Math.max(...names.map((name) => pen.measureText(name).width));
  const left = Math.ceil(LABEL.title + longest + LABEL.gap);
  const side = Math.floor(Math.min(room - left - 2, WIDEST));
  const cell = side / rows.length;
  const step = STEPS.find((step) => step * cell > LABEL.height) ?? rows.length;
  const isFlat = longest <= step * cell - 4;
  const below = Math.ceil((isFlat ? LABEL.height : longest) + LABEL.gap + LABEL.title);
  const above = Math.max(1, (LABEL.height - cell) / 2); // the first name is higher than a small row
  return { names, left, above, side, cell, step, isFlat, below };
}

function drawCells(pen, plan, cells) {
  const { cell, side } = plan;
  const gap = cell >= 8 ? 1 : 0; // px
  const dim = cell >= NUMBERS.room ? DIM.large : DIM.small;
  pen.fillStyle = plan.ink;
  pen.globalAlpha = OPACITY.empty;
  pen.fillRect(0, 0, side, side);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `${Math.min(NUMBERS.most, Math.max(NUMBERS.least, 0.36 * cell))}px ${plan.font}`;
  for (const [row, column, count, heat] of cells) {
    const strength = isLit(plan, row, column) ? 1 : dim;
    pen.fillStyle = heat > 0 ? plan.right : plan.wrong;
    pen.globalAlpha = strength * (OPACITY.least + (OPACITY.most - OPACITY.least) * Math.abs(heat));
    pen.fillRect(column * cell, row * cell, cell - gap, cell - gap);
    if (cell < NUMBERS.room) continue;
    pen.fillStyle = plan.ink;
    pen.globalAlpha = Math.max(strength, 0.45);
    if (pen.measureText(count).width < cell - 2) pen.fillText(count, (column + 0.5) * cell, (row + 0.5) * cell);
  }
  pen.globalAlpha = 1;
}

// The row and the column in question, and the right answers that stand out in them; a frame is never too small to see.
function drawFrames(pen, { cell, side, accent, row, column, stands }, classes) {
  const frame = (x, y, width, height, line) => {
    const grow = Math.max(0, (5 - Math.min(width, height)) / 2);
    pen.lineWidth = line;
    pen.strokeRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow);
  };
  pen.strokeStyle = accent;
  if (row >= 0 && row !== null) frame(0, row * cell, side, cell, 1.5);
  if (column >= 0 && column !== null) frame(column * cell, 0, cell, side, 1.5);
  if (row === null && cell < 10) return; // a hundred small frames would hide what they frame
  for (let i = 0; i < classes; i++) if (stands(i)) frame(i * cell, i * cell, cell - 1, cell - 1, 3);
}

// Names of every `step`th class; that of the row or column in question always, in place of those it would touch.
function drawNames(pen, { names, cell, step, side, isFlat, row, column, ink, accent, font }) {
  const draw = (shown, spread, write) =>
    names.forEach((name, i) => {
      const isShown = i === shown;
      if (!isShown && (i % step || (shown >= 0 && Math.abs(i - shown) * cell < spread))) return;
      pen.font = `${isShown ? "600 " : ""}12px ${font}`;
      pen.fillStyle = isShown ? accent : ink;
      pen.globalAlpha = isShown ? 1 : 0.75;
      write(name, (i + 0.5) * cell);
    });
  pen.textAlign = "right";
  draw(row ?? -1, LABEL.height, (name, y) => pen.fillText(name, -LABEL.gap, y));
  draw(column ?? -1, isFlat ? 2 * LABEL.height : LABEL.height, (name, x) => {
    pen.save();
    pen.translate(x, side + LABEL.gap);
    if (!isFlat) pen.rotate(-Math.PI / 2);
    pen.textAlign = isFlat ? "center" : "right";
    pen.fillText(name, 0, isFlat ? LABEL.height / 2 : 0);
    pen.restore();
  });
  pen.globalAlpha = 1;
}

function drawTitles(pen, { side, left, below, ink, font }, axes) {
  pen.font = `13px ${font}`;
  pen.fillStyle = ink;
  pen.textAlign = "center";
  pen.fillText(axes.said, side / 2, side + below - 7);
  pen.rotate(-Math.PI / 2);
  pen.fillText(axes.true, -side / 2, 8 - left);
}

// A name as long as there is room for it.
function cut(pen, name) {
  if (pen.measureText(name).width <= LABEL.most) return name;
  let length = name.length - 1;
  while (length > 1 && pen.measureText(`${name.slice(0, length)}…`).width > LABEL.most) length--;
  return `${name.slice(0, length)}…`;
}
