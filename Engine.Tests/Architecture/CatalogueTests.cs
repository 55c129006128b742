using System.Reflection;
using Engine.Lab;
using Engine.Layers;
using Engine.Verification;

namespace Engine.Tests.Architecture;

/// <summary>The catalogue has every operation, layer and model, so that the sweep checks all their gradients.</summary>
public class CatalogueTests
{
    /// <summary>Operations without a catalogue entry, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        [nameof(Op.Transpose)] = "is a Permute, and checked among its cases",
        [nameof(Op.ScaledDotProductAttention)] =
            "is composed of operations, and compared with AttentionTwin, gradients included",
        [nameof(Op.RelativeDotProductAttention)] =
            "is composed of operations, and compared with RelativeAttentionTwin, gradients included",
    };

    /// <summary>Modules without a catalogue entry, and why.</summary>
    private static readonly Dictionary<string, string> ModuleExceptions = new()
    {
        ["Tanh"] = "calls Op.Tanh and has no parameters",
        ["Relu"] = "calls Op.Relu and has no parameters",
        ["LeakyRelu"] = "calls Op.LeakyRelu and has no parameters",
        ["Elu"] = "calls Op.Elu and has no parameters",
        ["Softplus"] = "calls Op.Softplus and has no parameters",
        ["Gelu"] = "calls Op.Gelu and has no parameters",
        ["GeluTanh"] = "calls Op.GeluTanh and has no parameters",
        ["Silu"] = "calls Op.Silu and has no parameters",
        ["Sigmoid"] = "calls Op.Sigmoid and has no parameters",
        ["Softmax"] = "calls Op.Softmax and has no parameters",
        ["Glu"] = "calls Op.Glu and has no parameters",
        ["Sequential"] = "calls its layers and has no parameters of its own",
        ["Residual"] = "is part of both stacks' layers and checked with them, in both orders",
        ["ConvolutionalEncoder"] = "is part of the convolutional translator and classifier, and checked with them",
        ["Stack"] = "is part of the Transformer and checked with it",
    };

    [Fact]
    public void Every_operation_is_in_the_catalogue()
    {
        var names = Catalogue.All.Select(entry => entry.Name).ToHashSet();
        var operations = typeof(Op).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(method => method.Name).Distinct().ToArray();
        Assert.True(operations.Length > 25);
        Assert.Empty(operations.Except(names).Except(Exceptions.Keys));
        Assert.Empty(Exceptions.Keys.Except(operations));
        Assert.Empty(Exceptions.Keys.Intersect(names));
    }

    [Fact]
    public void Every_layer_and_model_is_in_the_catalogue()
    {
        // The networks of the book's experiments are composed of layers of the catalogue, for one page each.
        var modules = typeof(Module<>).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && IsModule(type) && type.Namespace != typeof(LabEntry).Namespace)
            .ToArray();
        var names = modules.Select(NameOf).ToArray();
        Assert.True(names.Length > 10);
        foreach (var module in modules)
        {
            var name = NameOf(module);
            var entries = Catalogue.All.Count(entry => entry.Name == $"layer {name}" || entry.Name == $"model {name}");
            Assert.True(entries == (ModuleExceptions.ContainsKey(name) ? 0 : 1),
                $"{name} has {entries} entries in the catalogue");
        }
        Assert.Empty(ModuleExceptions.Keys.Except(names));
    }

    [Fact]
    public void Every_entry_that_is_declared_is_in_the_catalogue_once()
    {
        var declared = typeof(Op).GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Where(field => field.FieldType == typeof(CatalogueEntry))
            .Select(field => (CatalogueEntry)field.GetValue(null)!);
        Assert.Empty(declared.Except(Catalogue.All));
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(entry => entry.Name).Distinct().Count());
    }

    [Fact]
    public void Every_entry_has_cases_a_formula_and_a_source_file_that_exists()
    {
        foreach (var entry in Catalogue.All)
        {
            Assert.NotEmpty(entry.Samples(new RandomStream(1)));
            Assert.Contains("=", entry.Formula);
            Assert.True(File.Exists(Path.Combine(SourceFiles.Root, "Engine", entry.Source)), entry.Source);
        }
    }

    [Fact]
    public void Every_operation_lies_in_a_file_of_its_own()
    {
        foreach (var entry in Catalogue.All.Where(entry => !entry.Name.Contains(' ')))
        {
            Assert.StartsWith("Operations/", entry.Source, StringComparison.Ordinal);
            Assert.Equal(entry.Name + ".cs", Path.GetFileName(entry.Source));
        }
    }

    private static bool IsModule(Type type)
    {
        for (var super = type.BaseType; super is not null; super = super.BaseType)
        {
            if (super.IsGenericType && super.GetGenericTypeDefinition() == typeof(Module<>)) return true;
        }
        return false;
    }

    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
