// A node of the tape: operation, formula, shapes, norms, module, file and line.

import { element } from "page/plot.js";
import { sourceLink } from "page/record.js";
import { number, t } from "page/text.js";

const shapeOf = shape => (shape.length === 0 ? t("step_scalar") : `[${shape.join(", ")}]`);

/** The elements that describe a node; `jump(index)` goes to another one. */
export function detail(model, step, node, state, isBack, jump) {
  if (!node) return [element("p", { class: "empty" }, t("step_none"))];
  const [forward, backward] = split(node.formula);
  const count = state.nodes.length;
  const at = isBack ? 2 * count - state.at : state.at + 1;
  const formula = (name, text, isNow) => text && element("div", { class: `tape-formula${isNow ? " now" : ""}` },
    element("span", { class: "quiet-text" }, (isNow ? "▶ " : "") + t(name)), element("code", {}, text));
  const row = (name, ...content) => [element("dt", {}, t(name)), element("dd", {}, content)];
  return [
    element("p", { class: "quiet-text" }, t(isBack ? "step_at_back" : "step_at", { at, count })),
    element("h3", { class: "tape-name", "aria-live": "polite" }, `#${node.index} ${node.operation}`),
    formula("step_forward", forward, !isBack),
    formula("step_backward", backward, isBack),
    element("dl", { class: "node-facts" },
      row("step_path", element("code", {}, node.path || t("step_network"))),
      node.inputs.length > 0 && row("step_inputs", element("ul", { class: "plain" }, node.inputs.map(input =>
        element("li", {}, input.node < 0 ? t("step_constant") : link(step, state, input.node, jump), " ",
          shapeOf(input.shape), isBack && input.node >= 0 ? gradientOf(step, input.node) : "")))),
      row("step_output", shapeOf(node.shape)),
      row("step_value_norm", fact("value", node.value_norm)),
      row("step_gradient_norm", isBack
        ? node.gradient_norm === null ? t("step_no_gradient") : fact("gradient", node.gradient_norm)
        : element("span", { class: "quiet-text" }, t("step_later"))),
      node.caller && row("step_caller", sourceLink(model, node.caller)),
      node.source && row("step_source", sourceLink(model, `Engine/${node.source}`))),
  ];
}

/** Formula and derivative, which the catalogue separates by a semicolon. */
function split(formula) {
  const at = formula.indexOf(";");
  return at < 0 ? [formula, ""] : [formula.slice(0, at).trim(), formula.slice(at + 1).trim()];
}

const fact = (name, value) => element("span", { "data-name": name, "data-value": value }, number(value, 4));

function link(step, state, index, jump) {
  const node = step.nodes.find(one => one.index === index);
  const text = node ? `#${index} ${node.operation === "parameter" ? node.path : node.operation}` : `#${index}`;
  return state.nodes.includes(node)
    ? element("button", { type: "button", class: "quiet", on: { click: () => jump(index) } }, text)
    : element("span", { class: "mono" }, text);
}

function gradientOf(step, index) {
  const norm = step.nodes.find(one => one.index === index)?.gradient_norm;
  return norm === null || norm === undefined ? "" : t("step_input_gradient", { norm: number(norm, 4) });
}
