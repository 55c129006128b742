// Parts of the model switched off, alone or together: both translations, the reference's log-probability, attention.

import { attentions, kindsOf, visible } from "page/attention-data.js";
import { choice, debounce, toggle } from "page/controls.js";
import { marked } from "page/differences.js";
import { element, failure, heatMap } from "page/plot.js";
import { number, t } from "page/text.js";

export const id = "switches";
export const title = ["Switch parts off", "关掉部件"];
export const applies = model => model.task === "translate" ? true : "not_for_classifier";

export const texts = {
  switches_no_residuals: [
    "This {architecture} model has no residuals.", "这个 {architecture} 模型没有残差。"],
  switches_intro: [
    "Switch parts off and see what the model does without them. The weights stay as they are; the parts are left out "
      + "of the computation.",
    "关掉一些部件，看看模型没有它们会怎样。权重不变，只是计算时略过这些部件。"],
  switches_masks: ["Masks, scaling, positions", "掩码、缩放、位置编码"],
  switches_causal_mask: ["causal mask", "因果掩码"],
  switches_padding_mask: ["padding mask (the source gets 8 padding tokens)", "填充掩码（源句末尾加 8 个填充符）"],
  switches_scaling: ["scaling by 1/√dK", "缩放 1/√dK"],
  switches_positions: ["positions", "位置编码"],
  switches_off: ["Ticked: switched off", "勾选表示关掉"],
  switches_heads: ["Heads", "注意力头"],
  switches_heads_hint: ["A pressed head is off: its output counts as zeros.", "按下的头被关掉：它的输出按零计算。"],
  switches_residuals: ["Residuals", "残差"],
  switches_residuals_hint: [
    "A pressed residual is off: y = sublayer(x) in place of y = x + sublayer(x).",
    "按下的残差被关掉：y = 子层(x)，不再是 y = x + 子层(x)。"],
  switches_conv_hint: [
    "A pressed residual is off: y = sublayer(x) in place of y = (x + sublayer(x)) / √2.",
    "按下的残差被关掉：y = 子层(x)，不再是 y = (x + 子层(x)) / √2。"],
  switches_all_of: ["all of the {side}", "整个{side}"],
  switches_encoder: ["encoder", "编码器"],
  switches_decoder: ["decoder", "解码器"],
  switches_self: ["after self-attention", "自注意力之后"],
  switches_cross: ["after cross-attention", "交叉注意力之后"],
  switches_feed: ["after the feed-forward", "前馈层之后"],
  switches_conv: ["around the convolution", "卷积块两端"],
  switches_attention_sum: ["around the attention", "注意力两端"],
  switches_reset: ["Switch all on", "全部打开"],
  switches_nothing: ["Nothing is switched off yet.", "现在没有关掉任何部件。"],
  switches_whole: ["Whole model", "完整模型"],
  switches_without: ["Without the parts", "关掉之后"],
  switches_same: ["Both translations are the same.", "两个译文相同。"],
  switches_differ: ["Marked words differ.", "标出的词不同。"],
  switches_reference: ["Reference: {text}", "参考译文：{text}"],
  switches_reference_own: ["Reference: {text} (the whole model's own translation)", "参考译文：{text}（完整模型自己的译文）"],
  switches_log_probability: ["log-probability of the reference", "参考译文的对数概率"],
  switches_loss: ["loss of a token", "每个词的损失"],
  switches_attention: ["Attention before and after", "关掉前后的注意力"],
  switches_empty: ["(empty)", "（空）"],
};

// The residual sums of a layer, by the last part of their paths.
const sums = { norm1: "self", norm3: "feed", conv: "conv", attention: "attention_sum" };
const nameOfSum = path => {
  const last = path.split(".").at(-1);
  return last !== "norm2" ? sums[last] : path.startsWith("decoder") ? "cross" : "feed";
};
const hintOfResiduals = ({ architecture, switches }) => "switches_" + (switches.residuals.length === 0 ? "no_residuals"
  : architecture === "conv" ? "conv_hint" : "residuals_hint");
const same = (one, other) => one.kind === other.kind && one.layer === other.layer && one.head === other.head;

export async function render(host, context) {
  const { model, memory, sentence, target, signal } = context;
  memory.off ??= { heads: [], residuals: [] };
  const off = memory.off;
  const { residuals, ...parts } = model.switches;
  const flags = ["causal_mask", "padding_mask", "scaling", "positions"].filter(flag => parts[flag] ?? true);
  const results = element("section", { class: "switch-results", "aria-live": "polite" });
  const attention = element("section");
  const body = () => ({
    ...(off.heads.length && { heads: off.heads }), ...(off.residuals.length && { residuals: off.residuals }),
    ...Object.fromEntries(flags.filter(flag => off[flag]).map(flag => [flag, true])),
  });
  const soon = debounce(() => compare());
  // The whole model's own translation: with a reference, that is another pass.
  const whole = await context.ask("/pass", { source: sentence, parts: ["weights"] });
  const layers = attentions(whole);

  const pressable = (label, on, flip, unseen) => {
    const made = element("button", {
      type: "button", class: "switch", "aria-pressed": String(on), on: {
        click: () => {
          flip();
          made.setAttribute("aria-pressed", String(made.getAttribute("aria-pressed") !== "true"));
          soon();
        },
      },
    }, unseen && element("span", { class: "unseen" }, unseen, " "), label);
    return made;
  };

  const headRows = layers.map(one => element("tr", {},
    element("th", { scope: "row" }, `${t("kind_" + one.kind)} ${one.layer}`),
    element("td", {}, Array.from({ length: one.heads }, (_, head) => {
      const mine = { kind: one.kind, layer: one.layer, head };
      return pressable(String(head), off.heads.some(each => same(each, mine)), () => {
        const others = off.heads.filter(each => !same(each, mine));
        off.heads = others.length < off.heads.length ? others : [...off.heads, mine];
      }, `${t("kind_" + one.kind)} ${one.layer}, ${t("head")}`);
    }))));

  const flipResidual = path => () => {
    const others = off.residuals.filter(each => each !== path);
    off.residuals = others.length < off.residuals.length ? others : [...off.residuals, path];
  };
  const layerOf = path => path.match(/\.(\d+)\./)?.[1];
  const residualRows = side => [
    element("tr", {}, element("th", { scope: "row" }, t("switches_" + side)), element("td", {},
      pressable(
        t("switches_all_of", { side: t("switches_" + side) }), off.residuals.includes(side), flipResidual(side)))),
    ...[...new Set(residuals.filter(path => path.startsWith(side + ".")).map(layerOf))].map(layer =>
      element("tr", {}, element("th", { scope: "row" }, `${t("switches_" + side)} ${layer}`), element("td", {},
        residuals.filter(path => path.startsWith(side + ".") && layerOf(path) === layer).map(path => pressable(
          t("switches_" + nameOfSum(path)), off.residuals.includes(path), flipResidual(path),
          `${t("switches_" + side)} ${layer}`))))),
  ];

  const column = (name, text, log, loss) => element("div", { class: "switch-side" },
    element("h3", {}, name), text,
    element("dl", {}, element("dt", {}, t("switches_log_probability")), element("dd", {}, number(log, 3)),
      element("dt", {}, t("switches_loss")), element("dd", {}, number(loss, 3))));

  async function compare() {
    const interventions = body();
    if (Object.keys(interventions).length === 0) {
      results.replaceChildren(
        element("div", { class: "switch-sides" }, column(
          t("switches_whole"), element("p", { class: "compared" }, whole.target_text || t("switches_empty")),
          whole.log_probability, whole.loss)),
        element("p", { class: "hint" }, t("switches_nothing")));
      attention.replaceChildren();
      return;
    }
    const mine = JSON.stringify(interventions);
    results.querySelector(".hint")?.replaceChildren(t("working"));
    try {
      const answer = await context.ask("/compare", { source: sentence, reference: target, interventions });
      const reference = target ?? answer.reference;
      // The same target for both, so that rows of both maps are the same words.
      const [before, without] = await Promise.all([
        context.ask("/pass", { source: sentence, target: reference, parts: ["weights"] }),
        context.ask("/pass", { source: sentence, target: reference, parts: ["weights"], interventions })]);
      if (signal.aborted || mine !== JSON.stringify(body())) return;
      const [one, other] = marked(
        answer.translation || t("switches_empty"), answer.translation_without || t("switches_empty"));
      const differ = answer.translation !== answer.translation_without;
      results.replaceChildren(
        element("div", { class: "switch-sides" },
          column(t("switches_whole"), one, answer.log_probability, answer.loss),
          column(t("switches_without"), other, answer.log_probability_without, answer.loss_without)),
        element("p", { class: "hint" }, t(differ ? "switches_differ" : "switches_same"), " ",
          t(target ? "switches_reference" : "switches_reference_own", { text: answer.reference })));
      attention.replaceChildren(
        element("h3", {}, t("switches_attention")), maps(attentions(before), attentions(without)));
    } catch (error) {
      if (!signal.aborted) results.replaceChildren(failure(error));
    }
  }

  function maps(before, without) {
    const box = element("div", { class: "switch-maps" }), controls = element("div", { class: "controls" });
    const kinds = kindsOf(before), most = Math.max(...before.map(one => one.layer));
    const shown = memory.shown ??= { kind: kinds[0], layer: most, head: "mean" };
    const sides = [[before, "switches_whole"], [without, "switches_without"]];
    const draw = () => box.replaceChildren(...sides.map(([list, name]) => {
      const one = list.find(each => each.kind === shown.kind && each.layer === shown.layer);
      return element("div", {}, element("h4", {}, t(name)), heatMap({
        rows: one.rows, columns: one.columns, values: visible(one, one.weights(shown.head)),
        size: one.keys > 14 ? 16 : 34,
        label: `${t(name)}: ${t("kind_" + one.kind)}`,
      }));
    }));
    const pick = (label, key, values, say = String) => choice({
      label, value: shown[key], options: values.map(value => ({ value, label: say(value) })),
      onChange: value => {
        shown[key] = value;
        draw();
      },
    });
    controls.append(
      pick(t("head"), "head", ["mean", ...Array(before[0].heads).keys()],
        value => value === "mean" ? t("mean") : String(value)));
    if (most > 0) controls.prepend(pick(t("layer"), "layer", [...new Set(before.map(one => one.layer))]));
    controls.prepend(pick(t("attention_kind"), "kind", kinds, kind => t("kind_" + kind)));
    draw();
    return element("div", {}, controls, box);
  }

  host.append(
    element("p", {}, t("switches_intro")), results,
    element("div", { class: "switch-panel" },
      element("fieldset", {},
        element("legend", {}, t("switches_masks")), element("p", { class: "hint" }, t("switches_off")),
        flags.map(flag => toggle({
          label: t("switches_" + flag), value: Boolean(off[flag]), onChange: on => {
            off[flag] = on;
            soon();
          },
        }))),
      element("fieldset", {},
        element("legend", {}, t("switches_heads")), element("p", { class: "hint" }, t("switches_heads_hint")),
        element("table", {}, element("tbody", {}, headRows))),
      element("fieldset", { class: "wide" },
        element("legend", {}, t("switches_residuals")),
        element("p", { class: "hint" }, t(hintOfResiduals(model), model)),
        residuals.length > 0 && element("div", { class: "residuals" }, ["encoder", "decoder"].map(side =>
          element("table", {}, element("tbody", {}, residualRows(side))))))),
    element("button", {
      type: "button", class: "quiet", on: {
        click: () => {
          memory.off = { heads: [], residuals: [] };
          host.replaceChildren();
          render(host, context);
        },
      },
    }, t("switches_reset")),
    attention);
  await compare();
}
