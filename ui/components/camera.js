// Lends the webcam: a mirrored preview, and pictures of its centre square while the button is held.

const ONE = 350; // ms that a press may last and still be one picture
const EVERY = 200; // ms between two pictures while the button is held
const LIVE = 150; // ms between two pictures of a live camera, at least
const BATCH = 20; // pictures sent at a time
const PATIENCE = 10_000; // ms; a batch that has not arrived by then is sent again
const MOST_WAITING = 100; // pictures kept here while the app does not answer
const SHOWN = 7; // last pictures in the strip, as many as camera.css has columns
const QUALITY = 0.9; // of the JPEG, 0–1

const cameras = new WeakMap(); // root element → its camera

export default function (component) {
  const root = component.parentElement.querySelector(".camera");
  if (!cameras.has(root)) cameras.set(root, mount(root, component));
  const camera = cameras.get(root);
  camera.component = component;
  if (camera.sent?.number === component.data.received) arrived(camera);
  send(camera);
  write(camera);
  return () => {
    camera.gone.abort();
    stop(camera);
    cameras.delete(root);
  };
}

function mount(root, component) {
  const part = Object.fromEntries([...root.querySelectorAll("*")].map((node) => [node.className || node.localName, node]));
  const camera = {
    component,
    root,
    part,
    canvas: document.createElement("canvas"),
    gone: new AbortController(), // its signal ends what listens outside of `root`
    request: null, // names the last call for a stream: an answer to an earlier one is not wanted any more
    stream: null,
    device: "", // id of the chosen camera
    timer: 0, // runs while the button is held
    taken: 0,
    waiting: [], // pictures that no batch has yet
    sent: null, // the batch under way
    sentAt: 0, // ms
    number: component.data.received, // of the last batch
  };
  for (let i = 0; i < SHOWN; i++) part.strip.appendChild(document.createElement("span")).append(new Image());
  listen(camera);
  show(camera, "off");
  return camera;
}

function listen(camera) {
  const { on, off, which, take } = camera.part;
  on.onclick = () => start(camera);
  off.onclick = () => {
    stop(camera);
    show(camera, "off");
    on.focus();
  };
  which.onchange = () => {
    camera.device = which.value;
    start(camera);
  };
  take.onpointerdown = (event) => {
    if (event.button !== 0) return;
    take.setPointerCapture(event.pointerId); // a release beside the button counts too
    press(camera);
  };
  take.onpointerup = take.onpointercancel = take.onlostpointercapture = take.onblur = () => release(camera);
  take.onkeydown = take.onkeyup = (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault(); // no click of its own
    if (event.type === "keyup") release(camera);
    else if (!event.repeat) press(camera);
  };
  take.onclick = (event) => {
    if (event.detail) return; // by a pointer, which has pressed already; others are screen readers
    press(camera);
    release(camera);
  };
  take.oncontextmenu = (event) => event.preventDefault(); // a long touch
  const hidden = () => {
    if (!document.hidden || (!camera.stream && !camera.request)) return;
    stop(camera);
    show(camera, "hidden");
  };
  document.addEventListener("visibilitychange", hidden, { signal: camera.gone.signal });
  navigator.mediaDevices?.addEventListener("devicechange", () => listCameras(camera), { signal: camera.gone.signal });
}

// One picture at once; when the press lasts, more until `release`.
function press(camera) {
  if (camera.timer || camera.root.dataset.state !== "live") return;
  camera.timer = setTimeout(() => {
    take(camera);
    camera.timer = setInterval(() => take(camera), EVERY);
  }, ONE);
  camera.root.classList.add("taking");
  take(camera);
}

function release(camera) {
  if (!camera.timer) return;
  clearTimeout(camera.timer); // ends an interval as well
  camera.timer = 0;
  camera.root.classList.remove("taking");
  if (!camera.component.data.live) camera.part.said.textContent = camera.part.count.textContent;
  send(camera);
}

function take(camera) {
  const { canvas, part, waiting, component } = camera;
  const { videoWidth: width, videoHeight: height } = part.video;
  const square = Math.min(width, height);
  const isLive = component.data.live;
  if (isLive && camera.sent) return send(camera); // the next one will be newer
  if (square && waiting.length < MOST_WAITING) {
    const side = (canvas.width = canvas.height = Math.min(square, component.data.side));
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(part.video, (width - square) / 2, (height - square) / 2, square, square, 0, 0, side, side);
    const shot = canvas.toDataURL("image/jpeg", QUALITY);
    waiting.push(shot.slice(shot.indexOf(",") + 1));
    camera.taken += 1;
    if (!isLive) addToStrip(camera, shot);
  }
  send(camera);
  write(camera);
}

// A live camera that has waited for this takes its next picture at once, not at the timer's next turn.
function arrived(camera) {
  camera.sent = null;
  if (camera.component.data.live && camera.timer && performance.now() - camera.sentAt >= LIVE) take(camera);
}

function addToStrip({ part, component, taken }, shot) {
  const slot = part.strip.lastElementChild;
  const [image] = slot.children;
  image.src = shot;
  image.alt = component.data.words.picture.replace("{number}", taken);
  slot.className = "filled";
  part.strip.prepend(slot);
}

// One batch at a time (camera.py says why); what is left over goes when the button is released.
function send(camera) {
  const enough = camera.timer && !camera.component.data.live ? BATCH : 1;
  if (camera.sent && performance.now() - camera.sentAt < PATIENCE) return;
  if (!camera.sent && camera.waiting.length < enough) return;
  camera.sent ??= { number: ++camera.number, shots: camera.waiting.splice(0, BATCH) };
  camera.sentAt = performance.now();
  camera.component.setTriggerValue("shots", camera.sent);
}

function show(camera, state) {
  camera.root.dataset.state = state;
  camera.part.take.disabled = state !== "live";
  write(camera);
}

// All words; they change with the language, the state and the count.
function write({ root, part, component, taken, waiting }) {
  const { words, live } = component.data;
  root.classList.toggle("by-itself", live);
  const [title, text, button] = words.panels[root.dataset.state] ?? ["", "", ""];
  const address = `http://localhost${location.port && `:${location.port}`}`;
  const count = waiting.length < MOST_WAITING ? words.taken : words.full;
  put(part.title, title);
  put(part.text, text.replace("{address}", address));
  put(part.on, button);
  put(part.take, words.take);
  put(part.off, words.off);
  put(part.count, count.replace("{count}", taken));
  part.which.ariaLabel = words.which;
  part.strip.ariaLabel = words.strip;
  root.ariaLabel = words.camera;
}

// A screen reader says again what is written again.
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
