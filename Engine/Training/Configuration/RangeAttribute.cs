using Engine.Storage;

namespace Engine.Training;

/// <summary>The values that an option with a number may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute : Attribute
{
    /// <summary>The least value.</summary>
    public double AtLeast { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value.</summary>
    public double AtMost { get; init; } = double.PositiveInfinity;

    /// <summary>A bound that every value exceeds.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>A bound that no value reaches.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>Whether values are odd.</summary>
    public bool IsOdd { get; init; }

    /// <summary>What 0 means, such as <c>no limit</c>; 0 is then in the range even if it is outside the bounds.
    /// </summary>
    public string? Zero { get; init; }

    /// <summary>A remark for whoever gave another value.</summary>
    public string? Remark { get; init; }

    /// <summary>Refuses a value outside the range.</summary>
    /// <param name="option">What the message calls the option.</param>
    /// <param name="value">The value; null, an option that was not given, is in every range.</param>
    /// <exception cref="InputException">The value is outside; the message names option, value and range.</exception>
    public void Check(string option, double? value)
    {
        if (value is { } number && Fault(number) is { } fault) throw new InputException($"{option} {fault}.");
    }

    /// <summary>What is wrong with a number outside the range; null for a number within it.</summary>
    internal string? Fault(double value) =>
        Contains(value) ? null : FormattableString.Invariant($"is {value}; it must be {this}");

    /// <summary>The range in words: <c>at least 0 and below 1</c>.</summary>
    public override string ToString()
    {
        var bounds = string.Join(" and ", Bounds());
        var zero = Zero is null ? "" : IsWithin(0) ? $" (0: {Zero})" : $", or 0 for {Zero}";
        return bounds + zero + (Remark is null ? "" : $" ({Remark})");
    }

    private bool Contains(double value) => IsWithin(value) || (Zero is not null && value == 0);

    private bool IsWithin(double value) =>
        double.IsFinite(value) && value >= AtLeast && value <= AtMost && value > Above && value < Below
        && (!IsOdd || value % 2 == 1);

    private IEnumerable<string> Bounds()
    {
        if (IsOdd) yield return "odd";
        if (double.IsFinite(AtLeast) && double.IsFinite(AtMost))
        {
            yield return FormattableString.Invariant($"{AtLeast} to {AtMost}");
            yield break;
        }
        if (double.IsFinite(AtLeast)) yield return FormattableString.Invariant($"at least {AtLeast}");
        if (double.IsFinite(Above)) yield return FormattableString.Invariant($"above {Above}");
        if (double.IsFinite(Below)) yield return FormattableString.Invariant($"below {Below}");
        if (double.IsFinite(AtMost)) yield return FormattableString.Invariant($"at most {AtMost}");
    }
}
