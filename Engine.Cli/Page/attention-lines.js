// Source and target words in two columns, with lines by attention weight: encoder self-attention to the left of the
// source, cross-attention between the columns, causal self-attention to the right of the target.

import { element, token } from "page/plot.js";
import { t, weight } from "page/text.js";

export const texts = {
  attention_source: ["Source", "原文"],
  attention_target: ["Read → next", "已读 → 下一个"],
  attention_looks: ["“{word}” looks at {list}.", "“{word}”看向：{list}。"],
  attention_looked_at: ["Of the target, {list} look at “{word}”.", "译文中看向“{word}”的：{list}。"],
  attention_before: ["Of the words read so far, “{word}” looks at {list}.", "在已读的词里，“{word}”看向：{list}。"],
  attention_nobody: ["no word by more than 0.05", "没有超过 0.05 的词"],
};

const least = 0.01; // lines below this weight are not drawn

const stroke = value => ({
  "stroke-width": (0.6 + 7 * value).toFixed(2), "stroke-opacity": (0.25 + 0.75 * Math.sqrt(value)).toFixed(2),
});

/** The heaviest of some words, as text. */
function heaviest(words, weights) {
  const list = words.map((word, i) => [word, weights[i] ?? 0]).filter(([, value]) => value > 0.05)
    .sort((a, b) => b[1] - a[1]).slice(0, 4).map(([word, value]) => `${word} ${weight(value)}`);
  return list.length ? list.join(", ") : t("attention_nobody");
}

/**
 * The drawing. `at` has the weights to show: { encoder, decoder, cross }, each { keys, list } or undefined. Returns
 * { box, show(side, index) }; `onSelect(side, index)` is called when a reader points at a word, taps it or focuses it.
 */
export function wordLines({ pass, at, onSelect }) {
  const { source, target } = pass;
  const longest = Math.max(source.length, target.length), step = longest > 20 ? 26 : 34, height = longest * step;
  const y = index => (index + 0.5) * step;
  const area = (name, ...more) => element("svg", {
    class: `wires ${name}`, viewBox: `0 0 100 ${height}`, preserveAspectRatio: "none", height, "aria-hidden": true,
  }, ...more);
  const left = area("encoder"), middle = area("cross"), right = area("decoder");
  const said = element("p", { class: "readout", "aria-live": "polite" });

  const row = (side, one, index, next) => {
    const before = element("span", { class: "weight" }), after = element("span", { class: "weight" });
    const tell = () => onSelect(side, index);
    const button = token(one.text, {
      tag: "button", type: "button", title: one.text, on: { pointerenter: tell, focus: tell, click: tell },
    }, next && element("span", { class: "next" }, ` → ${next.text}`));
    return { box: element("li", { style: { height: `${step}px` } }, before, button, after), button, before, after };
  };
  const sources = source.map((one, i) => row("source", one, i));
  const targets = target.map((one, i) => row("target", one, i, pass.predictions[i]?.reference));
  const words = { source: source.map(one => one.text), target: target.map(one => one.text) };

  const arcs = (svg, from, list, keys, edge) => svg.replaceChildren(...list.map((value, j) => {
    if (!(value >= least)) return null;
    const reach = Math.min(96, 26 + 70 * Math.abs(from - j) / Math.max(4, keys - 1));
    const bend = edge === 100 ? 100 - reach : reach, loop = j === from ? step * 0.3 : 0;
    const [begin, end] = [y(from) - loop, y(j) + loop];
    return element("path", { d: `M${edge} ${begin}C${bend} ${begin} ${bend} ${end} ${edge} ${end}`, ...stroke(value) });
  }).filter(Boolean));

  function show(side, index) {
    for (const [name, rows] of [["source", sources], ["target", targets]]) {
      rows.forEach((one, i) => {
        one.button.classList.toggle("current", name === side && i === index);
        one.button.setAttribute("aria-pressed", String(name === side && i === index));
        one.before.textContent = one.after.textContent = "";
      });
    }
    for (const svg of [left, middle, right]) svg.replaceChildren();
    drawing.classList.toggle("from-target", side === "target");
    const sentences = [];
    const { encoder, decoder, cross } = at;
    if (side === "source") {
      if (encoder) {
        const list = encoder.list.slice(index * encoder.keys, (index + 1) * encoder.keys);
        arcs(left, index, list, encoder.keys, 100);
        list.forEach((value, j) => { if (sources[j]) sources[j].before.textContent = weight(value); });
        sentences.push(t("attention_looks", { word: words.source[index], list: heaviest(words.source, list) }));
      }
      if (cross) {
        const list = targets.map((_, i) => cross.list[i * cross.keys + index]);
        wires(list, (value, i) => wire(index, i, value, "back"));
        list.forEach((value, i) => { targets[i].before.textContent = weight(value); });
        sentences.push(t("attention_looked_at", { word: words.source[index], list: heaviest(words.target, list) }));
      }
    } else {
      if (cross) {
        const list = cross.list.slice(index * cross.keys, (index + 1) * cross.keys);
        wires(list, (value, j) => wire(j, index, value, ""));
        list.forEach((value, j) => { if (sources[j]) sources[j].after.textContent = weight(value); });
        sentences.push(t("attention_looks", { word: words.target[index], list: heaviest(words.source, list) }));
      }
      if (decoder) {
        const list = decoder.list.slice(index * decoder.keys, (index + 1) * decoder.keys);
        arcs(right, index, list, decoder.keys, 0);
        list.forEach((value, j) => { if (j <= index || value > 0) targets[j].after.textContent = weight(value); });
        sentences.push(t("attention_before", { word: words.target[index], list: heaviest(words.target, list) }));
      }
    }
    said.textContent = sentences.join(" ");
  }

  const wires = (list, draw) =>
    middle.replaceChildren(...list.map((value, i) => value >= least ? draw(value, i) : null).filter(Boolean));

  const wire = (from, to, value, name) =>
    element("path", { class: name, d: `M0 ${y(from)}C40 ${y(from)} 60 ${y(to)} 100 ${y(to)}`, ...stroke(value) });

  const column = (key, rows) => element("div", { class: "word-column" },
    element("p", { class: "hint" }, t(key)), element("ol", {}, rows.map(one => one.box)));
  const drawing = element("div", { class: `words ${targets.length ? "" : "alone"}` },
    at.encoder ? left : element("span"), column("attention_source", sources),
    targets.length > 0 && [middle, column("attention_target", targets), at.decoder ? right : element("span")]);
  return { box: element("div", {}, said, drawing), show };
}
