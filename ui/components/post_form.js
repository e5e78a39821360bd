// Names the parts of a form. Without an address of its own, the browser sends it to that of the page.

export default function ({ data, parentElement }) {
  const form = parentElement.querySelector(".post");
  const [label, button] = form.children;
  const [words, input] = label.children;
  label.hidden = !data.label;
  words.textContent = data.label;
  input.type = data.label ? "password" : "hidden";
  input.name = data.field;
  button.textContent = data.button;
}
