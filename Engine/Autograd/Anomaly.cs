using System.Globalization;
using System.Numerics;

namespace Engine;

/// <summary>
/// Looks for the first NaN or infinity of a step. An operation is to blame where its inputs have none of the kind: an
/// infinity may be handed on (a mask's, up to the softmax), and one that an operation is there to write is none.
/// </summary>
internal static class Anomaly
{
    /// <summary>Checks what an operation computed.</summary>
    public static void CheckOutput<T>(
        CatalogueEntry operation, int node, Tensor<T> y, ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = y.ToArray();
        var at = First(values);
        if (at < 0) return;
        var isHandedOn = operation.WritesInfinities;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } x) continue;
            var given = x.ToArray();
            var bad = First(given);
            if (bad < 0) continue;
            if (T.IsNaN(given[bad]) || x.Parameter is not null)
            {
                var what = x.Parameter is null ? $"input {i} {x.Shape}" : $"parameter {x.Parameter}";
                throw new AnomalyException($"{operation}: element {bad} of its {what} is {Name(given[bad])} already; " +
                    "it came into the step so. Check the data, and the updates before.");
            }
            isHandedOn = true;
        }
        if (isHandedOn && !T.IsNaN(values[at])) return;
        throw new AnomalyException($"{operation}: the first {Name(values[at])} of the step is element {at} of its " +
            $"output {y.Shape}, on the way forward (node {node}); {Given(inputs)}.");
    }

    /// <summary>Checks the gradients of its inputs that an operation's backward has just added to.</summary>
    public static void CheckGradients<T>(
        CatalogueEntry operation, int node, Adjoints<T> adjoints, ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i] is not { } x) continue;
            var gradient = adjoints.Arrived(x);
            var at = First(gradient);
            if (at < 0) continue;
            throw new AnomalyException($"{operation}: the first {Name(gradient[at])} of the step is element {at} of " +
                $"the gradient of its input {i} {x.Shape}, in the backward pass (node {node}); {Given(inputs)}.");
        }
    }

    /// <summary>The first NaN; if there is none, the first infinity; if there is none, -1.</summary>
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

    private static string Given<T>(ReadOnlySpan<Tensor<T>?> inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var given = new List<string>();
        foreach (var x in inputs)
        {
            if (x is not { Count: > 0 }) continue;
            var values = x.ToArray();
            given.Add(string.Create(
                CultureInfo.InvariantCulture, $"{x.Shape} from {values.Min():G3} to {values.Max():G3}"));
        }
        return "it was given " + string.Join(", ", given);
    }
}
