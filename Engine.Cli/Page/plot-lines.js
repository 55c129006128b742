// Curves with labelled axes.
//
//   lines({ series: [{ label, points: [[x, y], ...] }],   y may be null: a gap
//           xTitle, yTitle,                                the titles of the axes, with units
//           label,                                         what the plot shows, for readers who do not see it
//           logY,                                          a logarithmic y axis
//           height })
//
// Each curve has its own dashes and its own marks besides its colour, and its name in the legend.

import { element } from "page/plot.js";
import { number } from "page/text.js";

const dashes = ["", "7 4", "2 3", "10 3 2 3", "4 2", "1 3"];
// Curves beyond the sixth have the colours and marks of the first six, with other dashes.
const dashOf = i => dashes[(i + Math.floor(i / 6)) % 6];
const shapes = [
  (x, y) => `M${x - 3} ${y}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0z`, (x, y) => `M${x - 3} ${y - 3}h6v6h-6z`,
  (x, y) => `M${x} ${y - 4}l4 7h-8z`, (x, y) => `M${x} ${y - 4}l4 4l-4 4l-4 -4z`,
  (x, y) => `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`, (x, y) => `M${x} ${y - 4}v8m-4 -4h8`,
];

/** Round numbers that cover a range. */
function ticks(low, high, count) {
  const rough = (high - low || Math.abs(high) || 1) / count, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: Math.max(1, last - first) + 1 }, (_, i) => (first + i) * step);
}

/** Whole powers of ten that cover a range of exponents. */
function powers(low, high, count) {
  const first = Math.floor(low + 1e-9), last = Math.max(first + 1, Math.ceil(high - 1e-9));
  const step = Math.ceil((last - first) / count);
  return Array.from({ length: Math.ceil((last - first) / step) + 1 }, (_, i) => first + i * step);
}

const plain = value => Math.abs(value) >= 1e4 || (value !== 0 && Math.abs(value) < 1e-3)
  ? value.toExponential(0).replace("-", "−") : String(+value.toPrecision(6)).replace("-", "−");

export function lines({ series, xTitle, yTitle, label, logY = false, height = 260 }) {
  const width = 640, left = 62, right = 14, top = 12, bottom = 44;
  const drawn = series.map(one => ({ ...one, points: one.points.filter(([, y]) => y !== null && (!logY || y > 0)) }));
  const all = drawn.flatMap(one => one.points);
  if (all.length === 0) return element("p", { class: "empty" }, "–");
  const xs = all.map(point => point[0]), ys = all.map(point => logY ? Math.log10(point[1]) : point[1]);
  const xTicks = ticks(Math.min(...xs), Math.max(...xs), 6), yTicks = (logY ? powers : ticks)(Math.min(...ys), Math.max(...ys), 5);
  const [x0, x1, y0, y1] = [xTicks[0], xTicks.at(-1), yTicks[0], yTicks.at(-1)];
  const x = value => left + (value - x0) / (x1 - x0) * (width - left - right);
  const y = value => height - bottom - ((logY ? Math.log10(value) : value) - y0) / (y1 - y0) * (height - top - bottom);
  const ground = value => height - bottom - (value - y0) / (y1 - y0) * (height - top - bottom);
  return element("figure", { class: "plot" },
    element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": label ?? yTitle }, element("svg", {
      class: "lines", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label ?? yTitle,
    },
    yTicks.map(value => [
      element("line", { class: "grid", x1: left, x2: width - right, y1: ground(value), y2: ground(value) }),
      element("text", { class: "axis-label end", x: left - 6, y: ground(value) + 4 },
        logY ? `1e${plain(value)}` : plain(value)),
    ]),
    xTicks.map(value =>
      element("text", { class: "axis-label middle", x: x(value), y: height - bottom + 18 }, plain(value))),
    element("path", { class: "axis", d: `M${left} ${top}V${height - bottom}H${width - right}` }),
    xTitle && element("text", { class: "axis-title", x: (left + width - right) / 2, y: height - 6 }, xTitle),
    yTitle && element("text", {
      class: "axis-title", transform: `translate(13,${(top + height - bottom) / 2}) rotate(-90)`,
    }, yTitle),
    drawn.map((one, i) => element("g", { class: `series series-${i % 6}` },
      element("polyline", {
        points: one.points.map(point => `${x(point[0])},${y(point[1])}`).join(" "), "stroke-dasharray": dashOf(i),
      }),
      one.points.filter((_, n) => n % Math.ceil(one.points.length / 12) === 0).map(point =>
        element("path", { d: shapes[i % 6](x(point[0]), y(point[1])) },
          element("title", {}, `${one.label}: ${plain(point[0])}, ${number(point[1], 4)}`))))))),
    drawn.length > 1 && element("figcaption", { class: "legend" }, drawn.map((one, i) =>
      element("span", { class: `series series-${i % 6}` },
        element("svg", { width: 34, height: 12, "aria-hidden": true },
          element("line", { x1: 0, x2: 34, y1: 6, y2: 6, "stroke-dasharray": dashOf(i) }),
          element("path", { d: shapes[i % 6](17, 6) })), one.label))));
}
