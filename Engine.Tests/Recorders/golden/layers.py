"""Cases of layers: functions with parameters, and of attention."""
import math

import torch
import torch.nn.functional as F
from torch import nn, randn

from case import randomized


def projections(recorder, shapes):
    b, s, d, tokens = shapes.batch, shapes.length, shapes.width, 11 + shapes.scale
    linear = randomized(nn.Linear(d, d + 3))
    recorder.case("linear", "linear", lambda x: linear(x), module=linear, x=randn(b, s, d))
    plain = randomized(nn.Linear(d, d + 3, bias=False))
    recorder.case("linear.no_bias", "linear", lambda x: plain(x), {"bias": False}, plain, x=randn(b, s, d))

    embedding = randomized(nn.Embedding(tokens, d, padding_idx=0))
    indices = torch.randint(0, tokens, (b, s))
    indices[0, -1] = 0  # a padding token, whose row gets no gradient
    indices[0, 0] = indices[0, 1]  # a token that comes twice, whose gradients add up
    recorder.case(
        "embedding", "embedding", lambda indices: embedding(indices), {"padding_idx": 0}, embedding, indices=indices)

    bilinear = randomized(nn.Bilinear(d, d, 3))
    recorder.case("bilinear", "bilinear", lambda x, z: bilinear(x, z), module=bilinear, x=randn(b, d), z=randn(b, d))


def normalizations(recorder, shapes):
    b, s, d, channels = shapes.batch, shapes.length, shapes.width, 6
    for name, module, x, attributes in [
        ("layer_norm", nn.LayerNorm(d), randn(b, s, d) * 2 + 1, {"eps": 1e-5}),
        ("layer_norm.eps", nn.LayerNorm(d, eps=1e-2), randn(b, s, d) * 0.1, {"eps": 1e-2}),
        ("rms_norm", nn.RMSNorm(d, eps=1e-6), randn(b, s, d) * 2, {"eps": 1e-6}),
        ("group_norm", nn.GroupNorm(2, channels), randn(b, channels, s) + 1, {"num_groups": 2, "eps": 1e-5}),
        ("instance_norm", nn.InstanceNorm1d(channels, affine=True), randn(b, channels, s) + 1, {"eps": 1e-5}),
    ]:
        recorder.case(name, name.split(".")[0], lambda x: module(x), attributes, randomized(module), x=x)


def batch_norms(recorder, shapes):
    """Over features [batch, features] and over channels [batch, channels, length]; running statistics are random."""
    for name, shape in [
        ("features", (7 + shapes.scale, shapes.width)),
        ("channels", (shapes.batch, 6, shapes.length)),
    ]:
        for training in (True, False):
            module = randomized(nn.BatchNorm1d(shape[1], momentum=0.1))
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            recorder.case(
                f"batch_norm.{name}.{'train' if training else 'eval'}", "batch_norm", lambda x: module(x),
                {"eps": 1e-5, "momentum": 0.1, "training": training}, module, training, x=randn(*shape) * 2 + 1)


def hidden_end(batch, length, hidden=1):
    """A padding mask [batch, length] that hides the last positions of the first sentence."""
    mask = torch.zeros(batch, length, dtype=torch.bool)
    mask[0, -hidden:] = True
    return mask


def causal(length):
    """A mask [length, length] that hides from each position what comes after it."""
    return torch.triu(torch.ones(length, length, dtype=torch.bool), 1)


def attentions(recorder, shapes):
    b, h, s, t, d = shapes.batch, shapes.heads, shapes.length, shapes.memory, shapes.width
    attention, operation = F.scaled_dot_product_attention, "scaled_dot_product_attention"
    recorder.case(
        "attention.plain", operation, lambda q, k, v: attention(q, k, v), {"causal": False},
        q=randn(b, h, s, d), k=randn(b, h, t, d), v=randn(b, h, t, d))
    recorder.case(
        "attention.causal", operation, lambda q, k, v: attention(q, k, v, is_causal=True), {"causal": True},
        q=randn(b, h, s, d), k=randn(b, h, s, d), v=randn(b, h, s, d))
    # This function's masks are True where attention is allowed, unlike all others of PyTorch.
    recorder.case(
        "attention.padding", operation,
        lambda q, k, v, key_padding_mask: attention(q, k, v, attn_mask=~key_padding_mask[:, None, None, :]),
        {"causal": False},
        q=randn(b, h, s, d), k=randn(b, h, t, d), v=randn(b, h, t, d), key_padding_mask=hidden_end(b, t))


def multi_head_attentions(recorder, shapes):
    b, h, s, t, d = shapes.batch, shapes.heads, shapes.length, shapes.memory, shapes.width
    module = randomized(nn.MultiheadAttention(d, h, batch_first=True))

    def attend(query, key, value, **masks):
        y, weights = module(query, key, value, average_attn_weights=False, **masks)
        return {"y": y, "weights": weights.detach()}  # weights: [batch, heads, length, memory]

    recorder.case(
        "multi_head_attention.cross", "multi_head_attention", attend, {"num_heads": h, "causal": False}, module,
        query=randn(b, s, d), key=randn(b, t, d), value=randn(b, t, d), key_padding_mask=hidden_end(b, t))
    recorder.case(
        "multi_head_attention.causal_self", "multi_head_attention", lambda x: attend(x, x, x, attn_mask=causal(s)),
        {"num_heads": h, "causal": True}, module, x=randn(b, s, d))


def frequencies(width):
    """10000^(-2i / width) for each pair i of dimensions."""
    return torch.exp(torch.arange(0, width, 2).double() * (-math.log(10000.0) / width))


def sinusoidal(length, width):
    """Sines in the even dimensions, cosines in the odd ones (Vaswani et al. 2017)."""
    angles = torch.arange(length).double()[:, None] * frequencies(width)
    table = torch.zeros(length, width)
    table[:, 0::2], table[:, 1::2] = torch.sin(angles), torch.cos(angles)
    return table


def rotary(x):
    """Rotates the pairs (2i, 2i + 1) of [..., length, width] by position * 10000^(-2i / width) (Su et al. 2021)."""
    length, width = x.shape[-2:]
    angles = torch.arange(length).double()[:, None] * frequencies(width)
    even, odd = x[..., 0::2], x[..., 1::2]
    cos, sin = angles.cos(), angles.sin()
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)


def positions(recorder, shapes):
    length, width = 50 + shapes.scale, shapes.width
    recorder.save(
        "positional_encoding.sinusoidal", "sinusoidal_positional_encoding", {"length": length, "dim": width},
        {"out.y": sinusoidal(length, width)})
    recorder.case(
        "positional_encoding.rotary", "rotary_positional_encoding", rotary, {"base": 10000, "pairs": "interleaved"},
        x=randn(shapes.batch, shapes.heads, shapes.length, width))


class RelativeAttention(nn.Module):
    """Self-attention with relative positions (Shaw et al. 2018).

    For the distance r from query i to key j, cut to -clip ... clip: scores are q_i . (k_j + key_r) / sqrt(d), and the
    output is the sum over j of weight_ij (v_j + value_r).
    """

    def __init__(self, width, clip):
        super().__init__()
        self.clip = clip
        self.key = nn.Parameter(randn(2 * clip + 1, width))
        self.value = nn.Parameter(randn(2 * clip + 1, width))

    def forward(self, q, k, v):
        place = torch.arange(q.size(-2))
        r = (place[None, :] - place[:, None]).clamp(-self.clip, self.clip) + self.clip  # [length, length]
        scores = q @ k.transpose(-2, -1) + torch.einsum("bhid,ijd->bhij", q, self.key[r])
        weights = (scores / math.sqrt(q.size(-1))).softmax(-1)
        return weights @ v + torch.einsum("bhij,ijd->bhid", weights, self.value[r])


def relative_attention(recorder, shapes):
    shape, clip = (shapes.batch, shapes.heads, shapes.length, shapes.width), 2
    module = RelativeAttention(shapes.width, clip)
    recorder.case(
        "attention.relative", "relative_position_attention", lambda q, k, v: module(q, k, v), {"clip": clip}, module,
        q=randn(shape), k=randn(shape), v=randn(shape))


class SwiGlu(nn.Module):
    """w2(silu(w1 x) * w3 x), a gated feed-forward network (Shazeer 2020)."""

    def __init__(self, width):
        super().__init__()
        self.w1 = nn.Linear(width, 2 * width, bias=False)
        self.w2 = nn.Linear(2 * width, width, bias=False)
        self.w3 = nn.Linear(width, 2 * width, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


def gated_feed_forward(recorder, shapes):
    module = randomized(SwiGlu(shapes.width))
    recorder.case(
        "feed_forward.swiglu", "swiglu_feed_forward", lambda x: module(x), module=module,
        x=randn(shapes.batch, shapes.length, shapes.width))


def transformer_blocks(recorder, shapes):
    """Encoder layers, decoder layers and whole Transformers without dropout, post-norm and pre-norm."""
    b, h, s, t, d = shapes.batch, shapes.heads, shapes.length, shapes.memory, shapes.width
    for pre in (False, True):
        norm, sizes, options = "pre" if pre else "post", (d, h, 2 * d, 0.0), {"batch_first": True, "norm_first": pre}
        for activation in ("relu", "gelu"):
            attributes = {"num_heads": h, "norm_first": pre, "activation": activation}
            encoder = randomized(nn.TransformerEncoderLayer(*sizes, activation, **options))
            recorder.case(
                f"encoder_layer.{norm}.{activation}", "transformer_encoder_layer",
                lambda x, key_padding_mask: encoder(x, src_key_padding_mask=key_padding_mask), attributes, encoder,
                x=randn(b, s, d), key_padding_mask=hidden_end(b, s, 2))
            decoder = randomized(nn.TransformerDecoderLayer(*sizes, activation, **options))
            recorder.case(
                f"decoder_layer.{norm}.{activation}", "transformer_decoder_layer",
                lambda x, memory, memory_key_padding_mask: decoder(
                    x, memory, tgt_mask=causal(s), memory_key_padding_mask=memory_key_padding_mask),
                attributes | {"causal": True}, decoder,
                x=randn(b, s, d), memory=randn(b, t, d), memory_key_padding_mask=hidden_end(b, t))
        transformer = randomized(nn.Transformer(d, h, 2, 2, 2 * d, 0.0, **options))
        recorder.case(
            f"transformer.{norm}", "transformer",
            lambda src, tgt, src_key_padding_mask: transformer(
                src, tgt, tgt_mask=causal(s), src_key_padding_mask=src_key_padding_mask,
                memory_key_padding_mask=src_key_padding_mask),
            {"num_heads": h, "encoder_layers": 2, "decoder_layers": 2, "norm_first": pre, "final_norms": True},
            transformer, src=randn(b, t, d), tgt=randn(b, s, d), src_key_padding_mask=hidden_end(b, t))


def convolutions(recorder, shapes):
    b, s, inputs, outputs = shapes.batch, shapes.length, 6, 4
    plain = randomized(nn.Conv1d(inputs, outputs, 3, stride=1, padding=1))
    recorder.case(
        "conv1d", "conv1d", lambda x: plain(x), {"kernel_size": 3, "stride": 1, "padding": 1}, plain,
        x=randn(b, inputs, s + 2))
    strided = randomized(nn.Conv1d(inputs, outputs, 3, stride=2, padding=0, dilation=2))
    recorder.case(
        "conv1d.strided", "conv1d", lambda x: strided(x),
        {"kernel_size": 3, "stride": 2, "padding": 0, "dilation": 2}, strided, x=randn(b, inputs, s + 9))


def recurrences(recorder, shapes):
    """One layer, one direction; the output is the sequence of hidden states."""
    width, hidden = shapes.width, shapes.width + 1
    for name, module in [
        ("rnn", nn.RNN(width, hidden, batch_first=True)),
        ("lstm", nn.LSTM(width, hidden, batch_first=True)),
        ("gru", nn.GRU(width, hidden, batch_first=True)),
    ]:
        recorder.case(
            name, name, lambda x: module(x)[0], {"hidden_size": hidden}, randomized(module),
            x=randn(shapes.batch, shapes.length, width))
