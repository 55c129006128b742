namespace Engine.Text;

/// <summary>How a classifier does on one label.</summary>
/// <param name="Label">The label.</param>
/// <param name="Support">The number of lines that have the label.</param>
/// <param name="Predicted">The number of lines that the classifier gives the label.</param>
/// <param name="Right">The number of lines of both.</param>
public sealed record LabelScore(string Label, int Support, int Predicted, int Right)
{
    /// <summary>The share of the lines given the label that have it, 0 to 1; 0 if no line is given it.</summary>
    public double Precision => Predicted > 0 ? (double)Right / Predicted : 0;

    /// <summary>The share of the lines with the label that are given it, 0 to 1; 0 if no line has it.</summary>
    public double Recall => Support > 0 ? (double)Right / Support : 0;

    /// <summary>The harmonic mean of precision and recall, 0 to 1.</summary>
    public double F1 => Support + Predicted > 0 ? 2.0 * Right / (Support + Predicted) : 0;
}

/// <summary>
/// Which labels a classifier gives to lines whose labels are known. Its numbers equal the numbers of scikit-learn's
/// <c>classification_report</c> and <c>confusion_matrix</c>, where 0 stands for 0/0.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly int[,] counts; // [reference, predicted]

    /// <summary>Counts pairs of labels.</summary>
    /// <param name="references">[lines]: the labels that the lines have.</param>
    /// <param name="predictions">[lines]: the labels that a classifier gives them.</param>
    /// <param name="order">Labels in the order that the matrix shall have; others follow as they occur.</param>
    /// <exception cref="ArgumentException">
    /// There are no lines, or another number of predictions.
    /// </exception>
    public ConfusionMatrix(
        IReadOnlyList<string> references, IReadOnlyList<string> predictions, IReadOnlyList<string> order)
    {
        if (references.Count == 0 || references.Count != predictions.Count)
        {
            throw new ArgumentException($"ConfusionMatrix: {references.Count} references and {predictions.Count} "
                + "predictions; give both lists the same number of labels, at least 1");
        }
        var occurring = references.Concat(predictions).ToHashSet();
        Labels = [.. order.Where(occurring.Contains), .. references.Concat(predictions).Except(order)];
        var places = Labels.Index().ToDictionary(label => label.Item, label => label.Index);
        counts = new int[Labels.Count, Labels.Count];
        foreach (var (reference, prediction) in references.Zip(predictions))
            counts[places[reference], places[prediction]]++;
        Lines = references.Count;
    }

    /// <summary>The labels that occur among references or predictions.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The number of lines.</summary>
    public int Lines { get; }

    /// <summary>The number of lines with one label that are given another, or the same.</summary>
    /// <param name="reference">The index of the label that the lines have.</param>
    /// <param name="predicted">The index of the label that the classifier gives them.</param>
    public int this[int reference, int predicted] => counts[reference, predicted];

    /// <summary>The number of lines that are given the label they have.</summary>
    public int Right => Enumerable.Range(0, Labels.Count).Sum(label => counts[label, label]);

    /// <summary>The share of the lines that are given the label they have, 0 to 1.</summary>
    public double Accuracy => (double)Right / Lines;

    /// <summary>How the classifier does on each label.</summary>
    public IReadOnlyList<LabelScore> Scores =>
    [
        .. Labels.Select((label, i) => new LabelScore(
            label, Enumerable.Range(0, Labels.Count).Sum(j => counts[i, j]),
            Enumerable.Range(0, Labels.Count).Sum(j => counts[j, i]), counts[i, i])),
    ];
}
