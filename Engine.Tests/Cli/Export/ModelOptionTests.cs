using Engine.Cli;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Graphs know every option that makes a model: none is left out silently.</summary>
public sealed class ModelOptionTests
{
    private static readonly TrainingConfiguration Small = new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, NormGroups = 2, SourceTokenizer = "char", TargetTokenizer = "char",
    };

    // Options of text, and sizes; Engine.Tests/Interop/Onnx compares the numbers of every choice.
    private static readonly string[] OfText =
        ["task", "sourceTokenizer", "targetTokenizer", "vocabSize", "bpeMerges", "punctuation", "lowercase", "nfkc"];

    private static readonly string[] OfNetwork =
    [
        "architecture", "dModel", "dFf", "heads", "layers", "kernel", "pooling", "normFirst", "normalization",
        "normGroups", "activation", "positions", "maxLength", "sharing",
    ];

    public static TheoryData<string, string, string> Choices
    {
        get
        {
            var choices = new TheoryData<string, string, string>();
            foreach (var key in OfNetwork)
            {
                foreach (var choice in OptionTable.OfKey(key)!.Choices.Where(choice => choice != "conv"))
                {
                    choices.Add(key, choice, "translate");
                    choices.Add(key, choice, "classify");
                }
            }
            return choices;
        }
    }

    [Fact]
    public void An_option_that_makes_a_model_is_one_that_export_knows() => Assert.Equal(
        OfText.Concat(OfNetwork).Order(),
        OptionTable.All.Where(option => option.IsOfModel).Select(option => option.Key).Order());

    [Theory]
    [MemberData(nameof(Choices))]
    public void Every_choice_has_graphs_that_read_all_weights(string key, string choice, string task)
    {
        var configuration = OptionTable.OfKey(key)!.With(Small, choice);
        var pairs = ParallelCorpus.Of([("ab", "ba"), ("ba", "ab")]);
        TextModel model = task == "classify"
            ? ClassificationModel.Create(configuration, pairs)
            : TranslationModel.Create(configuration, pairs);
        var graphs = OnnxExport.GraphsOf(model); // throws if no graph reads some weight
        Assert.Equal(
            task == "classify" ? ["classifier"] : ["encoder", "decoder"], graphs.Select(graph => graph.Name));
    }
}
