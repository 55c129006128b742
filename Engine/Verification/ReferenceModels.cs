using Engine.Layers;
using Engine.Models;

namespace Engine.Verification;

/// <summary>Reference cases of Transformer layers and the whole model, on inputs that are embedded already.</summary>
internal static class ReferenceModels
{
    public static void EncoderLayer(ReferenceRun run)
    {
        var x = run.Input("x"); // [batch, length, dModel]
        if (Configuration(run, x, "linear1.weight") is not { } configuration
            || Layout(run, x, "key_padding_mask") is not { } layout) return;
        var layer = run.Load(new EncoderLayer<double>(configuration, ReferenceOperations.Unused));
        run.Give(Op.Reshape(layer.Forward(ReferenceAttention.Flatten(x), layout), x.Shape));
    }

    public static void DecoderLayer(ReferenceRun run)
    {
        var (x, memory) = (run.Input("x"), run.Input("memory"));
        if (Configuration(run, x, "linear1.weight") is not { } configuration || !run.Case.Flag("causal")
            || Layout(run, x, "key_padding_mask") is not { } layout
            || Layout(run, memory, "memory_key_padding_mask") is not { } memoryLayout) return;
        var layer = run.Load(new DecoderLayer<double>(configuration, ReferenceOperations.Unused));
        var y = layer.Forward(ReferenceAttention.Flatten(x), layout, ReferenceAttention.Flatten(memory), memoryLayout);
        run.Give(Op.Reshape(y, x.Shape));
    }

    public static void Transformer(ReferenceRun run)
    {
        var (source, target) = (run.Input("src"), run.Input("tgt"));
        if (Configuration(run, source, "encoder.layers.0.linear1.weight") is not { } configuration
            || Layout(run, source, "src_key_padding_mask") is not { } sourceLayout
            || Layout(run, target, "tgt_key_padding_mask") is not { } targetLayout) return;
        configuration = configuration with
        {
            EncoderLayers = run.Case.Integer("encoder_layers"),
            DecoderLayers = run.Case.Integer("decoder_layers"),
            FinalNorms = run.Case.Flag("final_norms", true),
        };
        var model = run.Load(new EncoderDecoder<double>(configuration, ReferenceOperations.Unused));
        var memory = model.Encode(ReferenceAttention.Flatten(source), sourceLayout);
        var y = model.Decode(ReferenceAttention.Flatten(target), targetLayout, memory, sourceLayout);
        run.Give(Op.Reshape(y, target.Shape));
    }

    /// <summary>What the case says of the model; null if it has an activation that the engine's has not.</summary>
    private static TransformerConfiguration? Configuration(ReferenceRun run, Tensor<double> x, string firstFeedForward)
    {
        Activation? activation = run.Case.Text("activation", "relu") switch
        {
            "relu" => Activation.Relu,
            "gelu" => Activation.Gelu,
            _ => null,
        };
        return activation is null ? null : new TransformerConfiguration
        {
            SourceVocabulary = 1, // no tokens: the embeddings are not used
            TargetVocabulary = 1,
            DModel = x.Shape[^1],
            DFf = run.Case.Need("param." + firstFeedForward).Shape[0],
            Heads = run.Case.Integer("num_heads"),
            EncoderLayers = 1,
            DecoderLayers = 1,
            NormFirst = run.Case.Flag("norm_first"),
            Activation = activation.Value,
        };
    }

    private static SequenceLayout? Layout(ReferenceRun run, Tensor<double> x, string mask) =>
        ReferenceAttention.Layout(run, mask, x.Shape[0], x.Shape[1]);
}
