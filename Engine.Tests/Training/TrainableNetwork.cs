using Engine.Layers;
using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A network that translates, without tokenizers and vocabularies, as a training step sees it.</summary>
internal sealed class TrainableNetwork(TranslationNetwork<float> network, double labelSmoothing) : ITrainable
{
    public Module<float> Network => network;

    public Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor)
    {
        var memory = network.Encode(tape, batch.Source, batch.SourceLayout);
        var rows = network.Decode(tape, batch.TargetInput, batch.TargetLayout, memory, batch.SourceLayout);
        return network.Loss(rows, batch.TargetOutput, labelSmoothing, divisor);
    }
}
