// The nodes of the tape by module: an outline that opens and closes.

import { element } from "page/plot.js";
import { t } from "page/text.js";

/** { list, show(node) } of nodes; `choose(index)` receives the index of the node that the reader picks. */
export function outline(nodes, choose) {
  const buttons = new Map();
  const root = { children: new Map(), nodes: [] };
  for (const node of nodes) {
    let group = root;
    for (const name of namesOf(node)) {
      if (!group.children.has(name)) group.children.set(name, { children: new Map(), nodes: [] });
      group = group.children.get(name);
    }
    group.nodes.push(node);
  }
  const leaf = node => {
    const button = element("button", { type: "button", class: "quiet", on: { click: () => choose(node.index) } },
      `#${node.index} ${node.operation === "parameter" ? node.path.split(".").at(-1) : node.operation}`);
    buttons.set(node, button);
    return element("li", {}, button);
  };
  const branch = ([name, group]) => element("li", {}, element("details", {},
    element("summary", {}, element("code", {}, name), ` (${countOf(group)})`), contentOf(group)));
  const contentOf = group => element("ul", { class: "plain" }, group.nodes.map(leaf), [...group.children].map(branch));
  let current = null;
  return {
    list: element("nav", { "aria-label": t("step_outline") }, element("h3", {}, t("step_outline")), contentOf(root)),
    /** Marks a node and opens the outline at it. */
    show(node, scroll) {
      current?.removeAttribute("aria-current");
      current = buttons.get(node);
      if (!current) return;
      current.setAttribute("aria-current", "step");
      let group = current.closest("details");
      for (; group; group = group.parentElement.closest("details")) group.open = true;
      const box = current.closest(".step-outline");
      if (!scroll || !box) return;
      const distance = current.getBoundingClientRect().top - box.getBoundingClientRect().top;
      box.scrollTop += distance - box.clientHeight / 2;
    },
  };
}

/** The names of the groups around a node: layers keep their numbers, as in layers.0. */
function namesOf(node) {
  const parts = node.path.split(".").filter(part => part !== "");
  if (node.operation === "parameter") parts.pop();
  const names = [];
  for (const part of parts) {
    if (/^\d+$/.test(part) && names.length > 0) names.push(`${names.pop()}.${part}`);
    else names.push(part);
  }
  return names;
}

const countOf = group =>
  [...group.children.values()].reduce((sum, child) => sum + countOf(child), group.nodes.length);
