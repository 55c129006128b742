#!/usr/bin/env python3
"""Trains a translator of `engine train` further with PyTorch, and writes a folder that Engine reads.

    train_further.py FOLDER SOURCE TARGET NEW_FOLDER [UPDATES]

An update is a step of Adam on one line. Only the weights change, so that the other files of the folder are copied. The
state dict is the new folder's model.safetensors as it is; safetensors wants each tensor contiguous.
"""
import os
import shutil
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from engine_folder import load


def main(folder, source, target, new_folder, updates="50"):
    torch.manual_seed(1)
    model, encode = load(folder)
    model.float().train()
    adam = torch.optim.Adam(model.parameters(), lr=1e-3)
    with open(source, encoding="utf-8") as sources, open(target, encoding="utf-8") as targets:
        pairs = [(one.rstrip("\n"), other.rstrip("\n")) for one, other in zip(sources, targets, strict=True)]
    for update in range(int(updates)):
        line, reference = pairs[update % len(pairs)]
        loss = F.cross_entropy(model(encode.source(line), encode.target(reference))[0], encode.wanted(reference))
        adam.zero_grad()
        loss.backward()
        adam.step()
    os.makedirs(new_folder)
    for name in os.listdir(folder):
        if name == "config.json" or name.endswith(("vocab.json", "merges.txt")):
            shutil.copyfile(os.path.join(folder, name), os.path.join(new_folder, name))
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(state, os.path.join(new_folder, "model.safetensors"))


if __name__ == "__main__":
    if len(sys.argv) not in (5, 6):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
