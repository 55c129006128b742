// Elements and plots that all views share.
//
//   element(tag, attributes, ...children)  an HTML or SVG element; `on: { click: f }` listens; null and false leave an
//                                          attribute out; arrays of children are laid flat, null children left out
//   bars({ items, label })                 horizontal bars; an item is { label, value (0 to 1), text, mark?, state?,
//                                          detail?, onSelect? }
//   lines({ series, xTitle, yTitle, ... }) curves with labelled axes; see plot-lines.js
//   heatMap({ rows, columns, values, ... }) a matrix; see plot-heat.js
//   icon(name)                             a sign on a button
//   empty(text)                            a sentence in place of a plot
//   failure(error)                         an error in one line
//
// Colours are variables of page.css. Whatever a colour says, a text, shape or pattern says too.

export { heatMap, miniMap } from "page/plot-heat.js";
export { lines } from "page/plot-lines.js";

const svgTags = new Set(["svg", "g", "path", "rect", "circle", "line", "polyline", "text", "tspan", "defs", "pattern",
  "title", "clipPath", "polygon", "ellipse", "marker", "use"]);

export function element(tag, attributes = {}, ...children) {
  const made = svgTags.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else if (name === "style" && typeof value === "object") {
      for (const [property, setting] of Object.entries(value)) made.style.setProperty(property, setting);
    } else if (name === "value" && tag !== "li") made.value = value;
    else made.setAttribute(name, value === true ? (name.startsWith("aria-") ? "true" : "") : value);
  }
  made.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** The chip of a token: its text; a token that is no word (such as <eos>) looks different. */
export function token(text, attributes = {}, ...more) {
  const special = /^<[a-z]+>$/.test(text);
  const { class: name = "", tag = "span", ...rest } = attributes;
  return element(tag, { class: `token ${special ? "special" : ""} ${name}`, ...rest },
    element("span", { class: "token-text" }, text), more);
}

export function bars({ items, label }) {
  return element("ol", { class: "bars", "aria-label": label }, items.map(item =>
    element("li", {
      class: `bar ${item.state ?? ""}`, tabindex: 0, title: item.detail,
      on: item.onSelect ? { focus: item.onSelect, pointerenter: item.onSelect } : undefined,
    },
    element("span", { class: "bar-label" }, item.label),
    element("span", { class: "bar-track", "aria-hidden": true },
      element("span", { class: "bar-fill", style: { width: `${Math.max(0, Math.min(1, item.value ?? 0)) * 100}%` } })),
    element("span", { class: "bar-text" }, item.text),
    element("span", { class: "bar-mark" },
      item.mark ?? "", item.detail && element("span", { class: "unseen" }, " ", item.detail)))));
}

/** A sign on a button, drawn: fonts of some systems lack it. The names: first, back, play, pause, next, last. */
export function icon(name) {
  const paths = {
    first: "M4 3h2v10H4zM13 3v10L7 8z", back: "M11 3v10L4 8z",
    play: "M4 2.5v11L13 8z", pause: "M4 3h3v10H4zM9 3h3v10H9z",
    next: "M5 3v10l7-5z", last: "M3 3v10l6-5zM10 3h2v10h-2z",
  };
  return element("svg", { class: "icon", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": true },
    element("path", { d: paths[name] }));
}

export const empty = text => element("p", { class: "empty" }, text);

export const failure = error =>
  element("p", { class: "failure", role: "alert" }, String(error?.message ?? error).split("\n")[0]);
