// The attention weights of a recorded pass.

const order = { encoder: 0, decoder: 1, cross: 2 };

/** What attends to what, and the layer's number, by the path of an attention layer, as the library reads it. */
export function placeOf(path) {
  const parts = path.split(".");
  const kind = parts.at(-1) !== "self_attn" ? "cross" : parts[0] === "encoder" ? "encoder" : "decoder";
  return { kind, layer: Number(parts.find(part => /^\d+$/.test(part)) ?? 0) };
}

/**
 * The attention layers of a pass, sorted by kind and layer: { kind, layer, path, heads, queries, keys, rows, columns,
 * weights(head) }. rows and columns are the words that look and that are looked at; weights(head) is a list
 * [queries * keys], for head "mean" the mean of the heads.
 */
export function attentions(pass) {
  const texts = tokens => tokens.map(token => token.text);
  return pass.values.filter(value => value.name === "weights").map(value => {
    const { kind, layer } = placeOf(value.path);
    const [heads, queries, keys] = value.shape, size = queries * keys;
    const rows = texts(kind === "encoder" ? pass.source : pass.target);
    const columns = texts(kind === "decoder" ? pass.target : pass.source);
    const one = head => value.values.slice(head * size, (head + 1) * size);
    const weights = head => head !== "mean" ? one(Math.min(head, heads - 1))
      : Array.from({ length: size }, (_, i) => {
        let sum = 0;
        for (let h = 0; h < heads; h++) sum += value.values[h * size + i] ?? 0;
        return sum / heads;
      });
    return { kind, layer, path: value.path, heads, queries, keys, rows, columns, weights };
  }).sort((a, b) => order[a.kind] - order[b.kind] || a.layer - b.layer);
}

/** Weights to draw: the future, which a causal mask hides, is empty. */
export function visible(attention, weights) {
  if (attention.kind !== "decoder") return weights;
  return weights.map((weight, i) => i % attention.keys > Math.floor(i / attention.keys) && !weight ? null : weight);
}

/** The kinds that a pass has, in the order in which a sentence meets them. */
export const kindsOf = list => ["cross", "encoder", "decoder"].filter(kind => list.some(one => one.kind === kind));
