using System.Globalization;
using System.Numerics;

namespace Engine;

/// <summary>
/// Finds the first NaN or infinity of a step. The operation at fault is the first whose output has a NaN or an infinity
/// that its inputs lack. Infinities that an operation writes on purpose, as a mask does before a softmax, do not count.
/// </summary>
internal static class Anomaly
{
    /// <summary>Checks an operation's output.</summary>
    public static void CheckOutput<T>(
        CatalogueEntry entry, int node, Tensor<T> y, ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = y.ToArray();
        var at = First(values);
        if (at < 0) return;
        var isPassedOn = entry.WritesInfinities;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } x) continue;
            var given = x.ToArray();
            var bad = First(given);
            if (bad < 0) continue;
            if (T.IsNaN(given[bad]) || x.Parameter is not null)
            {
                var what = x.Parameter is null ? $"input {i} {x.Shape}" : $"parameter {x.Parameter}";
                throw new AnomalyException($"{entry}: element {bad} of its {what} was {Name(given[bad])} when " +
                    "the step began. Check the data and the earlier updates.");
            }
            isPassedOn = true;
        }
        if (isPassedOn && !T.IsNaN(values[at])) return;
        throw new AnomalyException($"{entry}: the first {Name(values[at])} of the step is element {at} of its " +
            $"output {y.Shape}, in the forward pass (node {node}); {Ranges(inputs)}.");
    }

    /// <summary>Checks the gradients that an operation's backward has just written or added to.</summary>
    public static void CheckGradients<T>(
        CatalogueEntry entry, int node, Adjoints<T> adjoints, ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } x) continue;
            var gradient = adjoints.Arrived(x);
            var at = First(gradient);
            if (at < 0) continue;
            throw new AnomalyException($"{entry}: the first {Name(gradient[at])} of the step is element {at} of " +
                $"the gradient of its input {i} {x.Shape}, in the backward pass (node {node}); {Ranges(inputs)}.");
        }
    }

    /// <summary>The index of the first NaN; without NaN, of the first infinity; without both, -1.</summary>
    private static int First<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var infinity = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (T.IsFinite(values[i])) continue;
            if (T.IsNaN(values[i])) return i;
            if (infinity < 0) infinity = i;
        }
        return infinity;
    }

    private static string Name<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsNaN(value) ? "NaN" : T.IsNegative(value) ? "-infinity" : "infinity";

    /// <summary>The shape, the smallest and the largest number of each input.</summary>
    private static string Ranges<T>(ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var ranges = new List<string>();
        foreach (var x in inputs)
        {
            if (x is not { Count: > 0 }) continue;
            var values = x.ToArray();
            ranges.Add(string.Create(
                CultureInfo.InvariantCulture, $"{x.Shape} from {values.Min():G3} to {values.Max():G3}"));
        }
        return "its inputs are " + string.Join(", ", ranges);
    }
}
