"""Cases of what changes parameters: optimizers and the clipping of gradients."""
import torch
from torch import optim, randn
from torch.nn import Parameter
from torch.nn.utils import clip_grad_norm_

STEPS = 12


def optimizers(recorder, shapes):
    """Twelve steps on one parameter with given gradients; the parameter's value after each step is recorded."""
    for name, make, attributes in [
        ("sgd", lambda p: optim.SGD(p, 0.1), {"lr": 0.1}),
        ("sgd.weight_decay", lambda p: optim.SGD(p, 0.1, weight_decay=0.05), {"lr": 0.1, "weight_decay": 0.05}),
        ("sgd.momentum", lambda p: optim.SGD(p, 0.1, momentum=0.9), {"lr": 0.1, "momentum": 0.9}),
        ("sgd.nesterov", lambda p: optim.SGD(p, 0.1, momentum=0.9, nesterov=True),
         {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        ("adagrad", lambda p: optim.Adagrad(p, 0.1, eps=1e-10), {"lr": 0.1, "eps": 1e-10}),
        ("rmsprop", lambda p: optim.RMSprop(p, 0.01, alpha=0.9, eps=1e-8), {"lr": 0.01, "alpha": 0.9, "eps": 1e-8}),
        ("adam", lambda p: optim.Adam(p, 0.01, betas=(0.9, 0.98), eps=1e-9),
         {"lr": 0.01, "beta1": 0.9, "beta2": 0.98, "eps": 1e-9}),
        ("adam.l2", lambda p: optim.Adam(p, 0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1),
         {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.1}),
        ("adamw", lambda p: optim.AdamW(p, 0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1),
         {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.1}),
        ("nadam", lambda p: optim.NAdam(p, 0.01, betas=(0.9, 0.999), eps=1e-8, momentum_decay=4e-3),
         {"lr": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "momentum_decay": 4e-3}),
        ("adadelta", lambda p: optim.Adadelta(p, 1.0, rho=0.9, eps=1e-6), {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    ]:
        parameter = Parameter(randn(shapes.length, shapes.width))
        initial = parameter.detach().clone()
        gradients = randn(STEPS, shapes.length, shapes.width)
        optimizer, values = make([parameter]), []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            values.append(parameter.detach().clone())
        recorder.save(
            "optimizer." + name, "optimizer." + name.split(".")[0], attributes,
            {"in.initial": initial, "in.gradients": gradients, "out.values": torch.stack(values)})


def clipping(recorder, shapes):
    """Gradients of two parameters, scaled to a common norm: once too long, once short enough to stay."""
    parameters = [Parameter(randn(shapes.length, shapes.width)), Parameter(randn(shapes.width))]
    for largest in (0.5, 1e6):
        for parameter in parameters:
            parameter.grad = randn(*parameter.shape) * 3
        tensors = {f"in.grad{i}": parameter.grad.clone() for i, parameter in enumerate(parameters)}
        tensors["out.norm"] = clip_grad_norm_(parameters, largest)
        tensors |= {f"out.grad{i}": parameter.grad for i, parameter in enumerate(parameters)}
        recorder.save(f"clip_grad_norm.{largest:g}", "clip_grad_norm", {"max_norm": largest}, tensors)
