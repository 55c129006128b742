// One attention weight, computed before the reader's eyes: q · k, divided by √dK, masked, in the softmax, times V.

import { pick } from "page/controls.js";
import { element, empty, heatMap } from "page/plot.js";
import { attentionLayers, find, headOf, layerName, sourceLink } from "page/record.js";
import { number, t } from "page/text.js";
import { divisionStep, maskStep, productStep, softmaxStep, valueStep } from "page/weight-steps.js";

export { texts } from "page/texts-weight.js";
export const id = "weight";
export const title = ["One attention weight", "一个注意力权重的计算"];
export const applies = model => (model.attention ? true : "weight_none");

export async function render(host, context) {
  const pass = await context.pass(["queries", "keys", "values", "scores", "masked scores", "weights", "heads"]);
  const layers = attentionLayers(pass);
  if (layers.length === 0) return host.append(empty(t("weight_none")));
  const { memory } = context;
  const layer = layers.find(one => one.path === memory.path) ?? layers.at(-1);
  clamp(memory, layer);
  const steps = element("div", { class: "weight-steps" });
  const sources = element("p", { class: "quiet-text" });
  const again = (name, values) => {
    Object.assign(memory, values);
    host.replaceChildren();
    render(host, context).then(() => host.querySelector(`[data-name=${name}] select`)?.focus());
  };
  const draw = () => steps.replaceChildren(...content(context.model, oneWeight(pass, layer, memory), layer));
  const control = (name, label, options, value) => element("div", { "data-name": name }, pick({
    label, options, value,
    onChange: chosen => again(name, name === "key" ? { key: chosen } : { key: null, [name]: chosen }),
  }));
  const numbered = tokens => tokens.map((text, i) => ({ value: i, label: `${i} ${text}` }));
  const heads = Array.from({ length: layer.heads }, (_, i) => ({ value: i, label: String(i) }));
  host.append(
    element("p", {}, t("weight_lead")),
    element("div", { class: "settings", role: "group", "aria-label": t("weight_choice") },
      control("path", t("weight_layer"), layers.map(one => ({ value: one.path, label: layerName(one) })), layer.path),
      control("head", t("head"), heads, memory.head),
      control("query", t("weight_query"), numbered(layer.queries), memory.query),
      control("key", t("weight_key"), numbered(layer.keys), memory.key)),
    heatMap({
      label: t("weight_map", { layer: layerName(layer), head: memory.head }), rows: layer.queries, columns: layer.keys,
      rowTitle: t("weight_queries"), columnTitle: t("weight_keys"), values: withMask(pass, layer, memory.head),
      selected: { row: memory.query, column: memory.key },
      onSelect: (query, key) => {
        Object.assign(memory, { query, key });
        host.querySelector("[data-name=query] select").selectedIndex = query;
        host.querySelector("[data-name=key] select").selectedIndex = key;
        draw();
      },
    }),
    steps, sources);
  draw();
  sources.replaceChildren(t("weight_code"), " ", ...(await placesOf(context, pass, layer))
    .flatMap((place, i) => [i ? ", " : "", sourceLink(context.model, place)]));
}

/** Where the code is: the files, and of a layer the line that calls its attention, which a recorded step knows. */
async function placesOf(context, pass, layer) {
  const plain = "Engine/Layers/Attention/ObservedAttention.cs";
  try {
    const step = await context.ask("/step", { source: context.sentence, target: pass.target_text });
    const node = step.nodes.find(one => one.path === layer.path && one.operation.endsWith("Attention"));
    return [node.caller ?? "Engine/Layers/Attention/MultiHeadAttention.cs", plain, `Engine/${node.source}`];
  } catch {
    return ["Engine/Layers/Attention/MultiHeadAttention.cs", plain, "Engine/Operations/Attention/Attention.cs"];
  }
}

/** The weights of a head; null where the mask hides the key. */
function withMask(pass, layer, head) {
  const scores = find(pass, layer.path, "masked scores");
  const masked = scores && headOf(scores, head);
  return headOf(layer.weights, head).map((row, i) => row.map((weight, j) => (masked?.[i][j] === null ? null : weight)));
}

/** Keeps the choice within the layer; where no key is chosen, takes the key with the largest weight. */
function clamp(memory, layer) {
  memory.path = layer.path;
  memory.head = Math.min(memory.head ?? 0, layer.heads - 1);
  memory.query = Math.min(memory.query ?? 0, layer.queries.length - 1);
  const row = headOf(layer.weights, memory.head)[memory.query];
  if (!(memory.key < row.length) || memory.key === null) memory.key = row.indexOf(Math.max(...row));
}

/** Everything that the record holds of one weight. */
function oneWeight(pass, layer, { head, query, key }) {
  const of = name => find(pass, layer.path, name);
  const row = name => headOf(of(name), head)[query];
  const weights = row("weights");
  return {
    interventions: pass.interventions, kind: layer.kind, head, heads: layer.heads, query, key,
    queryToken: layer.queries[query], keyToken: layer.keys[key], keyTokens: layer.keys,
    queries: of("queries"), keys: of("keys"), values: of("values"), outputs: of("heads"),
    scores: row("scores"), masked: row("masked scores"), weights, weight: weights[key],
  };
}

function content(model, one, layer) {
  return [
    element("p", { class: "result", "aria-live": "polite" },
      t("weight_result", { query: one.queryToken, key: one.keyToken }), " ",
      element("strong", { "data-name": "result", "data-value": one.weight }, number(one.weight, 4))),
    element("p", {}, t(positions(model, layer))),
    productStep(one), divisionStep(one), maskStep(one), softmaxStep(one), valueStep(one),
  ];
}

/** The text that says what q and k know of positions. */
function positions(model, layer) {
  if (model.architecture !== "transformer") return "weight_positions_other";
  const isInAttention = model.positions === "rotary" || model.positions === "relative";
  return isInAttention && layer.kind === "cross" ? "weight_positions_cross" : `weight_positions_${model.positions}`;
}
