"""One recorded case: a function is called, random gradients arrive at its outputs, all tensors go into one file."""
import json
import os

import torch
from safetensors.torch import save_file


class Shapes:
    """The dimensions that the cases share. They are small, and no two that meet in an operation are equal."""

    def __init__(self, scale):
        self.scale = scale
        self.batch = 2 + scale
        self.length = 5 + scale  # of queries and of targets
        self.memory = 4 + scale  # of keys and of sources
        self.width = 8 + 4 * scale
        self.heads = 4 if scale % 2 else 2


class Recorder:
    """Writes cases into a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        os.makedirs(folder, exist_ok=True)

    def save(self, name, operation, attributes, tensors):
        """Writes the tensors as they are."""
        self.count += 1
        save_file(
            {key: tensor.detach().contiguous().clone() for key, tensor in tensors.items()},
            os.path.join(self.folder, name + ".safetensors"),
            metadata={"op": operation, "attributes": json.dumps(attributes)})

    def case(self, name, operation, function, attributes=None, module=None, training=True, constants=(), **inputs):
        """Calls function(**inputs) forward and backward, and writes what went in and what came out.

        function returns a tensor (recorded as out.y) or a dictionary of them. module, if there is one, is what the
        function calls; its parameters and buffers are recorded. constants names floating-point inputs that get no
        gradient. The arguments are evaluated in the order in which a call lists them, which is the order of the draws.
        """
        tensors = {}
        parameters = dict(module.named_parameters()) if module else {}
        buffers = dict(module.named_buffers()) if module else {}
        if module:
            module.train(training)
            module.zero_grad()  # two cases may share a module
            tensors |= {"state." + key: buffer.clone() for key, buffer in buffers.items()}
        for key, tensor in inputs.items():
            tensor.requires_grad_(tensor.is_floating_point() and key not in constants)
            tensors["in." + key] = tensor
        tensors |= {"param." + key: parameter for key, parameter in parameters.items()}

        outputs = function(**inputs)
        outputs = {"y": outputs} if torch.is_tensor(outputs) else outputs
        # The loss is the sum of output times gradient, so that exactly this gradient arrives at each output.
        loss = 0
        for key, output in outputs.items():
            tensors["out." + key] = output
            if output.requires_grad:
                gradient = torch.randn_like(output)
                tensors["grad_out." + key] = gradient
                loss = loss + (output * gradient).sum()
        loss.backward()

        for prefix, leaves in (("grad_in.", inputs), ("grad_param.", parameters)):
            tensors |= {prefix + key: leaf.grad for key, leaf in leaves.items() if leaf.grad is not None}
        tensors |= {"state_after." + key: buffer for key, buffer in buffers.items()}
        self.save(name, operation, attributes or {}, tensors)


def randomized(module):
    """The module with random parameters, also where PyTorch starts with zeros or ones."""
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, 0, 0.3)
    return module
