namespace Engine;

/// <summary>
/// Names the wrong elements of a large tensor after the derivative along a direction was wrong. The tensor is halved,
/// and each half compared along its part of the direction. The halves with the largest error come first, until
/// <see cref="MostNamed"/> wrong elements are named or <see cref="MostDerivatives"/> derivatives compared.
/// </summary>
internal sealed class ElementSearch(FiniteDifferences differences, double[] direction)
{
    /// <summary>The most wrong elements that are named, and the most elements on a kink.</summary>
    public const int MostNamed = 8;

    /// <summary>The most derivatives that one search compares.</summary>
    public const int MostDerivatives = 200;

    private readonly PriorityQueue<Part, double> suspects = new();
    private int spent;

    /// <summary>
    /// Adds the wrong elements to <paramref name="found"/>, and gives the number of elements that were examined: by
    /// themselves, or within a part whose derivative was right.
    /// </summary>
    public int Find(List<ComparedDerivative> found)
    {
        var (examined, wrong, kinks) = (0, 0, 0);
        // An element that is no number is wrong without a comparison. The direction leaves it out, so that it does not
        // hide its neighbours.
        for (var i = 0; i < direction.Length; i++)
        {
            if (double.IsFinite(differences.Gradient[i])) continue;
            examined++;
            direction[i] = 0;
            if (wrong >= MostNamed) continue;
            found.Add(AtElement(i));
            wrong++;
        }
        var whole = new Part(0, direction.Length);
        if (examined > 0 && Along(whole).IsRight) return direction.Length;

        Suspect(whole, double.PositiveInfinity);
        while (wrong < MostNamed && spent < MostDerivatives && suspects.TryDequeue(out var part, out _))
        {
            if (part.Count > 1)
            {
                examined += Halve(part);
                continue;
            }
            if (direction[part.Start] == 0) continue;
            examined++;
            var element = AtElement(part.Start);
            if (element.Verdict == GradientVerdict.Wrong) wrong++;
            else if (element.IsRight || ++kinks > MostNamed) continue;
            found.Add(element);
        }
        return examined;
    }

    /// <summary>The number of elements in a half that is right.</summary>
    private int Halve(Part part)
    {
        var half = part.Count / 2;
        var (left, right) = (new Part(part.Start, half), new Part(part.Start + half, part.Count - half));
        var first = Along(left);
        if (first.IsRight)
        {
            // What is wrong lies in the other half, which needs no comparison before it is halved.
            Suspect(right, double.PositiveInfinity);
            return ElementsIn(left);
        }
        Suspect(left, first.RelativeError);
        var second = Along(right);
        if (second.IsRight) return ElementsIn(right);
        Suspect(right, second.RelativeError);
        return 0;
    }

    private int ElementsIn(Part part) => part.Count - direction.AsSpan(part.Start, part.Count).Count(0);

    private void Suspect(Part part, double error) =>
        suspects.Enqueue(part, double.IsNaN(error) ? double.NegativeInfinity : -error);

    private ComparedDerivative AtElement(int element)
    {
        spent++;
        return differences.AtElement(element);
    }

    private ComparedDerivative Along(Part part)
    {
        spent++;
        var within = new double[direction.Length];
        direction.AsSpan(part.Start, part.Count).CopyTo(within.AsSpan(part.Start));
        var norm = Math.Sqrt(within.Sum(d => d * d));
        for (var i = 0; norm > 0 && i < within.Length; i++) within[i] /= norm;
        return differences.Along(within);
    }

    private readonly record struct Part(int Start, int Count);
}
