"""Cases of operations that have no parameters."""
import math

import torch
import torch.nn.functional as F
from torch import randn


def elementwise(recorder, shapes):
    b, s, d = shapes.batch, shapes.length, shapes.width
    recorder.case("add.broadcast", "add", lambda x, z: x + z, x=randn(b, s, d), z=randn(d))
    recorder.case("sub.broadcast", "sub", lambda x, z: x - z, x=randn(b, 1, d), z=randn(s, 1))
    recorder.case("mul.broadcast", "mul", lambda x, z: x * z, x=randn(b, s, d), z=randn(b, 1, d))
    recorder.case("div.broadcast", "div", lambda x, z: x / z, x=randn(s, d), z=randn(s, 1).abs() + 0.5)
    recorder.case("exp", "exp", lambda x: x.exp(), x=randn(s, d))
    recorder.case("log", "log", lambda x: x.log(), x=randn(s, d).abs() + 0.3)
    recorder.case("sqrt", "sqrt", lambda x: x.sqrt(), x=randn(s, d).abs() + 0.3)


def structure(recorder, shapes):
    """Reductions, and operations that move elements."""
    b, s, d = shapes.batch, shapes.length, shapes.width
    recorder.case("sum.last", "sum", lambda x: x.sum(-1), {"dim": -1, "keepdim": False}, x=randn(b, s, d))
    recorder.case(
        "mean.middle", "mean", lambda x: x.mean(1, keepdim=True), {"dim": 1, "keepdim": True}, x=randn(b, s, d))
    recorder.case("max.last", "max", lambda x: x.max(-1).values, {"dim": -1}, x=randn(b, s, d))
    recorder.case("transpose", "transpose", lambda x: x.transpose(1, 2), {"dim0": 1, "dim1": 2}, x=randn(b, s, d))
    recorder.case(
        "concat", "concat", lambda x, z: torch.cat([x, z], 1), {"dim": 1},
        x=randn(b, s, d), z=randn(b, shapes.memory, d))


def products(recorder, shapes):
    b, h, s, t, d = shapes.batch, shapes.heads, shapes.length, shapes.memory, shapes.width
    recorder.case("matmul.2d", "matmul", lambda x, z: x @ z, x=randn(s, d), z=randn(d, t))
    recorder.case("matmul.batched", "matmul", lambda x, z: x @ z, x=randn(b, h, s, d), z=randn(b, h, d, t))
    recorder.case("matmul.broadcast", "matmul", lambda x, z: x @ z, x=randn(b, s, d), z=randn(d, t))


def activations(recorder, shapes):
    for name, function, attributes in [
        ("sigmoid", torch.sigmoid, {}),
        ("tanh", torch.tanh, {}),
        ("relu", F.relu, {}),
        ("leaky_relu", lambda x: F.leaky_relu(x, 0.02), {"negative_slope": 0.02}),
        # Not F.gelu, which takes 1 + erf and so loses the relative accuracy of the far left.
        ("gelu", lambda x: x * 0.5 * torch.special.erfc(-x / math.sqrt(2)), {"approximate": "none"}),
        ("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}),
        ("silu", F.silu, {"beta": 1.0}),
        ("swish_beta", lambda x: x * torch.sigmoid(1.7 * x), {"beta": 1.7}),
        ("elu", F.elu, {"alpha": 1.0}),
        ("softplus", F.softplus, {}),
        ("glu", lambda x: F.glu(x, -1), {"dim": -1}),
    ]:
        x = randn(shapes.length, 2 * shapes.width) * 2
        recorder.case(name, name, lambda x: function(x), attributes, x=x)


def softmaxes(recorder, shapes):
    b, s, d = shapes.batch, shapes.length, shapes.width
    recorder.case("softmax", "softmax", lambda x: x.softmax(-1), {"dim": -1}, x=randn(b, s, d) * 3)
    recorder.case("softmax.large", "softmax", lambda x: x.softmax(-1), {"dim": -1}, x=randn(b, s, d) * 3 + 2000)
    recorder.case("log_softmax", "log_softmax", lambda x: x.log_softmax(-1), {"dim": -1}, x=randn(b, s, d) * 3)


def losses(recorder, shapes):
    rows, s, d = shapes.batch * shapes.length, shapes.length, shapes.width
    ignored = 1
    target = torch.randint(0, d, (rows,))
    target[::3] = ignored
    for smoothing in (0.0, 0.1):
        for reduction in ("mean", "sum"):
            recorder.case(
                f"cross_entropy.ls{smoothing}.{reduction}", "cross_entropy",
                lambda x, target: F.cross_entropy(
                    x, target, ignore_index=ignored, label_smoothing=smoothing, reduction=reduction),
                {"label_smoothing": smoothing, "ignore_index": ignored, "reduction": reduction},
                x=randn(rows, d) * 2, target=target.clone())
    recorder.case(
        "mse_loss", "mse_loss", lambda x, target: F.mse_loss(x, target), {"reduction": "mean"}, constants=["target"],
        x=randn(s, d), target=randn(s, d))
    recorder.case(
        "binary_cross_entropy_with_logits", "binary_cross_entropy_with_logits",
        lambda x, target: F.binary_cross_entropy_with_logits(x, target), {"reduction": "mean"}, constants=["target"],
        x=randn(s, d) * 3, target=torch.rand(s, d))
