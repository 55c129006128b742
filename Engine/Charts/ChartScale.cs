using System.Globalization;

namespace Engine.Charts;

/// <summary>An axis of values: where a value stands on it, and its ticks.</summary>
internal sealed class ChartScale
{
    private readonly double least, greatest; // logarithms, if the axis is logarithmic
    private readonly bool isLogarithmic;

    private ChartScale(
        double least, double greatest, bool isLogarithmic, IReadOnlyList<(double Value, string Label)> ticks)
    {
        (this.least, this.greatest, this.isLogarithmic) = (least, greatest, isLogarithmic);
        Ticks = ticks;
    }

    /// <summary>The ticks with their labels, in ascending order.</summary>
    public IReadOnlyList<(double Value, string Label)> Ticks { get; }

    /// <summary>The scale of some values, of which it takes no notice where it cannot show them.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">About how many ticks.</param>
    /// <param name="isLogarithmic">Whether equal steps are equal factors.</param>
    /// <param name="isTight">Whether the axis ends at the values, rather than at ticks beyond them.</param>
    public static ChartScale Of(IEnumerable<double> values, int count, bool isLogarithmic, bool isTight = false)
    {
        var shown = values.Where(value => double.IsFinite(value) && (!isLogarithmic || value > 0)).ToArray();
        if (shown.Length == 0) shown = [1, 10];
        var (least, greatest) = (shown.Min(), shown.Max());
        return isLogarithmic ? Logarithmic(least, greatest, count, isTight) : Linear(least, greatest, count, isTight);
    }

    /// <summary>Whether an axis can show a value.</summary>
    public bool Shows(double value) => double.IsFinite(value) && (!isLogarithmic || value > 0);

    /// <summary>Where a value stands: 0 at the beginning of the axis, 1 at its end.</summary>
    public double At(double value) => ((isLogarithmic ? Math.Log10(value) : value) - least) / (greatest - least);

    /// <summary>About <paramref name="count"/> round numbers that enclose the least and the greatest value.</summary>
    public static double[] Round(double least, double greatest, int count)
    {
        var range = greatest > least ? greatest - least : Math.Max(Math.Abs(greatest), 1e-12);
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / count)));
        var step = power * ((double[])[1, 2, 5, 10]).First(factor => factor * power * count >= range * 0.999999);
        var (first, last) = (Math.Floor(least / step + 1e-9), Math.Ceiling(greatest / step - 1e-9));
        if (last <= first) last = first + 1;
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }

    /// <summary>A tick's label, with enough digits to differ from the label of the next tick.</summary>
    /// <param name="value">The value of the tick.</param>
    /// <param name="step">The distance to the next tick.</param>
    public static string Number(double value, double step)
    {
        if (value != 0 && Math.Abs(value) is < 0.001 or >= 1e7)
            return value.ToString("0.####e-0", CultureInfo.InvariantCulture);
        var digits = Math.Clamp(1 - (int)Math.Floor(Math.Log10(step)), 0, 12);
        return value.ToString("#,0." + new string('#', digits), CultureInfo.InvariantCulture);
    }

    private static ChartScale Linear(double least, double greatest, int count, bool isTight)
    {
        // A value alone stands in the middle of its axis. What differs by rounding counts as one value.
        if (greatest - least <= 1e-12 * Math.Max(Math.Abs(least), Math.Abs(greatest)))
        {
            var around = greatest == 0 ? 1 : Math.Abs(greatest) / 2;
            (least, greatest) = (least - around, greatest + around);
        }
        // The difference of numbers near the greatest of all is infinite.
        if (!double.IsFinite(greatest - least))
            (least, greatest) = (Math.Max(least, -4e307), Math.Min(greatest, 4e307));
        var ticks = Round(least, greatest, count);
        var step = ticks[1] - ticks[0];
        var labelled = ticks.Select(tick => (tick, Number(Math.Abs(tick) < step / 1e6 ? 0 : tick, step)));
        return isTight
            ? new(least, greatest, false, [.. labelled.Where(tick => tick.tick >= least && tick.tick <= greatest)])
            : new(ticks[0], ticks[^1], false, [.. labelled]);
    }

    private static ChartScale Logarithmic(double least, double greatest, int count, bool isTight)
    {
        const int FewDecades = 3;
        const double NearFactor = 5;
        if (greatest / least < 1.000001) (least, greatest) = (least / 2, greatest * 2);
        if (greatest / least < NearFactor) return Near(least, greatest, count, isTight);
        var (low, high) = ((int)Math.Floor(Math.Log10(least) + 1e-9), (int)Math.Ceiling(Math.Log10(greatest) - 1e-9));
        double[] ticks;
        if (high - low <= FewDecades)
        {
            double[] all =
            [
                .. Enumerable.Range(low, high - low + 1)
                    .SelectMany(power => ((double[])[1, 2, 5]).Select(factor => factor * Math.Pow(10, power))),
            ];
            var first = Array.FindLastIndex(all, tick => tick <= least * 1.000001);
            var last = Array.FindIndex(all, tick => tick >= greatest * 0.999999);
            ticks = all[first..(last + 1)];
        }
        else
        {
            var step = (high - low + count - 1) / count;
            var steps = (high - low + step - 1) / step;
            ticks = [.. Enumerable.Range(0, steps + 1).Select(i => Math.Pow(10, low + (i * step)))];
        }
        var inside = ticks.Where(tick => !isTight || (tick >= least * 0.999999 && tick <= greatest * 1.000001));
        return new(
            Math.Log10(isTight ? least : ticks[0]), Math.Log10(isTight ? greatest : ticks[^1]), true,
            [.. inside.Select(tick => (tick, Power(tick)))]);
    }

    /// <summary>A logarithmic axis of values that are near each other: it has the ticks of a linear axis.</summary>
    private static ChartScale Near(double least, double greatest, int count, bool isTight)
    {
        var all = Round(least, greatest, count);
        var ticks = all.Where(tick => tick > 0 && (!isTight || (tick >= least && tick <= greatest))).ToArray();
        return new(
            Math.Log10(isTight ? least : Math.Min(least, ticks[0])),
            Math.Log10(isTight ? greatest : ticks[^1]), true,
            [.. ticks.Select(tick => (tick, Number(tick, all[1] - all[0])))]);
    }

    /// <summary>The label of a tick of a logarithmic axis: 0.01, 500, or 10⁻⁹.</summary>
    private static string Power(double value)
    {
        if (value is >= 0.000999 and < 1.5e4) return value.ToString("#,0.####", CultureInfo.InvariantCulture);
        var power = (int)Math.Floor(Math.Log10(value) + 1e-9);
        var factor = Math.Round(value / Math.Pow(10, power));
        var digits = string.Concat(power.ToString(CultureInfo.InvariantCulture).Select(
            letter => letter == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter - '0']));
        return factor == 1 ? $"10{digits}" : FormattableString.Invariant($"{factor}·10{digits}");
    }
}
