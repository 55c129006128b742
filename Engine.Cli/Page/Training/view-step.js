// One training step as the tape saw it: forward, then back, node by node.

import { pick, search, toggle } from "page/controls.js";
import { logBars } from "page/log-bars.js";
import { element } from "page/plot.js";
import { detail } from "page/step-detail.js";
import { outline } from "page/step-outline.js";
import { tape } from "page/step-tape.js";
import { number, t } from "page/text.js";

export { texts } from "page/texts-step.js";
export const id = "step";
export const title = ["A training step as a tape", "一步训练的计算带"];
export const applies = () => true;

export async function render(host, context) {
  const target = context.target ?? (await context.pass(["weights"])).target_text;
  const { memory } = context;
  const step = await context.ask("/step", { source: context.sentence, target, seed: memory.seed });
  const smoothing = context.model.configuration.labelSmoothing;
  const state = { nodes: [], at: 0, playing: 0 }; // `at` counts forward, then back: 0 to 2 nodes.length - 1
  const parts = { strip: element("div"), card: element("div"), tree: element("div", { class: "step-outline" }) };
  const buttons = Object.fromEntries(["first", "back", "play", "next", "last"].map(name =>
    [name, element("button", { type: "button", on: { click: () => press(name) } })]));

  const isBack = () => state.at >= state.nodes.length;
  const nodeAt = at => state.nodes[at < state.nodes.length ? at : 2 * state.nodes.length - 1 - at];
  function go(at, fromOutline = false) {
    state.at = Math.max(0, Math.min(2 * state.nodes.length - 1, at));
    const node = nodeAt(state.at);
    if (node) Object.assign(memory, { node: node.index, back: isBack() });
    parts.mark(state.at);
    parts.card.replaceChildren(...detail(context.model, step, node, state, isBack(), jump));
    parts.show(node, !fromOutline);
    buttons.first.disabled = buttons.back.disabled = state.at === 0;
    buttons.next.disabled = buttons.last.disabled = state.at >= 2 * state.nodes.length - 1;
  }
  function jump(index) {
    const i = state.nodes.findIndex(node => node.index === index);
    if (i < 0) return;
    stop();
    go(isBack() ? 2 * state.nodes.length - 1 - i : i, true);
  }
  function press(name) {
    if (name === "play" && !state.playing) return play();
    stop();
    const end = 2 * state.nodes.length - 1;
    go({ first: 0, back: state.at - 1, next: state.at + 1, last: end, play: state.at }[name]);
  }
  function play() {
    if (state.at >= 2 * state.nodes.length - 1) go(0);
    state.playing = setInterval(() => {
      go(state.at + 1);
      if (state.at >= 2 * state.nodes.length - 1) stop();
    }, 500);
    label();
  }
  function stop() {
    clearInterval(state.playing);
    state.playing = 0;
    label();
  }
  function label() {
    const signs = { first: "«", back: "‹", play: state.playing ? "‖" : "▶", next: "›", last: "»" };
    for (const [name, button] of Object.entries(buttons)) {
      const text = t(name === "play" && state.playing ? "step_pause" : `step_${name}`);
      button.replaceChildren(element("span", { "aria-hidden": true }, `${signs[name]} `), text);
    }
  }
  /** Chooses the nodes by the filters, and draws tape and outline anew. */
  function filter() {
    state.nodes = step.nodes.filter(node => (memory.parameters || node.operation !== "parameter")
      && (!memory.operation || node.operation === memory.operation)
      && (!memory.module || node.path === memory.module || node.path.startsWith(`${memory.module}.`))
      && (!memory.filter || fits(node, memory.filter.toLowerCase())));
    const strip = state.nodes.length === 0 ? { plot: "", mark: () => {} } : tape(state.nodes, at => {
      stop();
      go(at);
    });
    parts.mark = strip.mark;
    parts.strip.replaceChildren(strip.plot);
    const tree = outline(state.nodes, jump);
    parts.show = tree.show;
    parts.tree.replaceChildren(tree.list);
    const i = Math.max(0, state.nodes.findIndex(node => node.index === memory.node));
    go(memory.back ? 2 * state.nodes.length - 1 - i : i);
  }

  const all = { value: "", label: t("step_all") };
  const refilter = name => value => {
    stop();
    memory[name] = value;
    filter();
  };
  const operations = [...new Set(step.nodes.map(node => node.operation))].filter(name => name !== "parameter").sort();
  if (memory.operation && !operations.includes(memory.operation)) memory.operation = "";
  context.signal.addEventListener("abort", stop);
  label();
  host.append(
    element("p", {}, t("step_lead"), context.language === "zh" ? "" : " ", memory.seed == null ? t("step_no_dropout") : t("step_dropout", memory)),
    element("p", { class: "result" }, t("step_pair", { source: context.sentence, target }), " ",
      element("strong", { "data-name": "loss", "data-value": step.loss }, number(step.loss, 4)),
      smoothing > 0 && ` ${t("step_smoothing", { part: smoothing })}`),
    element("div", { class: "settings" },
      pick({
        label: t("step_module"), value: memory.module ?? "", onChange: refilter("module"),
        options: [all, ...modulesOf(step.nodes).map(path => ({ value: path, label: path }))],
      }),
      pick({
        label: t("step_operation"), value: memory.operation ?? "", onChange: refilter("operation"),
        options: [all, ...operations.map(name => ({ value: name, label: name }))],
      }),
      search({ label: t("step_filter"), value: memory.filter ?? "", onChange: refilter("filter") }),
      toggle({ label: t("step_parameters"), value: memory.parameters ?? false, onChange: refilter("parameters") })),
    parts.strip,
    element("div", { class: "step-buttons", role: "group", "aria-label": t("step_buttons") }, Object.values(buttons)),
    element("div", { class: "step-columns" }, parts.card, parts.tree),
    element("h3", {}, t("step_layers")),
    logBars({
      items: step.layers.map(layer => ({ label: layer.layer, value: layer.gradient_norm })),
      label: t("step_layers"), title: t("step_norm"),
    }));
  filter();
}

/** Whether an operation has a text in its name, its module or its files, as `engine explain --filter` chooses. */
const fits = ({ operation, path, source, caller }, text) =>
  [operation, path, source, caller].some(one => one?.toLowerCase().includes(text));

/** The paths of modules at which the outline branches. */
function modulesOf(nodes) {
  const paths = new Set();
  for (const { path, operation } of nodes) {
    const parts = path.split(".");
    for (let n = 1; n <= parts.length - (operation === "parameter" ? 1 : 0); n++) {
      if (!/^layers$/.test(parts[n - 1])) paths.add(parts.slice(0, n).join("."));
    }
  }
  return [...paths].filter(path => path !== "");
}
