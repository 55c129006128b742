using Engine.Layers;
using Engine.Models;

namespace Engine.Lab;

/// <summary>Which layer of the encoder the decoder reads.</summary>
internal static class WhichMemory
{
    private const int Layers = 3, D = 8, Words = 5;

    public static LabEntry Entry { get; } = new()
    {
        Name = "which-memory",
        Group = LabGroup.Attention,
        Seconds = 1,
        Claims = ["A3", "A7", "A8"],
        Question = new("解码器的 K、V 来自编码器的哪一层？", "Which layer of the encoder gives the decoder its keys and values?"),
        Claim = new("编码器的任意一层都可以和解码器的每一层相连", "any layer of the encoder connects to every layer of the decoder"),
        Answer = new(
            "只有最后一层的输出。它送进解码器的每一层；每层的 Q 来自解码器自己上一个子层的输出。各层参数各自独立，是堆叠，不是循环。",
            "The output of the last layer alone. Each decoder layer reads it, and takes its queries from its own "
            + "sublayer before. Layers have parameters of their own: they are stacked, not recurrent."),
        Rule = new(
            "在计算图上查看解码器每层的 K、V 从哪个节点算出；有一层不是来自编码器最后一层，说法才成立",
            "the tape tells from which node each decoder layer computes its keys and values; the claim holds if one "
            + "of them is not the last encoder layer's"),
        Literature = new(
            "Vaswani 等（2017）第 3.1、3.2.3 节；循环的是 Universal Transformer(Dehghani 等 2019)",
            "Vaswani et al. 2017, sections 3.1 and 3.2.3; Dehghani et al. 2019 recur"),
        Sources = ["Engine/Models/Transformer/EncoderDecoder.cs", "Engine/Models/Transformer/DecoderLayer.cs"],
        Exhibits = ["The decoder's memory is detached", "Cross-attention hides the end of the source"],
        Papers = [new("Vaswani et al. 2017", "1706.03762"), new("Dehghani et al. 2019", "1807.03819")],
        Next = ["receptive-field"],
        View = "attention",
        Recorded = VerdictKind.DoesNotHold,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var network = new Transformer<double>(
            new TransformerConfiguration
            {
                SourceVocabulary = 12, TargetVocabulary = 12, DModel = D, DFf = 16, Heads = 2, EncoderLayers = Layers,
                DecoderLayers = Layers, FinalNorms = false,
            },
            run.Random());
        var origins = new Origins(network);
        var layout = SequenceLayout.Full(1, Words);
        using var tape = new Tape<double> { Observer = origins };
        network.Decode(tape, [2, 8, 9, 10, 11], layout, network.Encode(tape, [4, 5, 6, 7, 3], layout), layout);
        var reads = Enumerable.Range(0, Layers).Select(layer => (
            Encoder: origins.Of(layer, "encoder"), Decoder: origins.Of(layer, "decoder"))).ToArray();
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("交叉注意力的输入来自第几层（从 0 数）", "the layers that cross-attention reads, counted from 0"),
                    [
                        new("解码器的层", "decoder layer"), new("K、V：编码器的层", "keys and values: encoder layer"),
                        new("Q：解码器的层", "queries: decoder layer"),
                    ],
                    [.. reads.Select((read, layer) => new LabRow($"{layer}", read.Encoder, read.Decoder))]),
            ],
            Verdict = Verdict.Of(
                reads.Any(read => read.Encoder != Layers - 1),
                new(
                    $"解码器的 {Layers} 层读的都是编码器第 {reads[0].Encoder} 层，也就是最后一层",
                    $"all {Layers} decoder layers read encoder layer {reads[0].Encoder}, the last")),
        };
    }

    /// <summary>Follows the inputs of cross-attention back to the layers that made them.</summary>
    private sealed class Origins(Module<double> network) : ModuleObserver<double>(network)
    {
        private readonly Dictionary<int, string> paths = [];
        private readonly List<(string Path, int Input)> projections = [];

        public override void Recorded(
            int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs)
        {
            paths[node] = Path;
            if (entry?.Name == "Linear" && Path.EndsWith("multihead_attn", StringComparison.Ordinal))
                projections.Add((Path, inputs[0]!.Node));
        }

        /// <summary>The layer of a stack that the cross-attention of a decoder layer reads.</summary>
        public int Of(int layer, string stack)
        {
            var read = projections.Where(
                one => one.Path.StartsWith($"decoder.layers.{layer}.", StringComparison.Ordinal))
                .Select(one => paths[one.Input])
                .First(path => path.StartsWith(stack, StringComparison.Ordinal));
            return int.Parse(read.Split('.')[2], null);
        }
    }
}
