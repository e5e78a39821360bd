// Scrolls to its place when that was asked for once more. A page that is drawn again moves nothing.

const LOOK = 250; // ms between two looks at whether the place is where it should be
const LOOKS = 8; // what stands below may still be on its way, and without it the page is too short to scroll so far
const NEAR = 8; // px

const seen = new Map(); // key of a place → how often it was asked for, when the page last came here

export default function ({ data, key, parentElement }) {
  if (data.times > (seen.get(key) ?? 0)) go(parentElement.querySelector(".place"));
  seen.set(key, data.times);
}

function go(place) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const hand = new AbortController(); // the reader's own scrolling ends ours
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(kind, () => hand.abort(), { signal: hand.signal, passive: true });
  }
  let left = LOOKS;
  let last = NaN; // where it was at the last look
  const timer = setInterval(() => {
    const { top } = place.getBoundingClientRect();
    if (hand.signal.aborted || !place.isConnected || left-- === 0) {
      hand.abort();
      clearInterval(timer);
      return;
    }
    const stands = Number.isNaN(last) || Math.abs(top - last) < NEAR; // else it is on its way
    const there = Math.abs(top - parseFloat(getComputedStyle(place).scrollMarginTop)) < NEAR;
    if (stands && !there) place.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
    last = top;
  }, LOOK);
}
