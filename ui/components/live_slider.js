// Sends its value while it is dragged, one value at a time; what comes meanwhile waits, and only the newest is kept.

const HOLD = 400; // ms after the last move during which the thumb stays with the person
const PATIENCE = 2000; // ms; longer than a page takes, because a value sent earlier would end that page half drawn
const LOOK = 15; // ms between two looks at whether the page is complete
const PAGE = { PageUp: 10, PageDown: -10 }; // steps; browsers differ

const sliders = new WeakMap(); // root element → its slider

export default function (component) {
  const root = component.parentElement.querySelector(".slider");
  if (!sliders.has(root)) sliders.set(root, mount(root, component));
  const slider = sliders.get(root);
  slider.component = component;
  write(slider);
  advance(slider);
  return () => {
    clearTimeout(slider.timer);
    sliders.delete(root);
  };
}

function mount(root, component) {
  const slider = {
    component,
    root,
    thumb: root.querySelector("input"),
    held: false, // by a pointer
    movedAt: -Infinity, // ms
    wanted: null, // the newest value, if it has not been sent
    number: component.data.received, // of the last value sent
    sentAt: -Infinity, // ms
    timer: 0,
  };
  listen(slider);
  return slider;
}

function listen(slider) {
  const { thumb } = slider;
  thumb.oninput = () => {
    slider.movedAt = performance.now();
    slider.wanted = thumb.valueAsNumber;
    paint(slider, slider.wanted);
    advance(slider);
  };
  thumb.onpointerdown = (event) => {
    if (event.button !== 0) return;
    slider.held = true;
    thumb.setPointerCapture(event.pointerId); // a release beside the thumb counts too
  };
  thumb.onlostpointercapture = () => {
    slider.held = false;
    send(slider); // the last value need not wait for pictures of the one before
    advance(slider);
  };
  thumb.onkeydown = (event) => {
    if (!(event.key in PAGE)) return;
    event.preventDefault();
    thumb.stepUp(PAGE[event.key]);
    thumb.oninput();
  };
}

// Send what is wanted and show what the app says, each as soon as it may be; look again while there is a reason to.
function advance(slider) {
  clearTimeout(slider.timer);
  const { data } = slider.component;
  const now = performance.now();
  const late = now - slider.sentAt > PATIENCE;
  if (late || (data.received === slider.number && !isPageRunning())) send(slider);
  const ours = slider.held || now - slider.movedAt < HOLD;
  const answered = data.received === slider.number || now - slider.sentAt > PATIENCE;
  if (ours || !answered || slider.wanted !== null) slider.timer = setTimeout(() => advance(slider), LOOK);
  else show(slider);
}

function send(slider) {
  if (slider.wanted === null) return;
  slider.number += 1;
  slider.sentAt = performance.now();
  slider.component.setStateValue("moved", { number: slider.number, value: slider.wanted });
  slider.wanted = null;
}

// Streamlit ends a script that is under way when a value arrives: what stands below the slider would never be drawn.
function isPageRunning() {
  const app = document.querySelector("[data-test-script-state]");
  return app?.dataset.testScriptState === "running";
}

function write({ root, thumb, component: { data } }) {
  const [question, about] = root.querySelector(".help").children;
  const [first, last] = root.querySelector(".ends").children;
  root.querySelector("label").textContent = thumb.ariaLabel = data.label;
  root.classList.toggle("helped", Boolean(data.help));
  question.ariaLabel = data.about;
  about.textContent = data.help;
  first.textContent = text(data.low);
  last.textContent = text(data.high);
  thumb.min = data.low;
  thumb.max = data.high;
  thumb.step = data.step;
  thumb.disabled = data.disabled;
  root.classList.toggle("disabled", data.disabled);
}

function show(slider) {
  const { value } = slider.component.data;
  slider.thumb.value = value;
  paint(slider, value);
}

function paint({ root, thumb, component: { data } }, value) {
  const share = (value - data.low) / (data.high - data.low);
  root.style.setProperty("--share", `${100 * Math.min(1, Math.max(0, share))}%`);
  const words = (root.querySelector(".value span").textContent = thumb.ariaValueText = text(value));
  root.style.setProperty("--half", `${words.length / 2}ch`);
}

// As Python's "%g".
function text(value) {
  return String(Number(value.toPrecision(6)));
}
