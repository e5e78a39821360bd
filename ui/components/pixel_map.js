// Shows a map with a frame around some of its pixels. Where it can be clicked, the frame goes to the pixel at once; the
// app hears of it when the reader pauses, so that a held arrow key does not ask for every pixel on the way.

const PAUSE = 120; // ms
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const timers = new WeakMap(); // root element → what it is about to send

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".map");
  const [image] = root.children;
  image.src = data.source;
  image.alt = data.clickable ? "" : data.alt;
  image.className = data.pixelated ? "pixelated" : "";
  root.style.setProperty("--size", `${data.size}px`);
  root.style.aspectRatio = `${data.columns} / ${data.rows}`;
  root.classList.toggle("clickable", data.clickable);
  if (!timers.has(root)) frame(root, data, data.box);
  if (!data.clickable) return;
  root.tabIndex = 0;
  root.role = "application";
  root.ariaLabel = data.alt;
  const choose = (row, column, pause) => {
    const place = { row: clamp(row, data.rows), column: clamp(column, data.columns) };
    frame(root, data, [place.row, place.column, place.row + 1, place.column + 1]);
    clearTimeout(timers.get(root));
    const send = () => {
      timers.delete(root);
      setTriggerValue("click", place);
    };
    timers.set(root, setTimeout(send, pause));
  };
  root.onclick = ({ clientX, clientY }) => {
    const box = image.getBoundingClientRect();
    choose(((clientY - box.top) / box.height) * data.rows, ((clientX - box.left) / box.width) * data.columns, 0);
  };
  root.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    choose(Number(root.dataset.row) + step[0], Number(root.dataset.column) + step[1], PAUSE);
  };
}

function clamp(place, count) {
  return Math.max(0, Math.min(count - 1, Math.floor(place)));
}

function frame(root, { rows, columns }, [top, left, bottom, right]) {
  const { style } = root.children[1];
  root.dataset.row = top;
  root.dataset.column = left;
  style.top = `${(100 * top) / rows}%`;
  style.left = `${(100 * left) / columns}%`;
  style.height = `${(100 * (bottom - top)) / rows}%`;
  style.width = `${(100 * (right - left)) / columns}%`;
}
