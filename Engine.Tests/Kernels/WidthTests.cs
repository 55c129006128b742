using System.Numerics;
using System.Reflection;
using Engine.Kernels;
using Engine.Tests.Architecture;

namespace Engine.Tests.Kernels;

[Collection(Widths.Alone)]
public class WidthTests
{
    private const string Section = "## Which kernels have the same bits at every width";

    // Less than a vector, vectors without a rest, and a rest behind one, four and more vectors of each width.
    private static readonly int[] Lengths = [1, 3, 16, 37, 64, 70, 257];

    public static TheoryData<string> Kernels => new(KernelCases<float>.All.Keys);

    public static TheoryData<string> Functions => new(
        from type in typeof(IUnaryFunction<>).Assembly.GetTypes()
        where !type.IsNested && type.IsValueType && type.IsGenericTypeDefinition
        where type.GetGenericArguments().Length == 1 && Inputs(type) > 0
        select type.Name);

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_kernel_computes_at_every_width_what_it_computes_in_scalar_code(string kernel)
    {
        foreach (var n in Lengths)
        {
            Compare<float>(2e-5);
            Compare<double>(1e-13);

            void Compare<T>(double tolerance)
                where T : unmanaged, IBinaryFloatingPointIeee754<T>
            {
                var results = Widths.AtEach(() => KernelCases<T>.All[kernel](n).Select(double.CreateChecked).ToArray());
                Assert.DoesNotContain(results[0], double.IsNaN);
                foreach (var result in results) Close.To(results[0], result, tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void The_kernels_README_says_whether_the_widths_agree_to_the_bit(string kernel)
    {
        Assert.Equal(SameBits()[kernel], Agree<float>());
        Assert.Equal(SameBits()[kernel], Agree<double>());

        bool Agree<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            Lengths.All(n => Widths.AtEach(() => KernelCases<T>.All[kernel](n)) is var results
                && results.All(result => result.AsSpan().SequenceEqual(results[0])));
    }

    [Fact]
    public void Every_kernel_is_among_the_cases_and_in_the_README()
    {
        var kernels =
            from type in typeof(IKernel<>).Assembly.GetTypes()
            where type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IKernel<>))
            select Outermost(type).Name.Split('`')[0];
        Assert.Empty(kernels.Except(KernelCases<float>.All.Keys));
        Assert.Equal(KernelCases<float>.All.Keys.Order(), SameBits().Keys.Order());

        static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_function_has_the_same_bits_at_every_width(string name)
    {
        var function = typeof(IUnaryFunction<>).Assembly.GetType($"Engine.Kernels.{name}")!;
        Same<float>();
        Same<double>();

        void Same<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var type = function.MakeGenericType(typeof(T));
            var arguments = type.GetConstructors().SelectMany(c => c.GetParameters()).Select((_, i) =>
                (object)T.CreateChecked(0.7 - (0.4 * i)));
            var instance = Activator.CreateInstance(type, [.. arguments]);
            var map = typeof(WidthTests)
                .GetMethod($"Map{Inputs(function)}", BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(typeof(T), type);
            var results = Widths.AtEach(() => (T[])map.Invoke(null, [instance])!);
            foreach (var result in results) Assert.Equal(results[0], result);
        }
    }

    [WideVectorFact]
    public void The_widths_that_tests_compare_include_512_bits() => Assert.Contains(VectorWidth.Bits512, Widths.All);

    [Fact]
    public void A_width_is_chosen_until_the_choice_is_disposed()
    {
        Assert.Equal(KernelWidth.Widest, KernelWidth.Current);
        using (KernelWidth.Choose(VectorWidth.Scalar))
        {
            using (KernelWidth.Choose(VectorWidth.Bits128))
            {
                Assert.Equal(VectorWidth.Bits128, KernelWidth.Current);
                Assert.Equal(4, LanesOfAKernel());
            }
            Assert.Equal(2, LanesOfAKernel());
        }
        Assert.Equal(KernelWidth.Widest, KernelWidth.Current);

        static int LanesOfAKernel()
        {
            var count = 0;
            Widest<float>.Run(new CountLanes { Count = ref count });
            return count;
        }
    }

    private ref struct CountLanes : IKernel<float>
    {
        public ref int Count;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<float, V> => Count = L.Count;
    }

    /// <summary>How many numbers a function takes; 0 for anything else.</summary>
    private static int Inputs(Type type)
    {
        var interfaces = type.GetInterfaces().Where(i => i.IsGenericType).Select(i => i.GetGenericTypeDefinition());
        Type[] kinds = [typeof(IUnaryFunction<>), typeof(IBinaryFunction<>), typeof(ITernaryFunction<>)];
        return 1 + Array.FindIndex(kinds, interfaces.Contains);
    }

    private static T[] Map1<T, TFunction>(TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        var y = new T[998];
        Elementwise.Map(f, Spread<T>(1), y);
        return y;
    }

    private static T[] Map2<T, TFunction>(TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        var y = new T[998];
        Elementwise.Map(f, Spread<T>(1), Spread<T>(13), y);
        return y;
    }

    private static T[] Map3<T, TFunction>(TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, ITernaryFunction<T>
    {
        var y = new T[998];
        Elementwise.Map(f, Spread<T>(1), Spread<T>(13), Spread<T>(29), y);
        return y;
    }

    /// <summary>Numbers from -50 to 50 with zeros, infinities and NaN among them, in an order of their own.</summary>
    private static T[] Spread<T>(int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, 998).Select(i => (i * step % 499) switch
        {
            0 => T.NaN,
            1 => T.PositiveInfinity,
            2 => T.NegativeInfinity,
            3 => T.NegativeZero,
            var k => T.CreateChecked((k - 249) * 0.201),
        })];

    /// <summary>What the table of Engine/Kernels/README.md says of each kernel.</summary>
    private static Dictionary<string, bool> SameBits()
    {
        var readme = File.ReadAllText(Path.Combine(SourceFiles.Root, "Engine", "Kernels", "README.md"));
        var section = readme[readme.IndexOf(Section, StringComparison.Ordinal)..];
        return (
            from line in section.Split('\n')[1..].TakeWhile(line => !line.StartsWith('#'))
            where line.StartsWith("| `", StringComparison.Ordinal)
            let cells = line.Split('|')
            from name in cells[1].Split(',')
            select (Name: name.Trim(' ', '`'), Same: cells[2].Trim() == "the same"))
            .ToDictionary(kernel => kernel.Name, kernel => kernel.Same);
    }
}
