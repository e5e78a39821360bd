// Plays photos through time. All times are here; class names are strangers' texts: only textContent and attributes.

const EVERY = 333; // ms a step
const MOST_STEPS = 60; // of a film that is played; longer ones skip times
const OPACITY = 0.6; // of a heat map, as where a photo is explained
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 40; // of a line's drawing, 100 wide
const ICONS = { play: "M8 5v14l11-7z", pause: "M6 5h4v14H6zM14 5h4v14h-4z" };

const films = new WeakMap(); // root element → its film

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".film");
  if (!films.has(root)) films.set(root, mount(root));
  const film = films.get(root);
  if (film.told !== data.told) {
    const last = film.data ? film.data.times.length - 1 : film.at;
    film.told = data.told;
    film.data = JSON.parse(data.told);
    if (film.at >= last) film.at = film.data.times.length - 1; // who looks at the end goes along with a run
    fill(film);
    show(film);
  }
  return () => {
    stop(film);
    films.delete(root);
  };
}

function mount(root) {
  const [play, slider, now, heat] = root.querySelector(".controls").children;
  const film = { root, play, slider, now, heat, photos: root.querySelector(".photos"), cards: [], at: 0, timer: 0 };
  play.onclick = () => (film.timer ? stop(film) : start(film));
  slider.oninput = () => go(film, slider.valueAsNumber);
  heat.firstElementChild.checked = true;
  heat.firstElementChild.onchange = () => show(film);
  root.onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the slider's own step
    go(film, film.at + step);
  };
  return film;
}

function start(film) {
  const last = film.data.times.length - 1;
  const step = Math.ceil(last / MOST_STEPS);
  if (film.at === last) film.at = 0;
  film.timer = setInterval(() => {
    film.at = Math.min(last, film.at + step);
    if (film.at === last) stop(film);
    show(film);
  }, EVERY);
  show(film);
}

function stop(film) {
  clearInterval(film.timer);
  film.timer = 0;
  button(film);
}

// To a time that the reader has chosen.
function go(film, at) {
  film.at = Math.max(0, Math.min(film.data.times.length - 1, at));
  stop(film);
  show(film);
}

function fill(film) {
  const { root, slider, heat, photos, data } = film;
  root.style.setProperty("--right", data.right);
  root.style.setProperty("--wrong", data.wrong);
  root.style.setProperty("--size", `${data.size}px`);
  slider.max = data.times.length - 1;
  slider.ariaLabel = data.words.time;
  slider.disabled = film.play.disabled = data.times.length < 2;
  heat.lastElementChild.textContent = data.words.heat;
  heat.hidden = !data.photos.some(({ heats }) => heats);
  film.cards = data.photos.map((photo) => newCard(film, photo));
  photos.replaceChildren(...film.cards.map(({ node }) => node));
}

function newCard(film, photo) {
  const { data } = film;
  const image = element("img", photo.pixelated ? "pixelated" : "");
  image.alt = photo.classes[0];
  image.hidden = !photo.picture;
  if (photo.picture) image.src = photo.picture;
  const canvas = element("canvas", "");
  canvas.width = canvas.height = data.size;
  const title = text("p", "name", photo.classes[0]);
  title.title = photo.classes[0];
  const sign = element("span", "sign");
  const named = text("span", "named", "");
  const bars = photo.classes.map((name, place) => newBar(name, place === 0));
  const line = newLine(film, photo);
  const node = element(
    "figure",
    "photo",
    element("div", "frame", image, canvas),
    element("div", "said", title, element("p", "verdict", sign, named), ...bars.map((bar) => bar.node)),
    line.node,
    text("figcaption", "story", photo.story),
  );
  const card = { node, photo, canvas, sign, named, bars, line, sheet: null };
  if (photo.heats) loadSheet(film, card);
  return card;
}

function newBar(name, isTrue) {
  const fill = element("i", "");
  const share = element("span", "share");
  const node = element("div", isTrue ? "bar true" : "bar", text("span", "of", name), element("span", "track", fill), share);
  node.title = name;
  return { node, fill, share };
}

// The probabilities over time, the true class's thick; a press on it goes to that time.
function newLine(film, { classes, probabilities, is_right }) {
  const count = probabilities.length;
  const x = (time) => (count < 2 ? 50 : (100 * time) / (count - 1));
  const y = (value) => HEIGHT * (1 - value);
  const node = drawn("svg", { viewBox: `0 0 100 ${HEIGHT + 4}`, preserveAspectRatio: "none", role: "img", class: "line" });
  node.setAttribute("aria-label", film.data.words.line.replace("{name}", () => classes[0]));
  const points = (place) => probabilities.map((row, time) => `${x(time)},${y(row[place])}`).join(" ");
  node.append(drawn("polygon", { class: "area", points: `${x(0)},${HEIGHT} ${points(0)} ${x(count - 1)},${HEIGHT}` }));
  for (let place = classes.length - 1; place >= 0; place--) {
    node.append(drawn("polyline", { class: place ? "other" : "true", points: points(place) }));
  }
  const half = count < 2 ? 50 : 50 / (count - 1);
  for (const [first, last] of spans(is_right)) {
    const from = Math.max(0, x(first) - half);
    const width = Math.min(100, x(last) + half) - from;
    node.append(drawn("rect", { class: "right", x: from, y: HEIGHT + 1.5, width, height: 2.5 }));
  }
  const cursor = drawn("line", { class: "cursor", y1: 0, y2: HEIGHT });
  node.append(cursor);
  const seek = (event) => {
    const { left, width } = node.getBoundingClientRect();
    go(film, Math.round(((event.clientX - left) / width) * (count - 1)));
  };
  node.onpointerdown = (event) => {
    node.setPointerCapture(event.pointerId);
    seek(event);
  };
  node.onpointermove = (event) => event.buttons && seek(event);
  return { node, cursor, x };
}

// First and last place of each run of true values.
function spans(values) {
  const found = [];
  values.forEach((value, place) => {
    if (!value) return;
    if (place && values[place - 1]) found.at(-1)[1] = place;
    else found.push([place, place]);
  });
  return found;
}

async function loadSheet(film, card) {
  const sheet = new Image();
  sheet.src = card.photo.heats.uri;
  await sheet.decode();
  card.sheet = sheet;
  if (film.cards.includes(card)) paint(film, card);
}

function show(film) {
  const { data, at, cards, slider, now } = film;
  const right = cards.filter(({ photo }) => photo.is_right[at]).length;
  const score = { "{time}": data.times[at], "{right}": right, "{all}": cards.length };
  now.textContent = data.words.score.replace(/\{time\}|\{right\}|\{all\}/g, (name) => score[name]);
  slider.value = at;
  slider.ariaValueText = now.textContent;
  button(film);
  for (const card of cards) showCard(film, card);
}

function showCard(film, card) {
  const { photo, sign, named, bars, line } = card;
  const isRight = photo.is_right[film.at];
  card.node.classList.toggle("is-right", isRight);
  sign.textContent = isRight ? "✓" : "✗";
  sign.ariaLabel = film.data.words[isRight ? "right" : "wrong"];
  sign.role = "img";
  named.textContent = film.data.words.called.replace("{name}", () => photo.named[film.at]);
  photo.probabilities[film.at].forEach((value, place) => {
    bars[place].fill.style.width = `${100 * value}%`;
    bars[place].share.textContent = `${Math.round(100 * value)}\u00a0%`;
  });
  line.cursor.setAttribute("x1", line.x(film.at));
  line.cursor.setAttribute("x2", line.x(film.at));
  paint(film, card);
}

// The heat map of the time: made large first and coloured then, as everywhere in the app.
function paint({ data, at, heat }, { photo, canvas, sheet }) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (!sheet || !heat.firstElementChild.checked) return;
  const { columns, tile } = photo.heats;
  const place = data.heat_of[at];
  const corner = [(place % columns) * tile, Math.floor(place / columns) * tile];
  context.drawImage(sheet, ...corner, tile, tile, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data: values } = pixels;
  let most = 0;
  for (let i = 0; i < values.length; i += 4) {
    most = Math.max(most, values[i]);
    [values[i], values[i + 1], values[i + 2]] = data.colours[values[i]];
    values[i + 3] = 255 * OPACITY;
  }
  if (most) context.putImageData(pixels, 0, 0);
  else context.clearRect(0, 0, canvas.width, canvas.height); // nothing speaks for the class
}

function button({ play, timer, data }) {
  const name = timer ? "pause" : "play";
  play.querySelector("path").setAttribute("d", ICONS[name]);
  play.lastElementChild.textContent = data.words[name];
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

function text(tag, className, words) {
  const node = element(tag, className);
  node.dir = "auto";
  node.textContent = words;
  return node;
}

function drawn(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
