namespace Engine.Tests.Pages;

/// <summary>
/// The code that Engine/EMBEDDING.md, the package's page and the library's comments show compiles as a reader pastes
/// it, runs, and prints what it says.
/// </summary>
public class SnippetTests
{
    // What one meets first.
    private static readonly string[] Types =
    [
        "Tensor`1", "Shape", "Op", "Tape`1", "Mode", "Parameter`1", "GradientSet`1", "RandomStream", "ThreadTeam",
        "SequenceLayout", "Samples", "GradientCheck", "GradientCase", "Layers.Module`1", "Layers.Linear`1",
        "Layers.Sequential`1", "Layers.Embedding`1", "Layers.LayerNorm`1", "Layers.MultiHeadAttention`1",
        "Models.Transformer`1", "Models.ITokenGenerator`1", "Optimizers.Adam`1", "Optimizers.AdamW`1",
        "Optimizers.CosineSchedule", "Storage.SafeTensors", "Text.Vocabulary", "Text.WordTokenizer",
        "Text.BpeTokenizer", "Text.ParallelCorpus", "Decoding.BeamOptions", "Decoding.SamplingOptions",
        "Training.TrainingConfiguration", "Training.Trainer", "Training.TranslationModel",
        "Training.TranslationOptions", "Training.ClassificationModel",
    ];

    private static readonly IReadOnlyList<Snippet> All =
    [
        Snippet.ProgramOf("Engine/EMBEDDING.md"), Snippet.ProgramOf("Engine/PACKAGE.md"), .. Snippet.Examples(),
    ];

    private static readonly Lazy<SnippetAssembly> Compiled = new(() => new SnippetAssembly(All));

    public static TheoryData<string> Names => [.. All.Select(snippet => snippet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_snippet_compiles_and_prints_what_it_says(string name)
    {
        var index = All.ToList().FindIndex(snippet => snippet.Name == name);
        var printed = await Compiled.Value.Run(index);
        if (All[index].Printed is { Count: > 0 } expected) Assert.Equal(expected, printed);
    }

    [Fact]
    public void The_types_that_one_meets_first_have_an_example()
    {
        var examples = All.Select(snippet => snippet.Name).ToHashSet();
        Assert.Superset(Types.Select(type => $"T:Engine.{type}").ToHashSet(), examples);
    }

    [Fact]
    public void Code_that_does_not_compile_is_named_with_its_line()
    {
        var failure = Assert.Throws<InvalidOperationException>(
            () => new SnippetAssembly([new Snippet("page", "using Engine;\n\nvar x = Op.Missing(1);\n")]));
        Assert.StartsWith("page:3: CS0117 ", failure.Message);
    }
}
