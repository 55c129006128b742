// The tape as a strip: a mark for each node, its value's norm above the line and its gradient's norm below, both on a
// log axis. Marks beyond the reader's position are pale: forward fills the upper half, back the lower one.

import { element } from "page/plot.js";
import { number, t } from "page/text.js";

const size = { half: 70, left: 52, step: 11, top: 20 };

/** { plot, mark(at) } of nodes; `choose(at)` receives positions: forward from 0, then back. */
export function tape(nodes, choose) {
  const norms = nodes.flatMap(node => [node.value_norm, node.gradient_norm]).filter(norm => norm > 0);
  const low = Math.floor(Math.log10(Math.min(...norms)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...norms))));
  const lengthOf = norm => (norm > 0 ? Math.max(2, (Math.log10(norm) - low) / (high - low) * size.half) : 0);
  const step = Math.max(size.step, Math.min(26, 700 / nodes.length));
  const width = size.left + nodes.length * step + 8, middle = size.top + size.half, height = middle + size.half + 22;
  const x = i => size.left + i * step;
  const bars = nodes.map((node, i) => [
    element("rect", {
      class: "tape-value", x: x(i) + 1, width: step - 2,
      y: middle - lengthOf(node.value_norm), height: lengthOf(node.value_norm),
    }),
    element("rect", {
      class: "tape-gradient", x: x(i) + 1, width: step - 2, y: middle + 1, height: lengthOf(node.gradient_norm),
    }),
  ]);
  const cursor = element("rect", { class: "tape-cursor", y: size.top - 4, width: step, height: 2 * size.half + 8 });
  const arrow = element("text", { class: "tape-arrow", y: size.top - 7 });
  const end = 2 * nodes.length - 1;
  let at = 0;
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
    .filter((_, i, all) => i % Math.ceil(all.length / 4) === 0 && i > 0);
  const label = (power, y) => [
    element("line", { class: "grid", x1: size.left, x2: width, y1: y, y2: y }),
    element("text", { class: "axis-label end", x: size.left - 6, y: y + 4 }, `10${superscript(power)}`),
  ];
  const svg = element("svg", {
    class: "tape", width, height, viewBox: `0 0 ${width} ${height}`, role: "slider", tabindex: 0,
    "aria-label": t("step_tape"), "aria-valuemin": 0, "aria-valuemax": Math.max(0, end), "aria-valuenow": 0,
    on: {
      click: event => {
        const box = svg.getBoundingClientRect();
        const i = Math.floor((event.clientX - box.left - size.left) / step);
        if (i >= 0 && i < nodes.length) choose(event.clientY - box.top > middle ? end - i : i);
      },
      keydown: event => {
        const to = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: end,
          PageDown: at + 10, PageUp: at - 10 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        choose(to);
      },
    },
  },
  decades.map(power => [label(power, middle - lengthOf(10 ** power)), label(power, middle + lengthOf(10 ** power))]),
  element("line", { class: "tape-line", x1: size.left, x2: width, y1: middle + 0.5, y2: middle + 0.5 }),
  [["step_value", -1], ["step_gradient", 1]].map(([key, side]) => element("text", {
    class: "axis-title", transform: `translate(11,${middle + side * size.half / 2}) rotate(-90)`,
  }, t(key))),
  element("text", { class: "axis-label", x: size.left, y: height - 5 }, t("step_first_node")),
  nodes.length > 24 && element("text", { class: "axis-label end", x: width - 8, y: height - 5 }, t("step_loss_node")),
  bars, cursor, arrow);

  return {
    plot: element("div", { class: "scroll" }, svg),
    mark(position) {
      at = position;
      const isBack = at >= nodes.length, i = isBack ? end - at : at;
      bars.forEach(([value, gradient], n) => {
        value.classList.toggle("pale", !isBack && n > i);
        gradient.classList.toggle("pale", !isBack || n < i);
      });
      cursor.setAttribute("x", x(i));
      arrow.setAttribute("x", x(i));
      arrow.textContent = t(isBack ? "step_backward_arrow" : "step_forward_arrow");
      arrow.setAttribute("text-anchor", i > nodes.length / 2 ? "end" : "start");
      if (i > nodes.length / 2) arrow.setAttribute("x", x(i) + step);
      svg.setAttribute("aria-valuenow", at);
      const node = nodes[i];
      svg.setAttribute("aria-valuetext", node ? t(isBack ? "step_said_back" : "step_said", {
        index: node.index, operation: node.operation, path: node.path,
        norm: number(isBack ? node.gradient_norm : node.value_norm, 4),
      }) : "");
      const box = svg.parentElement;
      const place = x(i) - box.scrollLeft;
      if (place < size.left || place > box.clientWidth - 40) box.scrollLeft = x(i) - box.clientWidth / 2;
    },
  };
}

const superscript = power => [...String(power)].map(sign => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
