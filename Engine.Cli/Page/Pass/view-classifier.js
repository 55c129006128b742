// Labels with their probabilities, how a classifier pools its rows, and the norms of the states of any model.

import { bars, element, empty, heatMap } from "page/plot.js";
import { find, normOf, rowOf } from "page/record.js";
import { number, percent, t } from "page/text.js";

export { texts } from "page/texts-classifier.js";
export const id = "classifier";
export const title = ["Labels and states", "标签与状态"];
export const applies = () => true;

export async function render(host, context) {
  const { model } = context;
  const pass = await context.pass(["embedded", "output", "result", "pooling scores"]);
  if (model.task === "classify") host.append(...labels(pass, context), ...pooling(pass, model, context));
  host.append(
    element("h3", {}, t("classifier_states")), element("p", {}, t(`classifier_states_${kindOf(model)}`)),
    ...["source", "target"].flatMap(side => states(pass, side, model)));
}

function labels(pass, { target }) {
  const [prediction] = pass.predictions;
  return [
    element("p", { class: "result" }, t("classifier_says"), " ", element("strong", {}, prediction.likeliest[0].text)),
    bars({
      label: t("classifier_labels"), items: prediction.likeliest.map((label, i) => ({
        label: label.text, value: label.probability, text: percent(label.probability), state: i === 0 ? "chosen" : "",
        mark: target === label.text ? t("classifier_right") : "",
        detail: t("classifier_logit", { logit: number(label.logit, 3) }),
      })),
    }),
    ...(target && prediction.log_probability !== null ? [element("p", { class: "formula" },
      t("classifier_loss", { loss: number(-prediction.log_probability, 4), label: target }))] : []),
  ];
}

/** How one vector is made of the rows of all tokens: what each token gives to it. */
function pooling(pass, model, context) {
  const kind = model.configuration.pooling;
  const result = find(pass, "", "result", "source");
  const shares = sharesOf(kind, pass, result);
  return [
    element("h3", {}, t("classifier_pooling")), element("p", {}, t(`classifier_pooling_${kind}`)),
    ...(shares ? [bars({
      label: t("classifier_pooling"), items: pass.source.map((token, i) => ({
        label: token.text, value: shares[i] / Math.max(...shares), text: percent(shares[i]),
      })),
    })] : []),
    ...(model.attention ? [element("p", {}, element("button", {
      type: "button", on: { click: () => context.open("attention") },
    }, t("classifier_attention")))] : []),
  ];
}

function sharesOf(kind, pass, result) {
  const count = pass.source.length;
  if (kind === "mean") return Array(count).fill(1 / count);
  if (kind === "last") return pass.source.map((_, i) => (i === count - 1 ? 1 : 0));
  if (kind === "attention") {
    const scores = pass.values.find(value => value.name === "pooling scores")?.values;
    const powers = scores?.map(x => Math.exp(x - Math.max(...scores)));
    const sum = powers?.reduce((total, x) => total + x, 0);
    return powers?.map(x => x / sum);
  }
  if (!result) return null;
  // The maximum of each feature comes from one token.
  const wins = Array(count).fill(0), features = result.shape[1];
  const rows = pass.source.map((_, i) => rowOf(result, i));
  for (let f = 0; f < features; f++)
    wins[rows.reduce((best, row, i) => (row[f] > rows[best][f] ? i : best), 0)] += 1 / features;
  return wins;
}

const kindOf = model => (["rnn", "gru", "lstm"].includes(model.architecture) ? "recurrent"
  : model.architecture === "conv" ? "conv" : "transformer");

/** The norms of a side's rows, stage by stage. */
function states(pass, side, model) {
  const tokens = pass[side];
  const stages = pass.values.filter(value => value.side === side && value.shape.length === 2
    && value.shape[0] === tokens.length && ["embedded", "output", "result"].includes(value.name));
  if (tokens.length === 0) return [];
  if (stages.length === 0) return [empty(t("classifier_no_states"))];
  const norms = stages.map(stage => tokens.map((_, i) => normOf(rowOf(stage, i))));
  return [
    element("h4", {}, t(model.task === "classify" ? "classifier_side" : `classifier_${side}`)),
    heatMap({
      label: t("classifier_map"), rows: stages.map(nameOf), columns: tokens.map(token => token.text),
      rowTitle: t("classifier_stage"), columnTitle: t("classifier_token"), values: norms,
      max: Math.max(...norms.flat()), format: norm => number(norm, 1), size: tokens.length > 20 ? 30 : 44,
    }),
  ];
}

const nameOf = ({ name, path }) => (name === "output" ? path : t(`classifier_${name}`));
