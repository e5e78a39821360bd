// Draws a plotly figure into a div that lives as long as the component, and updates it with Plotly.react.

const CONFIG = {
  displaylogo: false,
  doubleClick: "reset",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
};
const SIDE = 96; // px of a picture beside a point, as the style sheet has it
const GAP = 14; // px between a point and its picture
const charts = new WeakMap(); // root element → its chart
const leaving = new WeakMap(); // root element → when the chart before has left it: a place may be taken again at once

// Streamlit calls this at mount, at each change of the data, and when the theme changes.
export default function (component) {
  const root = component.parentElement.querySelector(".studio-chart");
  if (!charts.has(root)) charts.set(root, mount(root));
  const chart = charts.get(root);
  chart.component = component;
  label(chart, component.data);
  // One after the other: plotly breaks when a figure is replaced or purged while it is still being drawn.
  chart.drawn = chart.drawn.then(() => draw(chart)).catch(console.error);
  return () => unmount(chart);
}

function mount(root) {
  const [plot, note, hovered] = [".plot", ".note", ".hovered"].map((part) => root.querySelector(part));
  const chart = { root, plot, note, hovered };
  Object.assign(chart, { drawn: leaving.get(root) ?? Promise.resolve(), row: 0, column: 0 });
  chart.observer = new ResizeObserver(() => {
    if (isDrawn(chart) && root.offsetWidth > 0 && !fits(chart)) chart.Plotly.Plots.resize(chart.plot);
  });
  chart.observer.observe(root);
  root.addEventListener("keydown", (event) => walk(chart, event));
  root.addEventListener("blur", () => isDrawn(chart) && unhover(chart));
  return chart;
}

function unmount(chart) {
  chart.observer.disconnect();
  charts.delete(chart.root);
  chart.component = null;
  const left = chart.drawn.then(() => {
    chart.Plotly?.purge(chart.plot);
    chart.root.classList.remove("ready");
  });
  leaving.set(chart.root, left);
}

function label({ root, plot, note }, { id, height, alt, clickable }) {
  root.style.height = `${height}px`;
  root.setAttribute("role", clickable ? "application" : "img");
  root.setAttribute("aria-label", alt);
  if (clickable) root.tabIndex = 0;
  else root.removeAttribute("tabindex");
  root.classList.toggle("clickable", clickable);
  plot.id = id;
  note.setAttribute("aria-live", "polite"); // later it says which cell the arrow keys have reached
}

async function draw(chart) {
  if (!chart.component) return;
  try {
    chart.Plotly ??= await loadPlotly(chart.component.data.url);
  } catch {
    chart.root.classList.add("failed"); // the next update tries again
    chart.note.textContent = chart.component?.data.failed ?? "";
    return;
  }
  if (!chart.component) return; // unmounted while plotly was loading
  const { data = [], layout = {} } = JSON.parse(chart.component.data.figure);
  const themed = { uirevision: "keep", template: { layout: theme(chart.root) }, ...layout, autosize: true };
  const config = layout.dragmode === false ? { ...CONFIG, displayModeBar: false } : CONFIG; // nothing to zoom: no tools
  await chart.Plotly.react(chart.plot, data, themed, config);
  hide(chart); // while it draws, plotly hovers over whatever is there by then
  if (!isDrawn(chart)) {
    chart.root.classList.add("ready");
    chart.note.textContent = "";
    chart.plot.on("plotly_click", ({ points }) => send(chart, points[0]));
    chart.plot.on("plotly_hover", ({ points }) => show(chart, points[0]));
    chart.plot.on("plotly_unhover", () => hide(chart));
    chart.plot.on("plotly_relayout", () => hide(chart)); // zoomed: the point is elsewhere
  }
}

// Whether the figure has the size of its place: a resize draws it anew and takes the picture beside a point away.
function fits({ plot }) {
  const { width, height } = plot._fullLayout;
  return Math.abs(plot.clientWidth - width) < 1 && Math.abs(plot.clientHeight - height) < 1;
}

function isDrawn({ root }) {
  return root.classList.contains("ready");
}

// One script for all charts of the page; a failed load is forgotten, so that a later one can succeed.
function loadPlotly(url) {
  window.studioPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const fail = () => {
      script.remove();
      delete window.studioPlotly;
      reject(new Error(`no plotly at ${url}`));
    };
    script.onload = () => (window.Plotly ? resolve(window.Plotly) : fail()); // a server's 404 page loads too
    script.onerror = fail;
    script.src = url;
    document.head.append(script);
  });
  return window.studioPlotly;
}

// A plotly template made of Streamlit's theme; the figure's own layout goes before it.
function theme(root) {
  const style = getComputedStyle(root);
  const of = (name) => style.getPropertyValue(`--st-${name}`).trim();
  const text = of("text-color");
  const line = of("border-color");
  const clear = "rgba(0, 0, 0, 0)";
  const axis = {
    automargin: true,
    gridcolor: of("border-color-light"),
    linecolor: line,
    ticks: "outside", // unseen: they hold the numbers of the two axes apart at the origin
    ticklen: 6,
    tickcolor: clear,
    zeroline: false,
    title: { standoff: 8, font: { size: 13 } },
  };
  return {
    font: { family: of("font"), color: text, size: 13 },
    title: { x: 0, xanchor: "left", y: 1, yanchor: "top", pad: { t: 8 }, font: { size: 15 } },
    paper_bgcolor: clear,
    plot_bgcolor: clear,
    margin: { l: 48, r: 16, t: 36, b: 40 },
    xaxis: axis,
    yaxis: axis,
    legend: { orientation: "h", x: 1, xanchor: "right", yref: "container", y: 1, yanchor: "top" },
    hoverlabel: { bgcolor: of("background-color"), bordercolor: line, font: { family: of("font"), color: text } },
    modebar: { bgcolor: clear, color: line, activecolor: of("primary-color") },
    // Under a finger the page must scroll, so drawing a zoom box is for a mouse.
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
  };
}

function send(chart, { x, y, curveNumber, customdata = null }) {
  const { data, setTriggerValue } = chart.component;
  if (data.clickable) setTriggerValue("click", { x, y, curve: curveNumber, customdata });
}

// The picture of a point beside it, always inside the chart; its caption is a stranger's text.
function show(chart, { x, y, customdata }) {
  const { pictures } = chart.component?.data ?? {};
  if (!pictures || !Array.isArray(customdata)) return;
  const { root, plot, hovered } = chart;
  const [, tile, caption] = customdata;
  const [picture, words] = hovered.children;
  const [row, column] = [Math.floor(tile / pictures.columns), tile % pictures.columns];
  if (chart.sheet !== pictures.uri) picture.style.backgroundImage = `url("${pictures.uri}")`;
  chart.sheet = pictures.uri;
  picture.style.backgroundSize = `${SIDE * pictures.columns}px auto`;
  picture.style.backgroundPosition = `${-SIDE * column}px ${-SIDE * row}px`;
  picture.classList.toggle("pixelated", pictures.pixelated);
  words.textContent = caption;
  hovered.hidden = false;
  const { xaxis, yaxis } = plot._fullLayout;
  const left = xaxis._offset + xaxis.d2p(x);
  const top = yaxis._offset + yaxis.d2p(y) - hovered.offsetHeight / 2;
  const fits = left + GAP + hovered.offsetWidth <= root.clientWidth;
  hovered.style.left = `${Math.max(0, fits ? left + GAP : left - GAP - hovered.offsetWidth)}px`;
  hovered.style.top = `${Math.min(Math.max(top, 0), root.clientHeight - hovered.offsetHeight)}px`;
}

function hide({ hovered }) {
  hovered.hidden = true;
}

function unhover(chart) {
  chart.Plotly.Fx.unhover(chart.plot);
  hide(chart);
}

// Arrow keys go from cell to cell of a heat map; else left and right from point to point of a trace, up and down from
// trace to trace. Enter clicks.
function walk(chart, event) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [1, 0], ArrowDown: [-1, 0], Enter: [0, 0] }[event.key];
  const traces = (chart.plot._fullData ?? []).filter((trace) => trace.visible === true);
  if (!step || !traces.length || !chart.component.data.clickable) return;
  event.preventDefault();
  const { xaxis, yaxis } = chart.plot._fullLayout;
  const cells = traces[0].z;
  const upward = !cells || yaxis.range[0] < yaxis.range[1] ? 1 : -1;
  const within = (value, count) => Math.min(Math.max(value, 0), count - 1);
  chart.row = within(chart.row + step[0] * upward, cells?.length ?? traces.length);
  const trace = cells ? traces[0] : traces[chart.row];
  chart.column = within(chart.column + step[1], cells?.[0].length ?? trace.x.length);
  const { row, column } = chart;
  const read = (values) => (cells ? values?.[row]?.[column] : values?.[column]);
  const x = trace.x?.[column] ?? column;
  const y = cells ? (trace.y?.[row] ?? row) : trace.y[column];
  const customdata = read(trace.customdata);
  if (cells) chart.Plotly.Fx.hover(chart.plot, { xval: xaxis.d2c(x), yval: yaxis.d2c(y) });
  else chart.Plotly.Fx.hover(chart.plot, [{ curveNumber: trace.index, pointNumber: column }]);
  show(chart, { x, y, customdata });
  const said = chart.component.data.pictures ? [customdata?.[2], customdata?.[0]] : [x, y, read(trace.z)];
  chart.note.textContent = said.filter((value) => value !== undefined).join(", ");
  if (event.key === "Enter") send(chart, { x, y, curveNumber: trace.index, customdata });
}
