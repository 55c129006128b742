#!/usr/bin/env python3
"""Computes with PyTorch the loss of lines, by a folder that `engine train` wrote.

    loss.py FOLDER SOURCE TARGET

prints one JSON object: the mean cross-entropy of a target token (of a line, where the lines have labels) without label
smoothing, the number of tokens, and the log-probability of each line. `engine evaluate --json` prints the same loss, and
`engine evaluate --scores` the same log-probabilities.
"""
import json
import sys

import torch
import torch.nn.functional as F

from engine_folder import load


@torch.inference_mode()
def main(folder, source, target):
    model, encode = load(folder)
    sums, tokens = [], 0
    with open(source, encoding="utf-8") as sources, open(target, encoding="utf-8") as targets:
        for line, reference in zip(sources, targets, strict=True):
            line, reference = line.rstrip("\n"), reference.rstrip("\n")
            wanted = encode.wanted(reference)
            inputs = (encode.source(line),) if encode.is_classifier else (encode.source(line), encode.target(reference))
            logits = model(*inputs)  # of a translator [1, tokens, vocabulary], of a classifier [1, labels]
            sums.append(-F.cross_entropy(logits.reshape(len(wanted), -1), wanted, reduction="sum").item())
            tokens += len(wanted)
    print(json.dumps({
        "pytorch": torch.__version__, "loss": -sum(sums) / tokens, "tokens": tokens, "log_probabilities": sums,
    }, indent=1))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
