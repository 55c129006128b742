// Probabilities from logits, as the decoders compute them: penalties, temperature, top-k, top-p.

/** The logits that a decoder reads: the network's, with what penalties changed; a forbidden token has -Infinity. */
export function decoderLogits(row) {
  const logits = Float64Array.from(row.logits);
  for (const { id, after } of row.changed) logits[id] = after ?? -Infinity;
  return logits;
}

/** softmax(logits / temperature). */
export function softmax(logits, temperature = 1) {
  const scaled = Float64Array.from(logits, logit => logit / temperature);
  const top = scaled.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scaled.map(value => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map(power => power / sum);
}

/**
 * What a sampler may draw. `probabilities` are after the temperature; `drawn` after the cuts, normalized again;
 * `cut(id)` says "top_k" or "top_p" for a token that is cut, else null.
 */
export function distribution(row, { temperature, top_k: topK, top_p: topP }) {
  const logits = decoderLogits(row);
  const probabilities = softmax(logits, temperature);
  const order = Array.from(probabilities.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
  const inK = topK > 0 ? Math.min(topK, order.length) : order.length;
  const sumK = order.slice(0, inK).reduce((sum, id) => sum + probabilities[id], 0);
  let kept = 0, sum = 0;
  while (kept < inK && (kept === 0 || topP >= 1 || sum / sumK < topP)) sum += probabilities[order[kept++]];
  const rank = new Map(order.map((id, i) => [id, i]));
  return {
    probabilities,
    cut: id => rank.get(id) < kept ? null : rank.get(id) < inK ? "top_p" : "top_k",
    drawn: id => rank.get(id) < kept ? probabilities[id] / sum : 0,
    kept,
  };
}
