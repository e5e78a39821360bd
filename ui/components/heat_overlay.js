// Lays heat maps over pictures. Fading them is done here alone: nothing is asked of the app while the slider moves.

let opacity = 60; // percent, of all heat maps of the page, as the reader left it

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".overlay");
  const panels = root.querySelector(".panels");
  const [label, slider] = root.querySelector(".opacity").children;
  root.style.setProperty("--size", `${data.size}px`);
  root.classList.toggle("fades", data.fades);
  label.textContent = data.words.opacity;
  slider.value = opacity;
  slider.oninput = () => fade(root, slider.valueAsNumber);
  fade(root, opacity);
  while (panels.children.length > data.panels.length) panels.lastElementChild.remove();
  while (panels.children.length < data.panels.length) panels.append(newPanel());
  data.panels.forEach((panel, i) => fill(panels.children[i], panel));
}

function fade(root, percent) {
  opacity = percent;
  root.style.setProperty("--opacity", `${percent}%`);
}

function newPanel() {
  const picture = element("img", "picture");
  const heat = element("img", "heat");
  picture.decoding = heat.decoding = "sync"; // painted together
  heat.alt = "";
  const legend = element("div", "legend", element("span", ""), element("i", ""), element("span", ""));
  const title = element("figcaption", "title");
  title.dir = "auto";
  return element("figure", "panel", title, element("div", "frame", picture, heat), legend);
}

function fill(panel, { title, picture, pixelated, heat, alt, legend }) {
  const [heading, frame, scale] = panel.children;
  const [below, above] = frame.children;
  heading.textContent = title;
  below.src = picture;
  below.alt = alt;
  below.classList.toggle("pixelated", pixelated);
  above.hidden = !heat;
  if (heat) above.src = heat;
  scale.classList.toggle("shown", Boolean(legend));
  if (!legend) return;
  const [low, colours, high] = scale.children;
  low.textContent = legend.low;
  high.textContent = legend.high;
  colours.style.backgroundImage = `linear-gradient(to right, ${legend.colours.join(", ")})`;
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}
