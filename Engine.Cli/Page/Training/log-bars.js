// Bars on a logarithmic axis, for norms that differ by powers of ten.

import { element, empty } from "page/plot.js";
import { number, t } from "page/text.js";

/** items: [{ label, value }]; `title` names the axis, `label` the plot. */
export function logBars({ items, title, label }) {
  const known = items.filter(item => item.value > 0);
  if (known.length === 0) return empty(t("step_no_norms"));
  const low = Math.floor(Math.log10(Math.min(...known.map(item => item.value))) - 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...known.map(item => item.value)))));
  const place = value => 100 * (Math.log10(value) - low) / (high - low);
  const powers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  return element("figure", { class: "log-bars" },
    element("ul", { "aria-label": label }, items.map(item => element("li", {},
      element("span", { class: "log-label" }, element("code", {}, item.label)),
      element("span", { class: "log-track", "aria-hidden": true },
        powers.map(power => element("span", { class: "log-grid", style: { left: `${place(10 ** power)}%` } })),
        item.value > 0 && element("span", {
          class: "bar-fill", style: { width: `${Math.max(0.5, place(item.value))}%` },
        })),
      element("span", { class: "log-text", "data-value": item.value }, number(item.value, 4))))),
    element("div", { class: "log-axis", "aria-hidden": true }, element("span"),
      element("span", { class: "log-scale" }, powers.map(power =>
        element("span", { style: { left: `${place(10 ** power)}%` } }, nameOf(power)))),
      element("span")),
    element("figcaption", { class: "quiet-text" }, title));
}

const nameOf = power => (Math.abs(power) > 3
  ? `1e${power}`.replace("-", "−") : (10 ** power).toFixed(Math.max(0, -power)));
