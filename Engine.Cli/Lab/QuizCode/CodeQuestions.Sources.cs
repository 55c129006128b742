using Engine.Inspection;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;
using Engine.Verification;

namespace Engine.Cli;

// Where something is, and what the code says word for word.
internal static partial class CodeQuestions
{
    private const string LinearFile = "Engine/Layers/Linear.cs";

    private static IEnumerable<CodeQuestion> Files =>
    [
        new("file-of-operation", CodeQuestionKind.FindFile, new(
            "LayerNorm 运算的前向和反向写在哪个文件？",
            "In which file are the forward and the backward of the operation LayerNorm?"),
            File, _ => CodeAnswer.File(new($"Engine/{Entry("LayerNorm").Source}", "LayerNormEntry = new("))),
        new("file-of-layer", CodeQuestionKind.FindFile, new(
            "多头注意力这一层（投影、拆头、输出投影）在哪个文件？", "In which file is the layer of multi-head attention?"),
            File, _ =>
            {
                var entry = Entry("layer MultiHeadAttention");
                return CodeAnswer.File(new($"Engine/{entry.Source}", $"\"{entry.Name}\""));
            }),
        new("file-of-loss", CodeQuestionKind.FindFile, new(
            "训练一步里，是哪个文件调用了损失 ProjectionCrossEntropy？",
            "In a training step, which file calls the loss, ProjectionCrossEntropy?"),
            File, _ =>
            {
                // The tape sees it: a step of a tiny model.
                const string Loss = "ProjectionCrossEntropy";
                var configuration = new TrainingConfiguration { DModel = 4, Heads = 1, DFf = 4, Layers = 1 };
                var model = TranslationModel.Create(configuration, ParallelCorpus.Of([("a b", "c d")]));
                var caller = StepRecorder.Record(model, "a b", "c d").Nodes
                    .First(node => node.Operation == Loss).Caller;
                return caller is null ? null : CodeAnswer.File(new(caller.Split(':')[0], $"Op.{Loss}("));
            }),
        new("file-of-exhibit", CodeQuestionKind.FindFile, new(
            "博物馆里“causal mask 差了一位”的展品在哪个文件？",
            "In which file is the museum's exhibit of a causal mask that is off by one?"),
            File, tree =>
            {
                const string Exhibit = "\"A causal mask is off by one\"";
                return tree?.FileWith("Engine.Tests/Museum", Exhibit) is { } file
                    ? CodeAnswer.File(new(file, Exhibit)) : null;
            }),
        new("file-of-beam", CodeQuestionKind.FindFile, new(
            "束搜索的主循环在哪个文件？", "In which file is the loop of beam search?"),
            File, tree =>
            {
                const string Class = "public static class Beam";
                return tree?.FileWith("Engine/Decoding", Class) is { } file ? CodeAnswer.File(new(file, Class)) : null;
            }),
    ];

    private static IEnumerable<CodeQuestion> Quotes =>
    [
        new("quote-tanh", CodeQuestionKind.Quote, new(
            "目录里 Tanh 的导数怎么写？（dX = 之后的部分）", "How does the catalogue write the derivative of Tanh? (what follows dX =)"),
            Code, _ =>
            {
                const string Sign = "dX = ";
                var formula = Entry("Tanh").Formula;
                var derivative = formula[(formula.IndexOf(Sign, StringComparison.Ordinal) + Sign.Length)..];
                return CodeAnswer.Word(
                    derivative, new($"Engine/{Entry("Tanh").Source}", formula), Sign + derivative);
            }),
        new("quote-theta", CodeQuestionKind.Quote, new(
            "旋转位置编码的底数 theta 默认是多少？", "What is the default base, theta, of rotary positions?"),
            Number, _ =>
            {
                var theta = Default(typeof(RotaryAngles<float>), "theta");
                return CodeAnswer.Number(theta, new(
                    "Engine/Operations/Attention/RotaryAngles.cs", FormattableString.Invariant($"theta = {theta}")));
            }),
        new("quote-decay", CodeQuestionKind.Quote, new(
            "AdamW 类的 weightDecay 默认是多少？", "What is the default weightDecay of the class AdamW?"),
            Number, _ =>
            {
                var decay = Default(typeof(AdamW<float>), "weightDecay");
                return CodeAnswer.Number(decay, new(
                    "Engine/Optimizers/AdamW.cs", FormattableString.Invariant($"weightDecay = {decay}")));
            }),
        new("quote-linear", CodeQuestionKind.Quote, new(
            $"引用 {LinearFile} 里计算输出的那一行。", $"Quote the line of {LinearFile} that computes the output."),
            Code, tree =>
            {
                const string Call = "Op.Linear(";
                var line = tree?.Lines(LinearFile).First(one => one.Contains(Call, StringComparison.Ordinal));
                return line is null ? null : CodeAnswer.Word(
                    line, new(LinearFile, line), line[line.IndexOf(Call, StringComparison.Ordinal)..]);
            }),
        new("quote-smoothing", CodeQuestionKind.Quote, new(
            "train 的 --label-smoothing 默认是多少？", "What is the default of train's --label-smoothing?"),
            Number, _ =>
            {
                var smoothing = new TrainingConfiguration().LabelSmoothing;
                return CodeAnswer.Number(smoothing, new(
                    "Engine/Training/Configuration/TrainingConfiguration.Optimization.cs",
                    FormattableString.Invariant($"LabelSmoothing {{ get; init; }} = {smoothing};")));
            }),
    ];

    private static CatalogueEntry Entry(string name) => Catalogue.All.Single(entry => entry.Name == name);
}
