using System.Globalization;

namespace Engine;

/// <summary>One derivative of a gradient check: the tape's number beside that of finite differences.</summary>
/// <param name="Index">The element, an index for each dimension, such as [1, 2, 1]; null for the derivative along a
/// random direction of all elements.</param>
/// <param name="Value">The element's value, where the derivative was taken; null for a direction.</param>
/// <param name="Expected">The derivative by finite differences.</param>
/// <param name="Actual">The derivative that the tape computed.</param>
/// <param name="Scale">What the error is relative to; <see cref="TensorCheck.ScaleMeaning"/> says what it is.</param>
public sealed record ComparedDerivative(
    IReadOnlyList<int>? Index, double? Value, double Expected, double Actual, double Scale)
{
    /// <summary>|actual - expected|; NaN if either is NaN.</summary>
    public double AbsoluteError => Math.Abs(Actual - Expected);

    /// <summary>The absolute error divided by the scale.</summary>
    public double RelativeError => AbsoluteError / Scale;

    /// <summary>
    /// Whether the derivative differs, and the derivatives to the left and to the right differ too: the point lies on a
    /// kink, or within a hundred-thousandth of one. The error then says nothing about the gradient.
    /// </summary>
    public bool LiesOnKink { get; init; }

    /// <summary>Whether the relative error is at most <see cref="GradientReport.Tolerance"/>.</summary>
    public bool IsRight => RelativeError <= GradientReport.Tolerance;

    /// <summary>Wrong, undecided on a kink, or right.</summary>
    public GradientVerdict Verdict =>
        IsRight ? GradientVerdict.Right : LiesOnKink ? GradientVerdict.Undecided : GradientVerdict.Wrong;

    /// <summary>The place in words: <c>[1, 2, 1]</c>, or <c>a random direction</c>.</summary>
    public string Place => Index is null ? "a random direction" : Brackets(Index);

    /// <summary>Place, expected and actual derivative in one line of text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Place}: expected {Expected:g7}, actual {Actual:g7}");

    internal static string Brackets(IEnumerable<int> index) => $"[{string.Join(", ", index)}]";

    /// <summary>
    /// Whether this derivative says more about the gradient's faults than another: a wrong one comes before one on a
    /// kink, an element before a direction, NaN before a number, a larger error before a smaller one.
    /// </summary>
    internal bool IsWorseThan(ComparedDerivative other) => Severity.CompareTo(other.Severity) > 0;

    private (GradientVerdict, bool, bool, double) Severity =>
        (Verdict, !IsRight && Index is not null, double.IsNaN(RelativeError), RelativeError);
}
