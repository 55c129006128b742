// A translation that grows token by token, and what was likely in each step.

import { debounce } from "page/controls.js";
import { element, failure, icon, token } from "page/plot.js";
import { settingsBody } from "page/settings.js";
import { number, percent, t, weight } from "page/text.js";
import { stepBars } from "page/translation-bars.js";
import { texts as barTexts } from "page/translation-bars.js";

export const id = "translation";
export const title = ["Translation", "逐词翻译"];
export const settings = [
  "decoder", "beam", "length_penalty", "temperature", "top_k", "top_p", "seed",
  "repetition_penalty", "no_repeat_ngram", "min_length",
];
export const applies = model => model.task === "translate" ? true : "not_for_classifier";

export const texts = {
  ...barTexts,
  translation_source: ["Source", "原文"],
  translation_target: ["Translation", "译文"],
  translation_first: ["First step", "第一步"],
  translation_back: ["Step back", "后退一步"],
  translation_play: ["Play", "播放"],
  translation_pause: ["Pause", "暂停"],
  translation_next: ["Step forward", "前进一步"],
  translation_last: ["Last step", "最后一步"],
  translation_step: ["Step {step} of {count}", "第 {step} 步，共 {count} 步"],
  translation_keys: ["← and → step too", "也可以用 ← 和 → 键"],
  translation_looked: [
    "Under each source word: how much the last layer's cross-attention looks at it in this step (mean of the heads).",
    "原文每个词下面：最后一层的交叉注意力在这一步看它多少（各头平均）。"],
  translation_score: [
    "log-probability {total}, so the probability of this translation is {probability}",
    "对数概率 {total}，即这条译文的概率为 {probability}"],
  translation_beam_score: [
    "score {score} = log-probability {total} divided by the length penalty {penalty}",
    "得分 {score} = 对数概率 {total} ÷ 长度惩罚 {penalty}"],
  translation_others: ["Open hypotheses in this step", "这一步保留的假设"],
  translation_nothing: ["The model ends the translation at once: it is empty.", "模型第一步就结束了，译文为空。"],
};

const pace = 260; // milliseconds a token

/** The ids of a list of tokens, to compare prefixes. */
const prefix = (tokens, count) => tokens.slice(0, count).map(one => one.id).join(" ");

/** The steps on the way to the best translation: { row, chosen } of each. */
function pathOf(steps, trace) {
  const latest = steps.at(-1)?.rows[0]?.tokens ?? [];
  const tokens = trace?.translations[0]?.tokens ?? latest;
  const shown = trace ? steps.slice(0, tokens.length + 1) : steps;
  return shown.map((step, i) => {
    const row = step.rows.find(one => prefix(one.tokens, i) === prefix(tokens, i)) ?? step.rows[0];
    const next = tokens[i]?.id;
    const chosen = row.candidates.find(one => next !== undefined ? one.id === next : one.fate === "finished")
      ?? row.candidates.find(one => one.fate !== "pruned") ?? row.candidates[0];
    return { row, chosen, rows: step.rows };
  });
}

export async function render(host, context) {
  const { memory, signal } = context;
  let steps = [], trace = null, timer = 0, asked = null;
  let fresh = memory.sentence !== context.sentence; // a new sentence plays, a known one is shown as it was left
  memory.sentence = context.sentence;
  if (fresh) memory.source = null;
  signal.addEventListener("abort", () => clearInterval(timer));

  const source = element("ol", { class: "tokens" }), target = element("ol", { class: "tokens translation-target" });
  const looked = element("p", { class: "hint" });
  const score = element("p", { class: "hint translation-score", "aria-live": "polite" });
  const counter = element("span", { class: "counter" }), body = element("div", { class: "translation-step" });
  const button = (key, sign, act) => element("button", {
    type: "button", "aria-label": t(key), title: t(key), on: { click: act },
  }, icon(sign));
  const play = button("translation_play", "play", () => timer ? stop() : start());
  const buttons = [
    button("translation_first", "first", () => go(0)),
    button("translation_back", "back", () => go(context.position - 1)), play,
    button("translation_next", "next", () => go(context.position + 1)),
    button("translation_last", "last", () => go(Infinity)),
  ];
  host.append(
    element("section", { class: "sentence-pair" },
      element("h3", {}, t("translation_source")), source, looked,
      element("h3", {}, t("translation_target")), target, score),
    element("div", { class: "transport" }, buttons, counter, element("span", { class: "hint" }, t("translation_keys"))),
    body);

  const path = () => pathOf(steps, trace);
  const last = () => Math.max(0, path().length - 1);

  function go(position) {
    stop();
    show(position);
  }

  function start() {
    if (context.position >= last() && trace) show(0);
    clearInterval(timer);
    timer = setInterval(() => {
      if (context.position < last()) show(context.position + 1);
      else if (trace) stop();
    }, matchMedia("(prefers-reduced-motion: reduce)").matches ? 20 : pace);
    playing(true);
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    playing(false);
  }

  function playing(on) {
    play.replaceChildren(icon(on ? "pause" : "play"));
    const key = on ? "translation_pause" : "translation_play";
    play.setAttribute("aria-label", t(key));
    play.title = t(key);
    limits();
  }

  /** No step lies before the first or after the last; while it plays, going there stops it. */
  function limits() {
    const count = path().length, still = timer === 0;
    buttons[0].disabled = buttons[1].disabled = still && context.position <= 0;
    buttons[3].disabled = buttons[4].disabled = still && context.position >= count - 1;
  }

  function show(position) {
    const way = path();
    if (way.length === 0) return;
    const at = Math.max(0, Math.min(way.length - 1, position));
    if (at !== context.position) context.select(at);
    const { row, chosen, rows } = way[at];
    drawSource(row);
    drawTarget(way, at);
    counter.textContent = t("translation_step", { step: at + 1, count: way.length });
    limits();
    body.replaceChildren(...[stepBars(row, chosen, context), others(rows, row)].filter(Boolean));
    if (trace) score.textContent = scoreOf(way);
  }

  /** The tokens of the translation. Tokens that are there stay, so that a click while it plays is not lost. */
  function drawTarget(way, at) {
    const texts = way.map(step => step.chosen.text);
    const there = [...target.children].map(one => one.textContent);
    if (texts.slice(0, there.length).join("\n") !== there.join("\n")) target.replaceChildren();
    for (let i = target.children.length; i < texts.length; i++) {
      target.append(element("li", {}, token(texts[i], { tag: "button", type: "button", on: { click: () => go(i) } })));
    }
    const buttons = [...target.querySelectorAll("button")];
    buttons.forEach((button, i) => {
      button.classList.toggle("current", i === at);
      button.classList.toggle("later", i > at);
      if (i === at) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    if (target.contains(document.activeElement)) buttons[at].focus();
  }

  function drawSource(row) {
    const cross = row.attention.filter(one => one.kind === "cross").at(-1)?.weights;
    const tokens = (trace ?? asked)?.source ?? memory.source ?? [];
    looked.textContent = cross && tokens.length ? t("translation_looked") : "";
    source.replaceChildren(...tokens.map((one, i) => {
      const share = cross ? cross.reduce((sum, head) => sum + (head[i] ?? 0), 0) / cross.length : 0;
      return element("li", { class: "looked-at" }, token(one.text), cross && [
        element("span", { class: "look", "aria-hidden": true },
          element("span", { class: "look-fill", style: { width: `${share * 100}%` } })),
        element("span", { class: "look-number" }, weight(share)),
      ]);
    }));
  }

  function others(rows, row) {
    if (rows.length < 2) return null;
    return element("section", { class: "hypotheses" }, element("h3", {}, t("translation_others")),
      element("ol", {}, rows.map(one => element("li", { class: one === row ? "current" : "" },
        one.tokens.map(part => part.text).join(" ") || "–"))));
  }

  function scoreOf(way) {
    const total = way.at(-1).chosen.total ?? 0;
    const sum = way.reduce((all, step) => all + step.chosen.log_probability, 0);
    const best = trace.translations[0];
    if (trace.decoder === "beam" && best?.score) {
      const penalty = total / best.score;
      return t("translation_beam_score", {
        score: number(best.score, 3), total: number(total, 3), penalty: number(penalty, 3),
      });
    }
    return t("translation_score", { total: number(sum, 3), probability: percent(Math.exp(sum)) });
  }

  async function translate() {
    const request = { text: context.sentence, ...settingsBody(context.settings) };
    const mine = asked = { key: JSON.stringify(request) };
    const before = context.position;
    steps = [];
    trace = null;
    if (fresh && host.isConnected) start();
    const done = await context.listen("/stream", request, step => {
      if (mine !== asked) return;
      steps.push(step);
      if (fresh && steps.length === 1) show(0);
    });
    if (mine !== asked) return;
    trace = done;
    memory.source = done.source;
    show(fresh ? context.position : before);
    fresh = false;
  }

  const again = debounce(() => translate().catch(error => {
    if (!signal.aborted) body.replaceChildren(failure(error));
  }), 250);
  context.on("settings", () => {
    if (trace) show(context.position);
    if (asked.key !== JSON.stringify({ text: context.sentence, ...settingsBody(context.settings) })) again();
  });
  document.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const own = "input, select, textarea, [role=tab], [role=application]"; // these have arrow keys of their own
    if (!step || event.defaultPrevented || event.target.closest(own)) return;
    event.preventDefault();
    go(context.position + step);
  }, { signal });

  await translate();
}
