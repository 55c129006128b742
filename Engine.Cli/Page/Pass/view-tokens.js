// How the tokenizer splits a line: tokens and ids, and byte-pair merges one at a time.

import { slider } from "page/controls.js";
import { element, token } from "page/plot.js";
import { t } from "page/text.js";

export { texts } from "page/texts-tokens.js";
export const id = "tokens";
export const title = ["Tokens and merges", "分词与合并"];
export const applies = () => true;

export async function render(host, context) {
  const { model, memory } = context;
  host.append(element("p", {}, t("tokens_lead")));
  const source = await context.ask("/tokenize", { side: "source", text: context.sentence });
  host.append(...side("source", model.source_tokenizer, context.sentence, source, memory));
  if (model.task !== "translate") return;
  const target = context.target ?? (await context.pass(["weights"])).target_text;
  if (target.trim() === "") return;
  const tokens = await context.ask("/tokenize", { side: "target", text: target });
  host.append(...side("target", model.target_tokenizer, target, tokens, memory));
}

/** A side of the model: its line, tokens with ids, and merges where it has them. */
function side(name, tokenizer, text, { tokens, merges }, memory) {
  const unknown = tokens.filter(isUnknown).length;
  return [
    element("h3", {}, t(`tokens_${name}`, { tokenizer: t(`tokens_kind_${tokenizer}`) })),
    element("p", { class: "result" }, t("tokens_count", { text, count: tokens.length }),
      unknown > 0 ? t("tokens_unknown_count", { count: unknown }) : ""),
    element("ol", { class: "tokens", "data-side": name }, tokens.map(one => element("li", {}, token(
      visible(one.text), { class: isUnknown(one) ? "unknown" : "", title: isUnknown(one) ? t("tokens_unknown") : null },
      element("span", { class: "token-id" }, isUnknown(one) ? `? ${one.id}` : one.id))))),
    ...(merges.length > 1 ? merging(merges, name, memory) : []),
    tokenizer === "bpe" && merges.length < 2 ? element("p", {}, t("tokens_no_merges")) : "",
  ];
}

/** The merges, one at a time: the slider's position is the number of merges made. */
function merging(merges, name, memory) {
  const key = `merges-${name}`;
  const last = merges.length - 1;
  const row = element("ol", { class: "tokens merging" });
  const said = element("p", { class: "readout", "aria-live": "polite" });
  const draw = made => {
    memory[key] = made;
    const before = made > 0 ? new Set(spans(merges[made - 1])) : null;
    const now = spans(merges[made]);
    const fresh = now.filter(span => before && !before.has(span));
    row.replaceChildren(...merges[made].map((text, i) => {
      const isNew = before && !before.has(now[i]);
      const mark = isNew ? element("span", { class: "token-id" }, "+") : "";
      return element("li", {}, token(visible(text), { class: isNew ? "merged" : "" }, mark));
    }));
    const merged = [...new Set(merges[made].filter((_, i) => fresh.includes(now[i])))];
    said.textContent = made === 0
      ? t("tokens_start") : t("tokens_merge", { made, last, texts: merged.map(visible).join(", ") });
  };
  const at = Math.min(memory[key] ?? 0, last);
  draw(at);
  return [
    element("div", { class: "settings" }, slider({
      label: t("tokens_merges"), min: 0, max: last, step: 1, value: at, text: value => `${value} / ${last}`,
      onChange: draw,
    })), row, said,
  ];
}

/** Where each token lies in the line, so that a token that a merge made is told from the others. */
function spans(tokens) {
  let at = 0;
  return tokens.map(text => `${at}-${at += text.length}`);
}

const isUnknown = one => one.text === "<unk>";

/** A token with its spaces made visible. */
const visible = text => text.replace(/ /g, "␣");
