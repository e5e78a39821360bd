// Files from a dropped folder tell their path in it, as those from a picked one do. Streamlit's drop area has found it
// out and kept it as the file's `relativePath`: "/zoo/cat/1.png", or "./1.png" for a file that came by itself.

const OURS = Symbol.for("studio.dropped-folders"); // this script runs anew with each page

export default function () {
  const own = Object.getOwnPropertyDescriptor(File.prototype, "webkitRelativePath");
  if (own.get[OURS]) return;
  const get = function () {
    return own.get.call(this) || pathOf(this);
  };
  get[OURS] = true;
  Object.defineProperty(File.prototype, "webkitRelativePath", { ...own, get });
}

function pathOf({ relativePath }) {
  const path = typeof relativePath === "string" ? relativePath.replace(/^\.?\//, "") : "";
  return path.includes("/") ? path : "";
}
