using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The common part of <see cref="Op.Rnn"/>, <see cref="Op.Gru"/> and <see cref="Op.Lstm"/>: the loop over the steps,
/// forward and backward (backpropagation through time, Werbos 1990). A step is one product for all sequences that have
/// not ended; the weight's gradient is one product for all steps.
/// </summary>
internal static class Recurrence<T, TCell>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TCell : IRecurrentCell<T>
{
    public static Tensor<T> Run(
        CatalogueEntry entry, Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout,
        Tensor<T>? initial, bool reverse)
    {
        var width = CheckShapes(entry, projected, weight, bias, layout, initial);
        var (gates, states) = (TCell.Gates * width, TCell.States * width);
        var tape = Tape<T>.Of(entry, projected, weight, bias, initial);
        var plan = new RecurrencePlan(layout, reverse);
        var used = new WeightRows<T>(weight, 0, gates);
        var all = tape.Allocate([layout.Sequences + plan.Rows.Length, states]); // [states before and after, states]
        var saved = tape.Allocate([Math.Max(plan.Rows.Length * TCell.Saved * width, 1)]);
        var y = tape.Allocate([layout.Rows, states]); // [rows, states]
        if (plan.Rows.Length < layout.Rows) y.Span.Clear();
        GatherInitial(plan, initial is null ? [] : initial.Ordered(tape), all.Span, states);

        var scratch = tape.Borrow((long)layout.Sequences * gates);
        for (var t = 0; t < plan.Steps; t++)
        {
            var alive = plan.Alive(t);
            var rows = plan.Rows.AsSpan(plan.Start(t), alive);
            var hidden = scratch.Span[..(alive * gates)]; // [alive, gates]
            var before = all.Span.Slice(plan.Before(t) * states, alive * states);
            var after = all.Span.Slice(plan.After(t) * states, alive * states);
            used.Apply(
                tape, new MatrixView<T>(before, alive, width, states), hidden, new Epilogue<T>(bias.Ordered(tape)));
            RecurrentCell<T, TCell>.Forward(
                rows, projected.Ordered(tape), hidden, before, PartOf(saved.Span, plan, t, TCell.Saved * width), after,
                width);
            for (var i = 0; i < alive; i++) after.Slice(i * states, states).CopyTo(y.Span[(rows[i] * states)..]);
        }
        tape.Release(scratch);
        return tape.Record(entry, y, [projected, weight, bias, initial], adjoints =>
            Backward(adjoints, plan, used, y, all.Span, saved.Span, tape, projected, weight, bias, initial));
    }

    private static void Backward(
        Adjoints<T> adjoints, RecurrencePlan plan, WeightRows<T> used, Tensor<T> y, Span<T> all, Span<T> saved,
        Tape<T> tape, Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, Tensor<T>? initial)
    {
        var (width, total) = (weight.Shape[1], plan.Rows.Length);
        var (gates, states) = (TCell.Gates * width, TCell.States * width);
        var dY = adjoints.Of(y);
        var hiddenBuffer = adjoints.Borrow((long)total * gates);
        var projectedBuffer = TCell.AddsProducts ? hiddenBuffer : adjoints.Borrow((long)total * gates);
        var stateBuffer = adjoints.Borrow((long)plan.Order.Length * states);
        var dHidden = hiddenBuffer.Span[..(total * gates)];
        var dProjected = projectedBuffer.Span[..(total * gates)];
        // A sequence enters the backward pass at its last step, without a gradient from later steps.
        var dStates = stateBuffer.Span[..(plan.Order.Length * states)];
        dStates.Clear();
        for (var t = plan.Steps - 1; t >= 0; t--)
        {
            var alive = plan.Alive(t);
            for (var i = 0; i < alive; i++)
                new GradientTarget<T>(dStates.Slice(i * states, states), true)
                    .Add(dY.Slice(plan.Rows[plan.Start(t) + i] * states, states));
            var dStep = PartOf(dHidden, plan, t, gates);
            RecurrentCell<T, TCell>.Backward(
                alive, PartOf(saved, plan, t, TCell.Saved * width), all.Slice(plan.Before(t) * states, alive * states),
                all.Slice(plan.After(t) * states, alive * states), dStates, PartOf(dProjected, plan, t, gates), dStep,
                width);
            used.ApplyBackward(
                tape, new MatrixView<T>(dStep, alive, gates), new GradientTarget<T>(dStates, true), states);
        }

        if (adjoints.Wants(projected)) Scatter(plan.Rows, dProjected, adjoints.Into(projected), gates);
        if (adjoints.Wants(initial)) Scatter(plan.Order, dStates, adjoints.Into(initial!), states);
        if (adjoints.Wants(bias)) ColumnSums.Add(dHidden, adjoints.Into(bias).Zeroed());
        if (adjoints.Wants(weight))
        {
            var beforeBuffer = adjoints.Borrow((long)total * width);
            var before = beforeBuffer.Span[..(total * width)]; // [steps' rows, width]
            GatherBefore(plan, all, before, width);
            used.AddGradient(
                new MatrixView<T>(dHidden, total, gates), new MatrixView<T>(before, total, width),
                adjoints.Into(weight));
            adjoints.Release(beforeBuffer);
        }
        adjoints.Release(stateBuffer);
        if (!TCell.AddsProducts) adjoints.Release(projectedBuffer);
        adjoints.Release(hiddenBuffer);
    }

    private static Span<T> PartOf(Span<T> all, RecurrencePlan plan, int t, int columns) =>
        all.Slice(plan.Start(t) * columns, plan.Alive(t) * columns);

    private static void GatherInitial(RecurrencePlan plan, ReadOnlySpan<T> initial, Span<T> all, int states)
    {
        if (initial.IsEmpty) all[..(plan.Order.Length * states)].Clear();
        else
        {
            for (var i = 0; i < plan.Order.Length; i++)
                initial.Slice(plan.Order[i] * states, states).CopyTo(all[(i * states)..]);
        }
    }

    /// <summary>The hidden states before each step, one below the other, for one product with gradients.</summary>
    private static void GatherBefore(RecurrencePlan plan, ReadOnlySpan<T> all, Span<T> before, int width)
    {
        var states = TCell.States * width;
        for (var t = 0; t < plan.Steps; t++)
            for (var i = 0; i < plan.Alive(t); i++)
                all.Slice((plan.Before(t) + i) * states, width).CopyTo(before[((plan.Start(t) + i) * width)..]);
    }

    /// <summary>Writes or adds each row to its place; padding rows get a zero gradient.</summary>
    private static void Scatter(int[] places, ReadOnlySpan<T> rows, GradientTarget<T> target, int columns)
    {
        if (places.Length * columns < target.Span.Length) target = new GradientTarget<T>(target.Zeroed(), true);
        for (var i = 0; i < places.Length; i++)
            new GradientTarget<T>(target.Span.Slice(places[i] * columns, columns), target.Accumulate)
                .Add(rows.Slice(i * columns, columns));
    }

    private static int CheckShapes(
        CatalogueEntry entry, Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout,
        Tensor<T>? initial)
    {
        var width = weight.Shape.Rank == 2 ? weight.Shape[1] : 0;
        var (gates, states) = (TCell.Gates * width, TCell.States * width);
        if (width == 0 || weight.Shape[0] != gates || bias.Shape != [gates])
            throw new ShapeException($"{entry}: the hidden weight must be [{TCell.Gates} h, h] and its bias " +
                $"[{TCell.Gates} h], not {weight.Shape} and {bias.Shape}.");
        if (projected.Shape != [layout.Rows, gates])
            throw new ShapeException($"{entry}: projected is {projected.Shape}; the layout's {layout.Rows} rows and " +
                $"the hidden weight {weight.Shape} ask for [{layout.Rows}, {gates}]. Project x with Linear first?");
        if (initial is not null && initial.Shape != [layout.Sequences, states])
            throw new ShapeException($"{entry}: the initial state is {initial.Shape}; {layout.Sequences} sequences " +
                $"and the hidden weight {weight.Shape} ask for [{layout.Sequences}, {states}].");
        return width;
    }
}
