// Has the app look again, at equal times, until it is taken off the page.

const timers = new WeakMap(); // root element → its timer

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".again");
  clearInterval(timers.get(root));
  timers.set(root, setInterval(() => setTriggerValue("look", true), data.every));
  return () => clearInterval(timers.get(root));
}
