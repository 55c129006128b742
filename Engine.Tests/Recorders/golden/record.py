#!/usr/bin/env python3
"""Records the reference cases of Engine.Tests/Golden: values and gradients that PyTorch computes in float64.

    record.py FOLDER [--seed N] [--scale N]

FOLDER receives one .safetensors file for each of the 85 cases. The committed files are of seed 7 and scale 0; they were
recorded with PyTorch 2.14 (2.4 is the oldest that has every module), and the recorder needs safetensors too. Another
processor or another version of PyTorch may change the last bits of a value (2e-15 was seen), not more.

Another seed makes other values of the same shapes, and a larger scale makes larger shapes, so that

    record.py /tmp/other --seed 8 --scale 1
    engine gradcheck --reference /tmp/other

holds the engine to cases that nobody has seen before.

Tensors of a file, all of float64 unless another type is named:

    in.NAME           an input of the operation; int64 for indices, bool for masks
    param.NAME        a parameter, under the name that PyTorch's state_dict gives it
    state.NAME        a buffer before the call; state_after.NAME is the same buffer after it
    out.NAME          an output
    grad_out.NAME     the gradient of the loss with respect to that output, random
    grad_in.NAME      the gradient with respect to that input
    grad_param.NAME   the gradient with respect to that parameter

The header's __metadata__ has two entries: "op" names the operation, "attributes" is a JSON object with its constants.

Conventions are PyTorch's:

    masks             True hides a position
    linear            weight is [outputs, inputs]; y = x weight^T + bias
    attention         in_proj_weight stacks the projections of queries, keys and values: [3 dModel, dModel]
    lstm, gru, rnn    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0; the gates' order is i f g o and r z n; the
                      GRU's reset gate applies after the hidden product: n = tanh(W x + b + r * (U h + c))
    batch_norm        momentum is the weight of the new value; running_var takes the variance with m - 1;
                      num_batches_tracked is int64
    normalization     eps is inside the square root, 1e-5 where no attribute says otherwise
    cross_entropy     label smoothing spreads over all classes, the ignored class included; the mean is over the rows
                      whose target is not ignored
    optimizers        eps is outside the root in adagrad, rmsprop and adam, inside it in adadelta; clipping divides by
                      norm + 1e-6
"""
import argparse
import warnings

import torch

import layers
import operations
import updates
from case import Recorder, Shapes


def main():
    parser = argparse.ArgumentParser(description="Records reference cases with PyTorch in float64.")
    parser.add_argument("folder", help="receives one .safetensors file a case")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--scale", type=int, default=0, help="added to every dimension (four times to the width)")
    options = parser.parse_args()

    warnings.filterwarnings("ignore", message="enable_nested_tensor")  # a faster path that pre-norm layers do not have
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(options.seed)
    recorder, shapes = Recorder(options.folder), Shapes(options.scale)
    # All cases draw from one generator: with families in another order, the same seed gives other values.
    for family in (
        operations.elementwise, operations.structure, operations.products, operations.activations, operations.softmaxes,
        operations.losses,
        layers.projections, layers.normalizations, layers.batch_norms, layers.attentions, layers.multi_head_attentions,
        layers.positions, layers.relative_attention, layers.gated_feed_forward, layers.transformer_blocks,
        layers.convolutions, layers.recurrences,
        updates.optimizers, updates.clipping,
    ):
        family(recorder, shapes)
    print(f"{recorder.count} cases of PyTorch {torch.__version__}, seed {options.seed}, scale {options.scale}")


if __name__ == "__main__":
    main()
