"""The presets' dimensions, as in Engine.Bench/QuickShapes.cs, and what both programs compute in the same way."""
import argparse
import math
from collections import namedtuple

import torch

Shape = namedtuple(
    "Shape", "d_model d_ff heads layers vocabulary batch source_length target_length dropout")
PRESETS = {
    "toy": Shape(64, 256, 4, 2, 200, 64, 12, 12, 0.1),
    "tiny": Shape(128, 256, 4, 4, 9712, 256, 16, 16, 0.3),  # Transformer-Tiny of Wu et al. 2021, for Multi30k
    "base": Shape(512, 2048, 8, 6, 8000, 32, 24, 24, 0.1),  # base of Vaswani et al. 2017, with a small vocabulary
}


def parser(description):
    """The options that both programs have."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--preset", choices=PRESETS, default="tiny")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=8, help="about how long to measure")
    return options


def sinusoids(length, width):
    """Sines in the even dimensions, cosines in the odd ones: [length, width]."""
    places = torch.arange(length).unsqueeze(1).float()
    angles = places * torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)
