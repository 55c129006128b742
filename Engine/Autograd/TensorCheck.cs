using System.Globalization;

namespace Engine;

/// <summary>What a gradient check found for one input or parameter.</summary>
/// <param name="Name"><c>input 0</c>, or the parameter's path in its module, such as <c>gate.bias</c>.</param>
/// <param name="Shape">The shape of the tensor.</param>
/// <param name="IsParameter">Whether it is a parameter, not an input.</param>
/// <param name="Derivatives">How many derivatives were compared.</param>
/// <param name="ExaminedElements">How many elements were examined: by themselves, or within a random direction whose
/// derivative was right. All, unless the search for the wrong elements of a large tensor stopped early.</param>
/// <param name="Worst">The worst derivative: a wrong one before one on a kink, an element before a direction.</param>
public sealed record TensorCheck(
    string Name, Shape Shape, bool IsParameter, int Derivatives, int ExaminedElements, ComparedDerivative Worst)
{
    private const int MostShown = ElementSearch.MostNamed;

    /// <summary>The number of elements.</summary>
    public int Elements => Shape.Elements;

    /// <summary>What errors are relative to.</summary>
    public double Scale { get; init; }

    /// <summary>
    /// What <see cref="Scale"/> is, in words: the tensor's largest gradient; or, if that is larger, a thousandth of the
    /// largest gradient of all tensors of the case, or of the terms of the loss (at most 1).
    /// </summary>
    public string ScaleMeaning { get; init; } = "";

    /// <summary>
    /// The elements with a wrong gradient that no kink explains, at most 8 of a large tensor, the largest errors first.
    /// </summary>
    public IReadOnlyList<ComparedDerivative> WrongElements { get; init; } = [];

    /// <summary>The elements at which the point lies on a kink, at most 8 of a large tensor.</summary>
    public IReadOnlyList<ComparedDerivative> ElementsOnKinks { get; init; } = [];

    /// <summary>Right, wrong, or undecided at a kink.</summary>
    public GradientVerdict Verdict => Worst.Verdict;

    /// <summary>The check of the tensor in a few lines of text.</summary>
    public override string ToString() => string.Join('\n', Lines());

    internal static TensorCheck Of(GradientLeaf leaf, List<ComparedDerivative> compared, int examined)
    {
        var worst = compared.Aggregate((a, b) => b.IsWorseThan(a) ? b : a);
        var elements = compared.Where(one => one.Index is not null).ToArray();
        return new TensorCheck(
            leaf.Name, leaf.Shape, leaf is GradientLeaf.OfParameter, compared.Count, examined, worst)
        {
            WrongElements = ElementsOf(GradientVerdict.Wrong),
            ElementsOnKinks = ElementsOf(GradientVerdict.Undecided),
        };

        ComparedDerivative[] ElementsOf(GradientVerdict verdict) => [.. elements.Where(one => one.Verdict == verdict)
            .OrderByDescending(one => double.IsNaN(one.RelativeError) ? double.PositiveInfinity : one.RelativeError)];
    }

    internal IEnumerable<string> Lines()
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{Name} {Shape}: {Verdict.Text}, {Elements} {(Elements == 1 ? "element" : "elements")}, "
            + $"{Derivatives} derivatives");
        if (Worst.IsRight)
        {
            yield return $"{head}, worst error {GradientReport.Text(Worst.RelativeError)} at {Worst.Place}";
            yield break;
        }
        yield return head;
        yield return $"  worst at {Worst}";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"  absolute error {Worst.AbsoluteError:g3}, relative error {Worst.RelativeError:g3} to {Scale:g3}, "
            + $"{ScaleMeaning}");
        if (WrongElements.Count > 0)
            yield return $"  wrong: {Names(WrongElements)} ({WrongElements.Count} of {ExaminedElements} examined"
                + (ExaminedElements < Elements ? $", {Elements} in all)" : ")");
        else if (Verdict == GradientVerdict.Wrong && ExaminedElements == Elements)
            yield return "  no element by itself is wrong by more than the tolerance";
        if (ElementsOnKinks.Count > 0)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  the point lies on a kink at {Names(ElementsOnKinks)}, "
                + $"where the value is {ElementsOnKinks[0].Value:g3}");
        else if (Worst.LiesOnKink)
            yield return "  the point lies on a kink";
        if (Worst.LiesOnKink || ElementsOnKinks.Count > 0) yield return $"  {OffTheKink}";
    }

    private const string OffTheKink =
        "the derivatives to the left and to the right differ there; check another point: "
        + "Samples.AwayFromZero keeps numbers off 0, Samples.Distinct keeps them apart";

    private static string Names(IReadOnlyList<ComparedDerivative> elements) =>
        string.Join(", ", elements.Take(MostShown).Select(element => element.Place))
        + (elements.Count > MostShown ? ", ..." : "");
}
