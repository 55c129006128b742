using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry DropoutEntry = new(
        "Dropout",
        "y = x m / (1 - p), m = 0 with probability p, else 1;  dX = dY m / (1 - p)",
        random => UnaryCases(random, x => Dropout(x, 0.3))
            .Append(GradientCase.Of(Samples.Normal(random, [3, 5]), x => Dropout(x, 0.9))));

    /// <summary>
    /// Inverted dropout (Srivastava et al. 2014): in training, each element becomes 0 with probability p, and the
    /// others are divided by 1 - p, so that the expectation is unchanged. Outside of training it is the identity. Its
    /// twin is <see cref="DropoutTwin"/>.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="probability">p, in [0, 1).</param>
    /// <returns>The shape of x. Saves nothing: the mask is computed again from the tape's random stream.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Dropout<T>(Tensor<T> x, double probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(DropoutEntry, x);
        if (DropoutOf(tape, probability) is not { } dropout) return x;
        var y = tape.Allocate(x.Shape);
        dropout.Apply(x.Ordered(tape), y.Span);
        return tape.Record(DropoutEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            dropout.Apply(adjoints.Of(y), dX.Span, dX.Accumulate);
        });
    }

    /// <summary>Dropout with the tape's next random stream; null where nothing is dropped.</summary>
    private static DropoutKernel<T>? DropoutOf<T>(Tape<T> tape, double probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(probability >= 0 && probability < 1))
            throw new ArgumentOutOfRangeException(
                nameof(probability), probability, "Dropout: the probability must be in [0, 1).");
        if (tape.Mode != Mode.Training || probability == 0) return null;
        return new DropoutKernel<T>(probability, tape.NextStream());
    }
}
