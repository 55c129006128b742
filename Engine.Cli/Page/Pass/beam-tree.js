// The tree of a beam search: its nodes by step, and its drawing. Fates differ in shape, border and mark, not in colour
// alone.

import { element } from "page/plot.js";
import { number, t } from "page/text.js";

const size = { column: 148, row: 44, width: 116, height: 34, margin: 10 };

/** The nodes of a trace by step. Pruned candidates beyond `mostPruned` of a hypothesis are counted only. */
export function treeOf(trace, mostPruned) {
  const root = { text: "<bos>", total: 0, fate: "kept", parent: null, hidden: 0 };
  const nodes = new Map([[0, root]]);
  const columns = [[root]];
  for (const step of trace.steps) {
    const column = [];
    for (const row of step.rows) {
      const parent = nodes.get(row.node);
      let pruned = 0;
      for (const candidate of row.candidates) {
        if (candidate.fate === "pruned" && ++pruned > mostPruned) {
          parent.hidden++;
          continue;
        }
        const item = { ...candidate, parent, step: step.number, hidden: 0 };
        column.push(item);
        if (candidate.node >= 0) nodes.set(candidate.node, item);
      }
    }
    const rank = item => (item.fate === "pruned" ? 1 : 0);
    columns.push(column.sort((a, b) => rank(a) - rank(b) || b.total - a.total));
  }
  mark(columns);
  return { columns };
}

/** Marks the best finished path, and the hypotheses that were open when the search ended. */
function mark(columns) {
  const all = columns.flat();
  const parents = new Set(all.map(item => item.parent));
  for (const item of all)
    item.isOpenAtEnd = item.fate === "kept" && item.parent !== null && !parents.has(item);
  let best = all.filter(item => item.fate === "finished").sort((a, b) => b.score - a.score)[0];
  for (; best; best = best.parent) best.isBest = true;
}

/** Draws a tree; `choose` receives the node that the reader points at or reaches with arrow keys. */
export function drawTree(tree, choose) {
  for (const [c, column] of tree.columns.entries()) {
    column.forEach((item, r) => Object.assign(item, {
      x: size.margin + c * size.column, y: size.margin + 18 + r * size.row, column: c, row: r,
    }));
  }
  const width = tree.columns.length * size.column - size.column + size.width + 2 * size.margin;
  const height = Math.max(...tree.columns.map(column => column.length)) * size.row + 2 * size.margin + 18;
  const all = tree.columns.flat();
  const svg = element("svg", {
    class: "beam-tree", width, height, viewBox: `0 0 ${width} ${height}`, tabindex: "0", role: "application",
    "aria-label": t("beam_tree_label"), "aria-describedby": "beam-detail",
  },
  ...tree.columns.map((_, c) => element("text", { class: "axis-label", x: size.margin + c * size.column, y: 14 },
    c === 0 ? t("beam_start") : `${t("beam_step_short")} ${c - 1}`)),
  ...all.filter(item => item.parent).sort((a, b) => !!a.isBest - !!b.isBest).map(edge),
  ...all.map(box));
  let current = null;
  const select = item => {
    if (!item) return;
    current?.shape.classList.remove("current");
    current = item;
    item.shape.classList.add("current");
    item.shape.scrollIntoView({ block: "nearest", inline: "nearest" });
    choose(item);
  };
  all.forEach((item, i) => {
    item.shape = svg.querySelectorAll("g.node")[i];
    item.shape.addEventListener("click", () => select(item));
  });
  svg.addEventListener("keydown", event => {
    const next = beside(tree, current ?? tree.columns[0][0], event.key, current === null);
    if (next === undefined) return;
    event.preventDefault();
    select(next);
  });
  return svg;
}

/** The node that an arrow key leads to; undefined for other keys. */
function beside(tree, item, key, isFirst) {
  const isArrow = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home"].includes(key);
  if (!isArrow) return undefined;
  if (isFirst || key === "Home") return tree.columns[0][0];
  if (key === "ArrowLeft") return item.parent;
  if (key === "ArrowUp") return tree.columns[item.column][item.row - 1] ?? null;
  if (key === "ArrowDown") return tree.columns[item.column][item.row + 1] ?? null;
  const children = (tree.columns[item.column + 1] ?? []).filter(child => child.parent === item);
  return children.find(child => child.isBest) ?? children[0] ?? null;
}

function edge(item) {
  const [x1, y1] = [item.parent.x + size.width, item.parent.y + size.height / 2];
  const [x2, y2] = [item.x, item.y + size.height / 2];
  const middle = (x1 + x2) / 2;
  return element("path", {
    class: `edge ${item.fate}${item.isBest ? " best" : ""}`,
    d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`,
  });
}

function box(item) {
  const sign = (item.isBest ? "★ " : "") + ({ finished: "■ ", pruned: "✕ " }[item.fate] ?? "");
  const shape = { x: item.x, y: item.y, width: size.width, height: size.height };
  const inner = { x: item.x + 3, y: item.y + 3, width: size.width - 6, height: size.height - 6, class: "inner" };
  return element("g", { class: `node ${item.fate}${item.isBest ? " best" : ""}` },
    element("title", {}, item.text),
    element("rect", { ...shape, rx: item.fate === "kept" ? 10 : 0 }),
    ...(item.fate === "finished" ? [element("rect", inner)] : []),
    element("text", { x: item.x + 8, y: item.y + 15 }, sign + shorten(item.text)),
    element("text", { class: "small", x: item.x + 8, y: item.y + 28 }, item.parent
      ? `${number(item.log_probability, 2)}  Σ ${number(item.total, 2)}` : ""),
    ...(item.hidden > 0 ? [element("text", { class: "small", x: item.x + size.width - 8, y: item.y + 15,
      "text-anchor": "end" }, `✕${item.hidden}`)] : []));
}

/** A token that fits in a box; Chinese characters take the room of two letters. */
function shorten(text) {
  let room = 11;
  let fitting = "";
  for (const character of text) {
    room -= character > "\u2e7f" ? 2 : 1;
    if (room < 0) return `${fitting}…`;
    fitting += character;
  }
  return fitting;
}
