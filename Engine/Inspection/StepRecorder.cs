using Engine.Text;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>Records one training step of a model, forward and back. The model's weights do not change.</summary>
public static class StepRecorder
{
    /// <summary>Records the step of one pair.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The source line.</param>
    /// <param name="target">The target line, or the label.</param>
    /// <param name="random">The stream that dropout draws from; null for no dropout.</param>
    /// <exception cref="Storage.InputException">
    /// A line is blank or too long, or the model does not know the label.
    /// </exception>
    public static StepRecord Record(TextModel model, string source, string target, RandomStream? random = null)
    {
        var pair = model.Encode(source, target);
        PassRecorder.SourceOf(model, source);
        if (model is TranslationModel) model.RequireLength(pair.Target, target, "the target");
        var batch = new Batch([pair]);
        var observer = new TapeRecorder(model.Network);
        var mode = random is null ? Mode.Evaluation : Mode.Training;
        using var tape = new Tape<float>(mode, random) { Observer = observer };
        var loss = model.Loss(tape, batch, batch.TargetTokens);
        var gradients = tape.Backward(loss);
        var monitor = new GradientMonitor(model.Network);
        return new StepRecord(
            PassRecorder.TokensOf(model.Source.Vocabulary, batch.Source),
            model is TranslationModel translation
                ? PassRecorder.TokensOf(translation.Target.Vocabulary, batch.TargetInput)
                : [new RecordedToken(pair.Target[0], target)],
            loss.Item(), observer.Nodes(gradients),
            [.. monitor.Norms(gradients).Select(layer => new StepLayer(layer.Layer, layer.Norm))]);
    }
}
