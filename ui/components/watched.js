// Draws the photos that a run watches. Nodes stay, so that the bars move. Names are strangers' texts: only textContent.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".watched");
  root.ariaLabel = data.words.group;
  root.style.setProperty("--right", data.right);
  root.style.setProperty("--wrong", data.wrong);
  while (root.children.length > data.photos.length) root.lastElementChild.remove();
  while (root.children.length < data.photos.length) root.append(newPhoto());
  data.photos.forEach((photo, i) => fill(root.children[i], photo, data.words));
}

function newPhoto() {
  const image = element("img", "");
  image.decoding = "sync";
  const sign = element("span", "sign");
  sign.role = "img";
  return element("figure", "photo", element("div", "frame", image, sign), newBar("true"), newBar("rival"));
}

function newBar(kind) {
  const name = element("span", "name");
  name.dir = "auto";
  const track = element("span", "track", element("i", ""));
  return element("div", `bar ${kind}`, name, element("span", "share"), track);
}

function fill(node, photo, words) {
  const [frame, own, rival] = node.children;
  const [image, sign] = frame.children;
  image.hidden = !photo.source;
  if (photo.source && image.src !== photo.source) image.src = photo.source;
  image.alt = photo.name;
  image.className = photo.pixelated ? "pixelated" : "";
  node.classList.toggle("asked", photo.is_right !== null);
  node.classList.toggle("is-right", photo.is_right === true);
  sign.textContent = photo.is_right === null ? "" : photo.is_right ? "✓" : "✗";
  sign.ariaLabel = photo.is_right === null ? "" : words[photo.is_right ? "right" : "wrong"];
  move(own, photo.name, photo.share);
  move(rival, photo.rival, photo.rival_share);
}

function move(bar, words, value) {
  const [name, share, track] = bar.children;
  name.textContent = bar.title = words;
  share.textContent = value === null ? "" : `${Math.round(100 * value)}\u00a0%`;
  track.firstElementChild.style.width = `${100 * (value ?? 0)}%`;
}

function element(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}
