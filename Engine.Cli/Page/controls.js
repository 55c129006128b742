// Controls that views share. Each calls `onChange(value)`; each has a label that readers see.

import { element } from "page/plot.js";

let next = 0;
const fresh = () => `control-${next++}`;

/** One of several: a group of buttons. options: [{ value, label, title? }]. */
export function choice({ label, options, value, onChange }) {
  const buttons = options.map(option => element("button", {
    type: "button", "aria-pressed": String(option.value === value), title: option.title,
    on: {
      click: () => {
        options.forEach((one, i) => buttons[i].setAttribute("aria-pressed", String(one.value === option.value)));
        onChange(option.value);
      },
    },
  }, option.label));
  return element("div", { class: "control choice", role: "group", "aria-label": label },
    element("span", { class: "control-label", "aria-hidden": true }, label),
    element("span", { class: "segments" }, buttons));
}

/** One of many: a list to pick from. options: [{ value, label }]. */
export function pick({ label, options, value, onChange }) {
  const id = fresh();
  return element("div", { class: "control" },
    element("label", { class: "control-label", for: id }, label),
    element("select", { id, on: { change: event => onChange(options[event.target.selectedIndex].value) } },
      options.map(option => element("option", { selected: option.value === value }, option.label))));
}

/** A number on a slider; `text` says a value. */
export function slider({ label, min, max, step, value, text = String, onChange }) {
  const id = fresh(), said = element("output", { for: id, class: "control-value" }, text(value));
  const input = element("input", {
    type: "range", id, min, max, step, "aria-valuetext": text(value), value,
    on: {
      input: event => {
        const now = Number(event.target.value);
        said.textContent = text(now);
        input.setAttribute("aria-valuetext", text(now));
        onChange(now);
      },
    },
  });
  return element("div", { class: "control slider" },
    element("label", { class: "control-label", for: id }, label), said, input);
}

/** A text to look for. */
export function search({ label, value, onChange }) {
  const id = fresh();
  return element("div", { class: "control" },
    element("label", { class: "control-label", for: id }, label),
    element("input", {
      id, type: "search", value, autocomplete: "off", spellcheck: "false",
      on: { input: event => onChange(event.target.value.trim()) },
    }));
}

/** On or off. */
export function toggle({ label, value, onChange, title }) {
  const id = fresh();
  return element("div", { class: "control toggle", title },
    element("input", { type: "checkbox", id, checked: value, on: { change: event => onChange(event.target.checked) } }),
    element("label", { for: id }, label));
}

/** A function that runs `work` when it was not called again for some milliseconds. */
export function debounce(work, milliseconds = 250) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
}
