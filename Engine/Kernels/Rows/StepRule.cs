using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// An optimizer's update of one number, written once for every vector width. A rule is a struct and is passed by value,
/// so that the JIT compiles a loop for each rule and inlines the rule into it. A rule keeps up to two numbers (slots)
/// for each number of a parameter. The twins of the rules are in OptimizerTwins.
/// </summary>
internal interface IStepRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of slots: 0, 1 or 2.</summary>
    static abstract int Slots { get; }

    /// <summary>Gives the new θ for θ and its gradient, and updates the slots.</summary>
    V Apply<V, L>(V theta, V g, ref V first, ref V second)
        where V : unmanaged
        where L : ILanes<T, V>;
}

/// <summary>
/// Applies a rule to a chunk of numbers in one pass. The rule gets the gradient scale · g + λ θ, so that clipping and
/// L2 decay need no pass of their own.
/// </summary>
internal static class StepRule
{
    /// <summary>Updates the values and the slots; the span of a slot that the rule does not have is empty.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply<T, TRule>(
        TRule rule, Span<T> values, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second, double scale, double l2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IStepRule<T>
    {
        LaneTail.RequireEqual(gradients.Length, values.Length);
        if (TRule.Slots > 0) LaneTail.RequireEqual(first.Length, values.Length);
        if (TRule.Slots > 1) LaneTail.RequireEqual(second.Length, values.Length);
        Widest<T>.Run(new Pass<T, TRule>
        {
            Values = values, Gradients = gradients, First = first, Second = second,
            Scale = T.CreateChecked(scale), L2 = T.CreateChecked(l2), Rule = rule,
        });
    }

    private ref struct Pass<T, TRule> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IStepRule<T>
    {
        public Span<T> Values, First, Second;
        public ReadOnlySpan<T> Gradients;
        public T Scale, L2;
        public TRule Rule;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: Apply has checked the lengths; whole vectors end at "whole", at most the length
            ref var values = ref LaneTail.First<T>(Values);
            ref var gradients = ref LaneTail.First(Gradients);
            ref var firsts = ref LaneTail.First<T>(First);
            ref var seconds = ref LaneTail.First<T>(Second);
            var whole = Values.Length - (Values.Length % L.Count);
            for (var i = 0; i < whole; i += L.Count)
            {
                var theta = L.Load(in Unsafe.Add(ref values, i));
                var first = TRule.Slots > 0 ? L.Load(in Unsafe.Add(ref firsts, i)) : default;
                var second = TRule.Slots > 1 ? L.Load(in Unsafe.Add(ref seconds, i)) : default;
                theta = Rule.Apply<V, L>(
                    theta, Gradient<V, L>(theta, L.Load(in Unsafe.Add(ref gradients, i))), ref first, ref second);
                L.Store(theta, ref Unsafe.Add(ref values, i));
                if (TRule.Slots > 0) L.Store(first, ref Unsafe.Add(ref firsts, i));
                if (TRule.Slots > 1) L.Store(second, ref Unsafe.Add(ref seconds, i));
            }
            if (whole < Values.Length) Tail<V, L>(whole);
        }

        private readonly void Tail<V, L>(int start)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var theta = LaneTail.Load<T, V, L>(Values[start..]);
            var first = TRule.Slots > 0 ? LaneTail.Load<T, V, L>(First[start..]) : default;
            var second = TRule.Slots > 1 ? LaneTail.Load<T, V, L>(Second[start..]) : default;
            var g = Gradient<V, L>(theta, LaneTail.Load<T, V, L>(Gradients[start..]));
            theta = Rule.Apply<V, L>(theta, g, ref first, ref second);
            LaneTail.Store<T, V, L>(theta, Values[start..], false);
            if (TRule.Slots > 0) LaneTail.Store<T, V, L>(first, First[start..], false);
            if (TRule.Slots > 1) LaneTail.Store<T, V, L>(second, Second[start..], false);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly V Gradient<V, L>(V theta, V gradient)
            where V : unmanaged
            where L : ILanes<T, V> =>
            L.MultiplyAdd(theta, L.Broadcast(L2), L.Multiply(gradient, L.Broadcast(Scale)));
    }
}
