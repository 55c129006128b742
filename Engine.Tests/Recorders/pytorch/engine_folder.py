"""Loads a folder that `engine train` wrote into PyTorch's own modules. Nothing here comes from Engine.

model.safetensors has the names and the layouts that PyTorch gives the same modules, so that load_state_dict takes the
file as it is: nn.Transformer and nn.TransformerEncoder (encoder.layers.0.self_attn.in_proj_weight), nn.GRU, nn.LSTM and
nn.RNN (encoder.weight_ih_l0), nn.Embedding and nn.Linear. What the modules of PyTorch do not do by themselves stands
below: embeddings times the square root of d_model, positions, and the projection onto the vocabulary, which may share
its matrix with an embedding.

    model, encode = load("runs/zh-en-1")
    logits = model(encode.source("我现在爱你"), encode.target("I love you now"))
"""
import json
import math
import os
import re
import unicodedata

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

UNKNOWN, BEGIN, END = 1, 2, 3


def load(folder):
    """The folder's network, in double precision and without dropout, and the encoder of its text."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    weights = load_file(os.path.join(folder, "model.safetensors"))
    model = network(config, weights)
    model.load_state_dict(weights)
    return model.double().eval(), Encoder(folder, config)


def network(config, weights):
    """A network of the configuration; the weights have the sizes of the vocabularies."""
    rows = {name: tensor.shape[0] for name, tensor in weights.items()}
    if config["architecture"] in ("rnn", "gru", "lstm") and config["task"] == "translate":
        return RecurrentTranslator(config, rows)
    if config["architecture"] != "transformer":
        raise SystemExit(f"{config['task']} with {config['architecture']} has no counterpart in this file")
    if config["normalization"] != "layer" or config["activation"] not in ("relu", "gelu"):
        raise SystemExit("PyTorch's layers have LayerNorm, and relu or gelu; other kinds need layers of your own")
    if config["positions"] not in ("sinusoidal", "learned", "none"):
        raise SystemExit(f"{config['positions']} positions act within attention, where nn.Transformer has none")
    return (TransformerClassifier if config["task"] == "classify" else TransformerTranslator)(config, rows)


class Embeddings(nn.Module):
    """Tokens times the square root of d_model, and positions that are added."""

    def embed(self, table, tokens, positions=None):
        """[1, length, d_model]"""
        x = table(tokens) * math.sqrt(table.embedding_dim)
        if positions is not None:
            return x + positions.weight[:tokens.shape[1]]
        return x + sinusoids(tokens.shape[1], table.embedding_dim) if self.sinusoidal else x


def sinusoids(length, width):
    """Sines in the even dimensions, cosines in the odd dimensions: [length, width]."""
    places = torch.arange(length).unsqueeze(1).double()
    angles = places * torch.exp(torch.arange(0, width, 2).double() * (-math.log(10000.0) / width))
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


def layer_options(config):
    """What nn.Transformer and nn.TransformerEncoderLayer are told beside their sizes."""
    return dict(dropout=config["dropout"], activation=config["activation"], norm_first=config["normFirst"],
                batch_first=True)


def tables(model, config, rows):
    """The embeddings of both sides; without sharing, the projection has a matrix of its own."""
    width = config["dModel"]
    model.source_embedding = nn.Embedding(rows["source_embedding.weight"], width)
    if config["sharing"] != "all":
        model.target_embedding = nn.Embedding(rows["target_embedding.weight"], width)
    if config["sharing"] == "none":
        model.output = nn.Linear(width, rows["output.weight"], bias=False)


def target_table(model):
    return getattr(model, "target_embedding", model.source_embedding)


def project(model, y):
    """Logits, [1, length, vocabulary]."""
    return F.linear(y, model.output.weight if hasattr(model, "output") else target_table(model).weight)


class TransformerTranslator(nn.Transformer, Embeddings):
    def __init__(self, config, rows):
        super().__init__(config["dModel"], config["heads"], config["layers"], config["layers"], config["dFf"],
                         **layer_options(config))
        tables(self, config, rows)
        self.sinusoidal = config["positions"] == "sinusoidal"
        if config["positions"] == "learned":
            self.source_position_embedding = nn.Embedding(config["maxLength"], config["dModel"])
            self.target_position_embedding = nn.Embedding(config["maxLength"], config["dModel"])

    def forward(self, source, target):
        """Logits of the token after each target token: [1, target length, vocabulary]."""
        x = self.embed(self.source_embedding, source, getattr(self, "source_position_embedding", None))
        z = self.embed(target_table(self), target, getattr(self, "target_position_embedding", None))
        causal = torch.triu(torch.ones(target.shape[1], target.shape[1], dtype=torch.bool), 1)
        return project(self, super().forward(x, z, tgt_mask=causal))


class RecurrentTranslator(Embeddings):
    """A bidirectional encoder; a decoder that begins with a map of the memory's mean, and attends to the memory."""

    def __init__(self, config, rows):
        super().__init__()
        kind, width, layers = getattr(nn, config["architecture"].upper()), config["dModel"], config["layers"]
        tables(self, config, rows)
        self.sinusoidal = False
        self.encoder = kind(width, width // 2, layers, batch_first=True, bidirectional=True)
        self.decoder = kind(width, width, layers, batch_first=True)
        self.bridge = nn.Linear(width, rows["bridge.weight"])
        self.attention = nn.MultiheadAttention(width, config["heads"], batch_first=True)
        self.combine = nn.Linear(2 * width, width)

    def forward(self, source, target):
        """Logits of the token after each target token: [1, target length, vocabulary]."""
        memory, _ = self.encoder(self.embed(self.source_embedding, source))
        state = torch.tanh(self.bridge(memory.mean(1)))  # [1, layers * (h, or h and c) * d_model]
        # Of each layer h, with an LSTM followed by c: [h or h and c, layers, 1, d_model]
        state = state.view(self.decoder.num_layers, -1, 1, self.decoder.hidden_size).transpose(0, 1).contiguous()
        y, _ = self.decoder(self.embed(target_table(self), target), state[0] if len(state) == 1 else tuple(state))
        context, _ = self.attention(y, memory, memory)
        return project(self, torch.tanh(self.combine(torch.cat([y, context], -1))))


class Pooling(nn.Module):
    """Attention pooling (Yang et al. 2016)."""

    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, width))
        self.bias = nn.Parameter(torch.empty(width))
        self.v = nn.Parameter(torch.empty(1, width))

    def forward(self, y):
        """[1, d_model]"""
        scores = F.linear(torch.tanh(F.linear(y, self.weight, self.bias)), self.v)  # [1, length, 1]
        return (scores.softmax(1) * y).sum(1)


class TransformerClassifier(Embeddings):
    def __init__(self, config, rows):
        super().__init__()
        width = config["dModel"]
        self.pool = config["pooling"]
        self.sinusoidal = config["positions"] == "sinusoidal"
        self.embedding = nn.Embedding(rows["embedding.weight"], width)
        if config["positions"] == "learned":
            self.position_embedding = nn.Embedding(config["maxLength"], width)
        layer = nn.TransformerEncoderLayer(width, config["heads"], config["dFf"], **layer_options(config))
        self.encoder = nn.TransformerEncoder(
            layer, config["layers"], nn.LayerNorm(width), enable_nested_tensor=False)
        if self.pool == "attention":
            self.pooling = Pooling(width)
        self.head = nn.Linear(width, rows["head.weight"])

    def forward(self, source):
        """Logits of the labels, [1, labels]."""
        y = self.encoder(self.embed(self.embedding, source, getattr(self, "position_embedding", None)))
        if self.pool == "attention":
            return self.head(self.pooling(y))
        return self.head({"last": y[:, -1], "mean": y.mean(1), "max": y.amax(1)}[self.pool])


class Encoder:
    """Lines as ids. A source ends with END; a target begins with BEGIN, and its loss includes END."""

    def __init__(self, folder, config):
        self.folder, self.config = folder, config
        self.is_classifier = config["task"] == "classify"
        self.source_side = self.side("source")
        self.target_side = self.vocabulary("labels.json") if self.is_classifier else self.side("target")

    def source(self, line):
        """[1, tokens and END]"""
        return torch.tensor([self.ids(line, *self.source_side) + [END]])

    def target(self, line):
        """[1, BEGIN and tokens]"""
        return torch.tensor([[BEGIN] + self.ids(line, *self.target_side)])

    def wanted(self, line):
        """What the network should say: the tokens of a target and END, or the number of a label."""
        if self.is_classifier:
            return torch.tensor([self.target_side[line.strip()] - END - 1])
        return torch.tensor(self.ids(line, *self.target_side) + [END])

    def side(self, name):
        """The kind of a side's tokenizer, its vocabulary and its merges."""
        kind = self.config[name + "Tokenizer"]
        prefix = name + "_"
        if kind == "bpe" and self.config["sharing"] == "all" and not self.is_classifier:
            prefix = ""
        return kind, self.vocabulary(prefix + "vocab.json"), self.merges(prefix) if kind == "bpe" else {}

    def vocabulary(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file)

    def merges(self, prefix):
        """Two tokens and their rank."""
        with open(os.path.join(self.folder, prefix + "merges.txt"), encoding="utf-8", newline="\n") as file:
            pairs = [line.rstrip("\n") for line in file if not line.startswith("#version")]
        return {tuple(pair.split(" ")): rank for rank, pair in enumerate(pairs)}

    def ids(self, line, kind, vocabulary, merges):
        """The ids of a line's tokens."""
        line = unicodedata.normalize("NFKC", line) if self.config["nfkc"] else line
        line = line.lower() if self.config["lowercase"] else line
        if kind == "bpe":
            tokens = [token for word in line.split(" ") for token in merged("\u2581" + word, vocabulary, merges)]
        elif kind == "char":
            tokens = list("\u2581".join(line.split()))
        else:
            tokens = words(line)
        return [vocabulary.get(token, UNKNOWN) for token in tokens]


def words(line):
    """Words and signs; \uFFED begins a token that no space separates from the token before.

    Engine's own tokenizer knows more: Chinese, numbers with points, runs of one sign, format characters.
    """
    found = re.finditer(r"[^\W_]+(?:['\u2019-][^\W_]+)*|[^\w\s]|_", line)
    return ["\uFFED" * (at.start() > 0 and not line[at.start() - 1].isspace()) + at[0] for at in found]


def merged(word, vocabulary, merges):
    """The tokens of a word: characters, or bytes of characters without a token, merged by rank."""
    tokens = []
    for character in word:
        tokens += [character] if character in vocabulary else [f"<0x{byte:02X}>" for byte in character.encode()]
    while True:
        ranks = [merges.get(pair, len(merges)) for pair in zip(tokens, tokens[1:])]
        if not ranks or min(ranks) == len(merges):
            return tokens
        at = ranks.index(min(ranks))
        tokens[at:at + 2] = [tokens[at] + tokens[at + 1]]
