// Takes a picture from the clipboard, and sends it as base64.

const pastes = new WeakMap(); // root element → what it holds

export default function (component) {
  const root = component.parentElement.querySelector(".paste");
  if (!pastes.has(root)) pastes.set(root, mount(root));
  const paste = pastes.get(root);
  paste.component = component;
  write(paste, "");
  return () => {
    paste.gone.abort();
    pastes.delete(root);
  };
}

function mount(root) {
  const [button, note] = root.children;
  const paste = { root, button, note, gone: new AbortController() };
  const keys = (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (!file) return; // text goes where it is meant to
    event.preventDefault();
    send(paste, file);
  };
  document.addEventListener("paste", keys, { signal: paste.gone.signal });
  button.onclick = () => read(paste);
  return paste;
}

async function read(paste) {
  let items;
  try {
    items = await navigator.clipboard.read();
  } catch {
    return write(paste, "refused");
  }
  for (const item of items) {
    const type = item.types.find((each) => each.startsWith("image/"));
    if (type) return send(paste, await item.getType(type));
  }
  write(paste, "none");
}

function send(paste, blob) {
  if (blob.size > paste.component.data.most) return write(paste, "large");
  const reader = new FileReader();
  reader.onload = () => paste.component.setTriggerValue("pasted", reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
}

// `problem` names one of the words; empty where there is none.
function write({ button, note, component }, problem) {
  const { words } = component.data;
  button.hidden = !navigator.clipboard?.read;
  button.textContent = words.button;
  note.textContent = words[problem || (button.hidden ? "only_keys" : "keys")];
}
