// A sheet to draw on; sends what is drawn, one drawing at a time, and of those that wait only the newest.

const PATIENCE = 2000; // ms; a drawing that has not been answered by then does not hold up the next

const sheets = new WeakMap(); // root element → its sheet

export default function (component) {
  const root = component.parentElement.querySelector(".sketch");
  if (!sheets.has(root)) sheets.set(root, mount(root, component));
  const sheet = sheets.get(root);
  sheet.component = component;
  write(sheet);
  if (sheet.dark !== component.data.dark) clear(sheet);
  advance(sheet);
  return () => {
    clearTimeout(sheet.timer);
    sheets.delete(root);
  };
}

function mount(root, component) {
  const canvas = root.querySelector("canvas");
  const sheet = {
    component,
    root,
    canvas,
    context: canvas.getContext("2d"),
    brush: root.querySelector("input"),
    dark: null, // the sheet that is drawn on, once there is one
    last: null, // where the pen was, while it is down
    isEmpty: true,
    changed: false, // since the last drawing was sent
    number: component.data.received, // of the last drawing sent
    sentAt: -Infinity, // ms
    timer: 0,
  };
  canvas.onpointerdown = (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    sheet.last = place(sheet, event);
    stroke(sheet, sheet.last);
  };
  canvas.onpointermove = (event) => {
    if (!sheet.last) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) stroke(sheet, place(sheet, each));
  };
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = () => (sheet.last = null);
  root.querySelector(".clear").onclick = () => {
    clear(sheet);
    sheet.changed = true;
    advance(sheet);
  };
  return sheet;
}

function place({ canvas }, event) {
  const box = canvas.getBoundingClientRect();
  return [
    ((event.clientX - box.left) * canvas.width) / box.width,
    ((event.clientY - box.top) * canvas.height) / box.height,
  ];
}

function stroke(sheet, to) {
  const { context, canvas, brush, last } = sheet;
  context.lineWidth = (brush.valueAsNumber / 100) * canvas.width;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = sheet.dark ? "#fff" : "#000";
  context.beginPath();
  context.moveTo(...last);
  context.lineTo(...to);
  context.stroke();
  sheet.last = to;
  sheet.isEmpty = false;
  sheet.changed = true;
  advance(sheet);
}

function clear(sheet) {
  const { context, canvas, component } = sheet;
  sheet.dark = component.data.dark;
  sheet.isEmpty = true;
  context.fillStyle = sheet.dark ? "#000" : "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
}

// Send what is new as soon as it may be; look again while there is a reason to.
function advance(sheet) {
  clearTimeout(sheet.timer);
  if (!sheet.changed) return;
  const { data } = sheet.component;
  const age = performance.now() - sheet.sentAt;
  if (age >= data.every && (data.received === sheet.number || age > PATIENCE)) return send(sheet);
  sheet.timer = setTimeout(() => advance(sheet), 20);
}

function send(sheet) {
  const { side } = sheet.component.data;
  sheet.changed = false;
  sheet.number += 1;
  sheet.sentAt = performance.now();
  let image = "";
  if (!sheet.isEmpty) {
    const small = document.createElement("canvas");
    small.width = small.height = side;
    const context = small.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(sheet.canvas, 0, 0, side, side);
    image = small.toDataURL("image/png").split(",")[1];
  }
  sheet.component.setStateValue("drawn", { number: sheet.number, image });
}

function write({ root, canvas, component: { data } }) {
  canvas.ariaLabel = data.words.sheet;
  root.querySelector(".brush span").textContent = data.words.brush;
  root.querySelector(".clear").textContent = data.words.clear;
  root.querySelector(".note").textContent = data.words.note;
}
