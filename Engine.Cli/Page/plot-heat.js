// A matrix as a heat map.
//
//   heatMap({ rows, columns,        the labels of rows and columns
//             values,               a list, row by row, or a list of rows; null is an empty cell (masked)
//             label,                what the map shows, for readers who do not see it
//             rowTitle, columnTitle the titles of the axes
//             max,                  the value of the darkest cell (default 1); a cell below 0 has another colour and
//                                   a minus
//             format,               value -> text (default two digits)
//             size,                 the cell's size in pixels (default by the number of cells)
//             selected,             { row, column } or null
//             onSelect })           (row, column) when a cell is pointed at, tapped or reached by arrow keys
//   miniMap({ values, rows, columns, max })   the same without labels: counts of rows and columns
//
// Cells of the same shade are one path, so that a map of 60 x 60 tokens stays light.

import { element } from "page/plot.js";
import { t, weight } from "page/text.js";

const shades = 20;

const flat = values => Array.isArray(values[0]) ? values.flat() : values;

/** One path for each shade: opacity grows with the value. */
function cells(values, columns, width, height, max) {
  const paths = new Map();
  values.forEach((value, index) => {
    if (value === null || value === undefined || value === 0) return;
    const shade = Math.min(shades, Math.ceil(Math.abs(value) / max * shades));
    const key = (value < 0 ? -1 : 1) * shade;
    const x = index % columns * width, y = Math.floor(index / columns) * height;
    paths.set(key, (paths.get(key) ?? "") + `M${x} ${y}h${width}v${height}h${-width}z`);
  });
  return [...paths].map(([key, d]) => element("path", {
    d, class: key < 0 ? "heat-negative" : "heat-cell", "fill-opacity": (Math.abs(key) / shades).toFixed(3),
  }));
}

/** A minus on each cell below 0. */
function minuses(values, columns, size) {
  const d = values.map((value, index) => !(value < 0) ? ""
    : `M${(index % columns + 0.3) * size} ${(Math.floor(index / columns) + 0.5) * size}h${0.4 * size}`).join("");
  return d ? element("path", { d, class: "heat-minus" }) : null;
}

/** Of columns that are numbers and too narrow for them, only some have a label: each second, fifth, ... */
function labelled(columns, size) {
  if (!columns.every(text => /^\d+$/.test(text))) return columns;
  const every = [1, 2, 5, 10, 20, 50].find(count => count * size >= widthOf(columns.at(-1) ?? "") + 5) ?? 100;
  return columns.map(text => Number(text) % every === 0 ? text : "");
}

/** Stripes over empty cells. */
function masked(values, columns, width, height) {
  const d = values.map((value, index) => value !== null && value !== undefined ? ""
    : `M${index % columns * width} ${(Math.floor(index / columns) + 1) * height}l${width} ${-height}`).join("");
  return d ? element("path", { d, class: "heat-masked" }) : null;
}

export function miniMap({ values, rows, columns, max = 1 }) {
  return element("svg", {
    class: "mini-map", viewBox: `0 0 ${columns} ${rows}`, preserveAspectRatio: "none", "aria-hidden": true,
  }, element("rect", { class: "heat-ground", width: columns, height: rows }), cells(flat(values), columns, 1, 1, max));
}

/** How wide a text is, roughly: Chinese characters are twice as wide as Latin letters. */
export const widthOf = (text, size = 13) =>
  [...String(text)].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e80 ? size : size * 0.58), 0);

export function heatMap(options) {
  const { rows, columns, label, rowTitle, columnTitle, max = 1, format = weight, onSelect } = options;
  const values = flat(options.values);
  const size = options.size ?? Math.max(16, Math.min(44, Math.floor(560 / Math.max(rows.length, columns.length))));
  const left = Math.min(150, Math.max(24, ...rows.map(text => widthOf(text)))) + 12 + (rowTitle ? 18 : 0);
  const heads = labelled(columns, size);
  const fits = text => heads !== columns || widthOf(text) <= size + 1;
  const turned = columns.filter(text => !fits(text)).map(text => Math.min(130, widthOf(text)) + 12);
  const top = Math.max(22, ...turned) + (columnTitle ? 18 : 0);
  const width = columns.length * size, height = rows.length * size;
  const numbers = size >= 32;
  const at = (row, column) => values[row * columns.length + column];

  const cursor = element("rect", { class: "heat-cursor", width: size, height: size, visibility: "hidden" });
  const readout = element("p", { class: "readout", "aria-live": "polite" }, "\u00a0");
  let here = options.selected ?? null;
  const mark = (row, column, tell) => {
    here = { row, column };
    cursor.setAttribute("x", column * size);
    cursor.setAttribute("y", row * size);
    cursor.setAttribute("visibility", "visible");
    const value = at(row, column);
    readout.textContent = t("cell", {
      row: rows[row], column: columns[column], value: value === null || value === undefined ? "–" : format(value),
    });
    if (tell) onSelect?.(row, column);
  };

  const plot = element("g", { transform: `translate(${left},${top})` },
    element("rect", { class: "heat-ground", width, height }),
    cells(values, columns.length, size, size, max),
    masked(values, columns.length, size, size),
    element("path", {
      class: "heat-grid",
      d: columns.map((_, i) => `M${i * size} 0v${height}`).join("")
        + rows.map((_, i) => `M0 ${i * size}h${width}`).join("")
        + `M${width} 0v${height}M0 ${height}h${width}`,
    }),
    !numbers && minuses(values, columns.length, size),
    numbers && values.map((value, index) => value === null || value === undefined ? null : element("text", {
      class: Math.abs(value) / max > 0.55 ? "heat-number on-dark" : "heat-number",
      x: (index % columns.length + 0.5) * size, y: (Math.floor(index / columns.length) + 0.5) * size + 4,
    }, format(value).replace(/^0\./, "."))),
    cursor);
  const svg = element("svg", {
    class: "heat", width: left + width + 4, height: top + height + 4, role: "application", tabindex: 0,
    "aria-label": `${label ?? ""} ${t("heat_hint")}`.trim(),
    on: {
      pointermove: event => point(event, false), click: event => point(event, true),
      keydown: event => {
        const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
        if (!move) return;
        event.preventDefault();
        event.stopPropagation();
        const [row, column] = here ? [here.row + move[0], here.column + move[1]] : [0, 0];
        if (row >= 0 && column >= 0 && row < rows.length && column < columns.length) mark(row, column, true);
      },
    },
  },
  rowTitle && element("text", {
    class: "axis-title", transform: `translate(12,${top + height / 2}) rotate(-90)`,
  }, rowTitle),
  columnTitle && element("text", { class: "axis-title start", x: left, y: 13 }, columnTitle),
  rows.map((text, i) => element("text", { class: "axis-label end", x: left - 6, y: top + (i + 0.5) * size + 4 }, text)),
  heads.map((text, i) => {
    const x = left + (i + 0.5) * size;
    return fits(text)
      ? element("text", { class: "axis-label middle", x, y: top - 7 }, text)
      : element("text", { class: "axis-label", transform: `translate(${x + 4},${top - 6}) rotate(-90)` }, text);
  }),
  plot);
  function point(event, tell) {
    const box = svg.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left - left) / size);
    const row = Math.floor((event.clientY - box.top - top) / size);
    if (row >= 0 && column >= 0 && row < rows.length && column < columns.length) mark(row, column, tell);
  }
  if (here) mark(here.row, here.column, false);
  return element("div", { class: "plot" }, element("div", { class: "scroll", tabindex: -1 }, svg), readout);
}
