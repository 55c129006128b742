namespace Engine;

/// <summary>
/// Rotary positions (RoPE, Su et al. 2021), pair by pair: the reference implementation of <see cref="Op.Rotary"/>.
/// </summary>
/// <param name="layout">Which rows form which sequence: a row's position is its place in it.</param>
/// <param name="dK">The features of a head.</param>
/// <param name="width">The columns of a row.</param>
/// <param name="columns">How many of these columns turn, from the first on; the others stay.</param>
/// <param name="theta">The base of the angles.</param>
/// <param name="first">The position of each sequence's first row.</param>
internal sealed class RotaryTwin(
    SequenceLayout layout, int dK, int width, int columns, double theta = 10000, int first = 0)
{
    // Features 2i and 2i + 1 of a head of dK features are a point of the plane. At position pos it turns by the angle
    // a = pos theta^(-2i / dK):
    //
    //   y_2i   = x_2i cos a - x_2i+1 sin a
    //   y_2i+1 = x_2i sin a + x_2i+1 cos a            (y_2i, y_2i+1) = R (x_2i, x_2i+1)
    //
    // The map is linear, so dX = R^T dY, and the transpose of a rotation is the rotation by -a:
    //
    //   dX_2i   =  dY_2i cos a + dY_2i+1 sin a
    //   dX_2i+1 = -dY_2i sin a + dY_2i+1 cos a

    /// <summary>y = R x, [rows, width].</summary>
    public double[] Forward(double[] x) => Turn(x, 1);

    /// <summary>dX = Rᵀ dY, [rows, width].</summary>
    public double[] Backward(double[] dY) => Turn(dY, -1);

    private double[] Turn(double[] x, int sign)
    {
        var y = x.ToArray();
        for (var s = 0; s < layout.Sequences; s++)
        {
            for (var i = 0; i < layout.Extent(s); i++)
            {
                for (var column = 0; column < columns; column += 2)
                {
                    var angle = sign * (first + i) * Math.Pow(theta, -(double)(column % dK) / dK);
                    var at = ((layout.Start(s) + i) * width) + column;
                    y[at] = (x[at] * Math.Cos(angle)) - (x[at + 1] * Math.Sin(angle));
                    y[at + 1] = (x[at] * Math.Sin(angle)) + (x[at + 1] * Math.Cos(angle));
                }
            }
        }
        return y;
    }
}
