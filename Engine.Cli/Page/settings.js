// The decoding settings: their defaults, what a request needs of them, and their controls.

import { choice, slider } from "page/controls.js";
import { element } from "page/plot.js";
import { t } from "page/text.js";

export const defaults = {
  decoder: "greedy", beam: 4, length_penalty: 0.6, temperature: 1, top_k: 0, top_p: 1, seed: 1,
  repetition_penalty: 1, no_repeat_ngram: 0, min_length: 0,
};

const readBy = {
  greedy: [], beam: ["beam", "length_penalty"], sample: ["temperature", "top_k", "top_p", "seed"],
};
const readByAll = ["repetition_penalty", "no_repeat_ngram", "min_length"];

/** The settings of a request: every setting that the decoder reads and that is no default. */
export function settingsBody(settings) {
  const body = {};
  if (settings.decoder !== defaults.decoder) body.decoder = settings.decoder;
  for (const name of [...readBy[settings.decoder], ...readByAll])
    if (settings[name] !== defaults[name]) body[name] = settings[name];
  return body;
}

const short = value => String(+value.toFixed(2));
const count = value => value === 0 ? t("off") : String(value);
const controls = {
  beam: { min: 1, max: 10, step: 1 },
  length_penalty: { min: 0, max: 2, step: 0.1, text: short },
  temperature: { min: 0.1, max: 3, step: 0.05, text: short },
  top_k: { min: 0, max: 50, step: 1, text: value => value === 0 ? t("all_tokens") : String(value) },
  top_p: { min: 0.05, max: 1, step: 0.01, text: value => value === 1 ? t("all_tokens") : short(value) },
  repetition_penalty: { min: 1, max: 3, step: 0.1, text: value => value === 1 ? t("off") : short(value) },
  no_repeat_ngram: { min: 0, max: 4, step: 1, text: count },
  min_length: { min: 0, max: 30, step: 1, text: count },
};

/** The controls of some settings; `change({ name: value })` is called for each move. */
export function settingsPanel(names, settings, change) {
  const shown = names.filter(name => name !== "decoder" && name !== "seed" && !readByAll.includes(name));
  const penalties = names.filter(name => readByAll.includes(name));
  const control = name => slider({
    label: t(name), value: settings[name], text: String, ...controls[name],
    onChange: value => change({ [name]: value }),
  });
  // Temperature and cuts change what the bars show, so greedy decoding has them too.
  const relevant = () => {
    for (const [name, made] of sliders)
      made.hidden = names.includes("decoder") && readBy.beam.includes(name) !== (settings.decoder === "beam");
    if (again) again.hidden = settings.decoder !== "sample";
  };
  const sliders = shown.map(name => [name, control(name)]);
  const again = names.includes("seed") && element("button", {
    type: "button", class: "quiet", on: { click: () => change({ seed: settings.seed + 1 }) },
  }, t("draw_again"));
  const panel = element("div", { class: "settings", role: "group", "aria-label": t("decoding") },
    names.includes("decoder") && choice({
      label: t("decoder"), value: settings.decoder,
      options: ["greedy", "beam", "sample"].map(value => ({ value, label: t("decoder_" + value) })),
      onChange: decoder => {
        change({ decoder });
        relevant();
      },
    }),
    sliders.map(([, made]) => made), again,
    penalties.length > 0 && element("details", { class: "more" },
      element("summary", {}, t("more_settings")), element("div", { class: "settings" }, penalties.map(control))));
  relevant();
  return panel;
}
