// The norms of the layers' gradients over the updates of training, where the run logged them.

import { choice } from "page/controls.js";
import { element, empty, lines } from "page/plot.js";
import { table } from "page/record.js";
import { number, t } from "page/text.js";

export { texts } from "page/texts-gradients.js";
export const id = "gradients";
export const title = ["Gradients over updates", "训练中的梯度"];
export const applies = () => true;

export async function render(host, context) {
  const { updates, layers } = await context.ask("/gradients");
  if (updates.length === 0) {
    host.append(empty(t("gradients_none")),
      element("p", {}, t("gradients_how")), element("pre", { class: "command" }, t("gradients_command")));
    return;
  }
  const { memory } = context;
  const groups = [...new Set(layers.map(layer => groupOf(layer.layer)))];
  if (memory.group && !groups.includes(memory.group)) memory.group = "";
  const output = element("div");
  const draw = () => {
    const shown = layers.filter(layer => !memory.group || groupOf(layer.layer) === memory.group);
    output.replaceChildren(
      lines({
        series: shown.map(({ layer, norms }) =>
          ({ label: layer, points: updates.map((update, i) => [update, norms[i]]) })),
        xTitle: t("gradients_updates"), yTitle: t("gradients_norm"), label: t("gradients_plot"), logY: true,
        height: 340,
      }),
      element("h3", {}, t("gradients_table")),
      table({
        label: t("gradients_table"),
        head: ["layer", "first", "least", "most", "last"].map(name => t(`gradients_${name}`)),
        rows: shown.map(({ layer, norms }) => {
          const known = norms.filter(norm => norm !== null);
          const figures = [known[0], Math.min(...known), Math.max(...known), known.at(-1)];
          return [layer, ...figures.map(norm => number(norm, 4))];
        }),
      }));
  };
  memory.group ??= groups.length > 1 && layers.length > 6 ? groups.find(name => name === "decoder") ?? groups[0] : "";
  host.append(
    element("p", {}, t("gradients_lead", { first: updates[0], last: updates.at(-1) })),
    ...(groups.length > 1 ? [element("div", { class: "settings" }, choice({
      label: t("gradients_group"), value: memory.group,
      options: [{ value: "", label: t("gradients_all") }, ...groups.map(name => ({ value: name, label: name }))],
      onChange: value => {
        memory.group = value;
        draw();
      },
    }))] : []),
    output);
  draw();
}

/** The part of the network that a layer belongs to: all embeddings are one. */
const groupOf = layer => (/embedding/.test(layer) ? t("gradients_embeddings") : layer.split(".")[0]);
