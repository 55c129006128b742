#!/usr/bin/env python3
"""Times the decoding of PyTorch's Transformer layers with caches of keys and values, on the CPU.

256 sentences of 16 tokens in batches of 64, random weights; each hypothesis takes exactly 16 tokens, since none may end
earlier. Greedy search, or beam search with --beam. Prints one JSON line in the form of
`Engine.Bench quick --only decode`.
"""
import json
import math
import time

import torch
import torch.nn.functional as F
from torch import nn

from presets import PRESETS, parser, sinusoids

SENTENCES, BATCH, LENGTH, START = 256, 64, 16, 1


class Attention:
    """The attention of a decoder layer, taken apart so that its keys and values can be kept between tokens."""

    def __init__(self, module):
        self.module, self.heads = module, module.num_heads

    def project(self, x, first, last):
        """Projections number first to last - 1 of queries, keys and values: each [batch, heads, length, dK]."""
        d = self.module.embed_dim
        weight, bias = self.module.in_proj_weight[first * d:last * d], self.module.in_proj_bias[first * d:last * d]
        parts = F.linear(x, weight, bias).chunk(last - first, -1)
        return [part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts]

    def attend(self, q, k, v):
        """[batch, 1, dModel]"""
        return self.module.out_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class Decoder:
    def __init__(self, shape):
        d = shape.d_model
        layer = (d, shape.heads, shape.d_ff, 0.0)
        self.width, self.scale = d, math.sqrt(d)
        self.embedding = torch.randn(shape.vocabulary, d) * d ** -0.5
        self.positions = sinusoids(512, d)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(*layer, batch_first=True), shape.layers, enable_nested_tensor=False).eval()
        self.layers = [nn.TransformerDecoderLayer(*layer, batch_first=True).eval() for _ in range(shape.layers)]
        self.attentions = [(Attention(one.self_attn), Attention(one.multihead_attn)) for one in self.layers]

    def encode(self, source, beam):
        """For each layer the keys and values of the source: each [batch * beam, heads, length, dK]."""
        memory = self.encoder(self.embedding[source] * self.scale + self.positions[:source.size(1)])
        return [
            [part.repeat_interleave(beam, 0) if beam > 1 else part for part in cross.project(memory, 1, 3)]
            for _, cross in self.attentions
        ]

    def step(self, tokens, place, memory, cache):
        """Logits [batch * beam, vocabulary] for what follows the tokens; the cache grows by their keys and values."""
        x = (self.embedding[tokens] * self.scale + self.positions[place]).unsqueeze(1)  # [batch * beam, 1, dModel]
        for i, layer in enumerate(self.layers):
            own, cross = self.attentions[i]
            q, k, v = own.project(x, 0, 3)
            if cache[i] is not None:
                k, v = torch.cat([cache[i][0], k], 2), torch.cat([cache[i][1], v], 2)
            cache[i] = (k, v)
            x = layer.norm1(x + own.attend(q, k, v))
            x = layer.norm2(x + cross.attend(*cross.project(x, 0, 1), *memory[i]))
            x = layer.norm3(x + layer.linear2(F.relu(layer.linear1(x))))
        return F.linear(x[:, 0], self.embedding)


def greedy(decoder, source):
    """[batch, LENGTH]"""
    memory, cache = decoder.encode(source, 1), [None] * len(decoder.layers)
    tokens = torch.full((len(source),), START)
    output = []
    for place in range(LENGTH):
        tokens = decoder.step(tokens, place, memory, cache).argmax(-1)
        output.append(tokens)
    return torch.stack(output, 1)


def beam_search(decoder, source, beam):
    """[batch * beam, LENGTH], the best of each sentence first."""
    batch = len(source)
    memory, cache = decoder.encode(source, beam), [None] * len(decoder.layers)
    tokens = torch.full((batch * beam,), START)
    output = torch.empty(batch * beam, 0, dtype=torch.long)
    # At first all hypotheses of a sentence are equal, so that only one of them may go on.
    scores = torch.full((batch, beam), -1e9)
    scores[:, 0] = 0
    for place in range(LENGTH):
        logits = decoder.step(tokens, place, memory, cache)
        totals = scores.view(-1, 1) + logits.log_softmax(-1)  # [batch * beam, vocabulary]
        scores, index = totals.view(batch, -1).topk(beam, -1)  # [batch, beam]
        parent = (index // logits.size(-1) + torch.arange(batch)[:, None] * beam).view(-1)
        tokens = (index % logits.size(-1)).view(-1)
        output = torch.cat([output[parent], tokens[:, None]], 1)
        cache[:] = [(k[parent], v[parent]) for k, v in cache]
    return output


@torch.inference_mode()
def main():
    options = parser("Times decoding.")
    options.add_argument("--beam", type=int, default=1, help="1 is greedy search")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    shape = PRESETS[options.preset]
    decoder = Decoder(shape)
    source = torch.randint(3, shape.vocabulary, (SENTENCES, LENGTH))
    times, start = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - start < options.seconds:
        begin = time.perf_counter()
        for batch in source.split(BATCH):
            greedy(decoder, batch) if options.beam == 1 else beam_search(decoder, batch, options.beam)
        times.append(time.perf_counter() - begin)
    times.sort()
    print(json.dumps({
        "case": "decode", "engine": "PyTorch " + torch.__version__, "preset": options.preset,
        "strategy": "greedy" if options.beam == 1 else f"beam{options.beam}", "threads": options.threads,
        "batch": BATCH, "sentences_per_s": round(SENTENCES / times[len(times) // 2], 1),
    }))


if __name__ == "__main__":
    main()
