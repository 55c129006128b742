// Which words of two sentences differ: the words outside their longest common subsequence.

import { element } from "page/plot.js";

/** For each word of both lists whether the other has it in the same order: [flags of one, flags of other]. */
export function common(one, other) {
  const length = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--)
      length[i][j] = one[i] === other[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  const flags = [one.map(() => false), other.map(() => false)];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    if (one[i] === other[j]) flags[0][i++] = flags[1][j++] = true;
    else if (length[i + 1][j] >= length[i][j + 1]) i++;
    else j++;
  }
  return flags;
}

/** Words of a sentence: between spaces, or single characters where a language writes none. */
export const wordsOf = text =>
  /\s/.test(text.trim()) || !/[\u3040-\u9fff]/.test(text) ? text.split(/\s+/).filter(Boolean) : [...text];

/** Two sentences as elements, the words that differ marked. */
export function marked(one, other) {
  const words = [wordsOf(one), wordsOf(other)], flags = common(...words);
  return words.map((list, side) => element("p", { class: "compared" }, list.flatMap((word, i) =>
    [flags[side][i] ? word : element("mark", {}, word), " "])));
}
