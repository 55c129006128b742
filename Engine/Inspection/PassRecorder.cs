using System.Numerics.Tensors;
using Engine.Kernels;
using Engine.Models;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>Records what a model computes for one sentence.</summary>
public static class PassRecorder
{
    /// <summary>How many of the likeliest tokens a record has for each position.</summary>
    public const int Likeliest = 10;

    /// <summary>Runs a sentence, and its target, through a model that translates.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The source line.</param>
    /// <param name="target">
    /// The target line, which the decoder reads as in training; null for the model's own greedy translation.
    /// </param>
    /// <param name="interventions">What is switched off; null for nothing.</param>
    /// <param name="parts">
    /// The names of the values to keep (see <see cref="RecordedValue.Name"/>); null for all.
    /// </param>
    /// <exception cref="InputException">A line is blank, or has too many tokens.</exception>
    public static PassRecord Record(
        TranslationModel model, string source, string? target = null, Interventions? interventions = null,
        IReadOnlySet<string>? parts = null)
    {
        interventions ??= new Interventions();
        var ids = SourceOf(model, source);
        int[] targets = target is null
            ? [.. DecodingTracer.Decode(model, ids, new TranslationOptions(), interventions)[0].Tokens]
            : model.Target.Encode(target);
        if (target is not null) model.RequireLength(targets, target, "the target");
        ids = interventions.Pad([.. ids, Vocabulary.End]);
        int[] input = [Vocabulary.Begin, .. targets], output = [.. targets, Vocabulary.End];

        var network = model.Network;
        var observer = new PassObserver(network, interventions, parts);
        using var tape = new Tape<float>(Mode.Inference) { Observer = observer };
        var (layout, targetLayout) = (SequenceLayout.Full(1, ids.Length), SequenceLayout.Full(1, input.Length));
        var memory = network.Encode(tape, ids, layout); // [source tokens, dModel]
        observer.Saw(ObservedNetwork.Result, memory.Shape, memory.ToArray());
        observer.Side = "target";
        var rows = network.Decode(tape, input, targetLayout, memory, layout); // [target tokens, dModel]
        observer.Saw(ObservedNetwork.Result, rows.Shape, rows.ToArray());
        var logits = network.Logits(rows); // [target tokens, vocabulary]
        observer.Saw("logits", logits.Shape, logits.ToArray());
        return new PassRecord
        {
            Source = TokensOf(model.Source.Vocabulary, ids),
            Target = TokensOf(model.Target.Vocabulary, input),
            TargetText = target ?? model.Target.DecodeLine(targets),
            IsOwnTarget = target is null,
            Interventions = interventions,
            Values = observer.Values,
            Predictions = PredictionsOf(logits, model.Target.Vocabulary.TokenOf, output),
        };
    }

    /// <summary>Runs a sentence through a model that labels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The line.</param>
    /// <param name="label">The right label; null if it is not known.</param>
    /// <param name="interventions">What is switched off; null for nothing.</param>
    /// <param name="parts">The names of the values to keep; null for all.</param>
    /// <exception cref="InputException">
    /// The line is blank or has too many tokens, or the model does not know the label.
    /// </exception>
    public static PassRecord Record(
        ClassificationModel model, string source, string? label = null, Interventions? interventions = null,
        IReadOnlySet<string>? parts = null)
    {
        interventions ??= new Interventions();
        int[] ids = interventions.Pad([.. SourceOf(model, source), Vocabulary.End]);
        var observer = new PassObserver(model.Network, interventions, parts);
        using var tape = new Tape<float>(Mode.Inference) { Observer = observer };
        var logits = model.Network.Logits(tape, ids, SequenceLayout.Full(1, ids.Length)); // [1, labels]
        observer.Saw("logits", logits.Shape, logits.ToArray());
        int[]? right = label is null ? null : [model.LabelIndexOf(label)];
        var predictions = PredictionsOf(logits, model.LabelOf, right);
        return new PassRecord
        {
            Source = TokensOf(model.Source.Vocabulary, ids),
            Target = [],
            TargetText = label ?? predictions[0].Likeliest[0].Text,
            IsOwnTarget = label is null,
            Interventions = interventions,
            Values = observer.Values,
            Predictions = predictions,
        };
    }

    /// <summary>The tokens of ids.</summary>
    internal static RecordedToken[] TokensOf(Vocabulary vocabulary, IEnumerable<int> ids) =>
        [.. ids.Select(id => new RecordedToken(id, vocabulary.TokenOf(id)))];

    /// <summary>The ids of a line, without the end.</summary>
    /// <exception cref="InputException">The line is blank, or has too many tokens.</exception>
    internal static int[] SourceOf(TextModel model, string line)
    {
        var ids = model.Source.Encode(line);
        if (ids.Length == 0) throw new InputException("the sentence is empty; write at least one word.");
        model.RequireLength(ids, line, "the sentence");
        return ids;
    }

    /// <summary>The likeliest tokens of each row of logits.</summary>
    internal static LikelyToken[] LikeliestOf(ReadOnlySpan<float> logits, Func<int, string> textOf)
    {
        var probabilities = new float[logits.Length];
        SoftmaxKernel.Forward(logits, probabilities, logits.Length);
        var order = Enumerable.Range(0, logits.Length).ToArray();
        var row = logits.ToArray();
        Array.Sort(order, (a, b) => row[a] != row[b] ? row[b].CompareTo(row[a]) : a.CompareTo(b));
        return [.. order.Take(Likeliest).Select(id => new LikelyToken(id, textOf(id), row[id], probabilities[id]))];
    }

    private static Prediction[] PredictionsOf(Tensor<float> logits, Func<int, string> textOf, int[]? output)
    {
        var vocabulary = logits.Shape[1];
        var predictions = new Prediction[logits.Shape[0]];
        for (var i = 0; i < predictions.Length; i++)
        {
            var row = logits.Data.Slice(i * vocabulary, vocabulary);
            var max = (double)TensorPrimitives.Max(row);
            var sum = 0.0;
            foreach (var logit in row) sum += Math.Exp(logit - max);
            predictions[i] = new Prediction(
                output is null ? null : new RecordedToken(output[i], textOf(output[i])),
                output is null ? null : row[output[i]] - max - Math.Log(sum), LikeliestOf(row, textOf));
        }
        return predictions;
    }
}
