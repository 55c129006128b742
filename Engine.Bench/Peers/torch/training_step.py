#!/usr/bin/env python3
"""Times one training step of PyTorch's nn.Transformer at the fixed shapes of a preset, on the CPU.

A step is: forward with all dropouts, label-smoothed cross-entropy, backward, clipping to norm 1, Adam. The model is
post-norm with final norms, and one embedding table serves source, target and output. Prints one JSON line in the form
of `Engine.Bench quick --only training_step`.
"""
import json
import math
import resource
import time

import torch
import torch.nn.functional as F
from torch import nn

from presets import PRESETS, parser, sinusoids

PADDING = 0


class Model(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.scale = math.sqrt(shape.d_model)
        self.embedding = nn.Embedding(shape.vocabulary, shape.d_model, padding_idx=PADDING)
        nn.init.normal_(self.embedding.weight, 0, shape.d_model ** -0.5)
        self.transformer = nn.Transformer(
            shape.d_model, shape.heads, shape.layers, shape.layers, shape.d_ff, shape.dropout, batch_first=True)
        self.dropout = nn.Dropout(shape.dropout)
        self.register_buffer("positions", sinusoids(512, shape.d_model))

    def embed(self, tokens):
        return self.dropout(self.embedding(tokens) * self.scale + self.positions[:tokens.size(1)])

    def forward(self, source, target):
        """Logits [batch, target length, vocabulary]."""
        length = target.size(1)
        causal = torch.triu(torch.ones(length, length, dtype=torch.bool), 1)
        padding = source == PADDING
        y = self.transformer(
            self.embed(source), self.embed(target), tgt_mask=causal, src_key_padding_mask=padding,
            memory_key_padding_mask=padding, tgt_key_padding_mask=target == PADDING)
        return F.linear(y, self.embedding.weight)


def sentences(shape):
    """Random tokens; a quarter of the rows each is 0, 1, 2 and 3 tokens short."""
    source = torch.randint(3, shape.vocabulary, (shape.batch, shape.source_length))
    target = torch.randint(3, shape.vocabulary, (shape.batch, shape.target_length + 1))
    for row in range(shape.batch):
        if row % 4 > 0:
            source[row, -(row % 4):] = PADDING
            target[row, -(row % 4):] = PADDING
    return source, target


def main():
    options = parser("Times one training step.").parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    shape = PRESETS[options.preset]
    model = Model(shape)
    adam = torch.optim.Adam(model.parameters(), lr=1e-3, betas=(0.9, 0.98), eps=1e-9)
    source, target = sentences(shape)

    def step():
        adam.zero_grad(set_to_none=True)
        logits = model(source, target[:, :-1])
        loss = F.cross_entropy(
            logits.reshape(-1, shape.vocabulary), target[:, 1:].reshape(-1), ignore_index=PADDING, label_smoothing=0.1)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        adam.step()

    for _ in range(3):
        step()
    times, start = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - start < options.seconds:
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    median = times[len(times) // 2]
    print(json.dumps({
        "case": "training_step", "engine": "PyTorch " + torch.__version__, "preset": options.preset,
        "threads": options.threads, "batch": shape.batch, "source_length": shape.source_length,
        "target_length": shape.target_length, "vocab": shape.vocabulary,
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "ms_median": round(median, 2), "ms_min": round(times[0], 2),
        "target_tokens_per_s": round(shape.batch * shape.target_length / median * 1000),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "steps": len(times),
    }))


if __name__ == "__main__":
    main()
