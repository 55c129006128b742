using System.Text.RegularExpressions;
using Engine.Lab;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

// How to run the program, and how to read what it prints.
internal static partial class CodeQuestions
{
    private const string HelpFile = "Engine.Cli/Options/Help.cs";

    private static IEnumerable<CodeQuestion> Running =>
    [
        new("train-toy", CodeQuestionKind.Run, new(
            "哪条命令不带任何选项就训练中英玩具模型？", "Which command trains the Chinese-English toy without any option?"),
            Command, _ =>
            {
                const string Example = "a Chinese-English toy";
                var command = Regex.Split(LineWith(Told("help").Output, Example).Trim(), "  +")[0];
                return CodeAnswer.Word(command, new(HelpFile, Example), command.Split(' ')[^1]);
            }),
        new("check-gradients", CodeQuestionKind.Run, new(
            "哪个子命令用有限差分检查所有梯度？", "Which verb checks all gradients against finite differences?"),
            Command, _ =>
            {
                var line = Regex.Split(LineWith(Told("help").Output, "finite differences").Trim(), "  +");
                return CodeAnswer.Word(line[0], new("Engine.Cli/Program.cs", line[1]), $"engine {line[0]}");
            }),
        new("smooth-labels", CodeQuestionKind.Run, new(
            "train 的哪个选项把目标概率的一部分分给整个词表？",
            "Which option of train spreads a part of each target's probability over the vocabulary?"),
            Option, _ => CodeAnswer.Word(
                $"--{OptionTable.Of(nameof(TrainingConfiguration.LabelSmoothing)).Name}",
                new(
                    "Engine/Training/Configuration/TrainingConfiguration.Optimization.cs",
                    $" {nameof(TrainingConfiguration.LabelSmoothing)} {{ get;"))),
        new("watch-gradients", CodeQuestionKind.Run, new(
            "训练时怎么看每一层的梯度范数？", "How do you watch the gradient norms of the layers in training?"),
            Option, _ =>
            {
                var options = Regex.Split(
                    LineWith(Told("train", "--help").Output, "show layers' gradient norms").Trim(), "  +");
                return CodeAnswer.Word(
                    options[0], new("Engine.Cli/Options/TrainHelp.cs", options[0]), options[0].Split(' ')[0],
                    $"engine train {options[0]}");
            }),
        new("base-preset", CodeQuestionKind.Run, new(
            "哪个 preset 是论文里的 base 规模（d_model 最大的那个）？", "Which preset has the size of the paper's base model?"),
            Word, _ =>
            {
                var name = TrainingConfiguration.Presets.MaxBy(preset => TrainingConfiguration.Preset(preset).DModel)!;
                return CodeAnswer.Word(
                    name, new(
                        "Engine/Training/Configuration/TrainingConfiguration.cs",
                        $"DModel = {TrainingConfiguration.Preset(name).DModel},"),
                    $"--preset {name}");
            }),
    ];

    private static IEnumerable<CodeQuestion> Output =>
    [
        new("exit-code", CodeQuestionKind.ReadOutput, new(
            "gradcheck 发现一个错误的梯度，退出码是多少？", "gradcheck finds a wrong gradient: what is its exit code?"),
            Number, _ =>
            {
                var line = LineWith(Told("gradcheck", "--help").Output, "that a gradient is wrong").Trim();
                return CodeAnswer.Number(
                    int.Parse(Regex.Match(line, @"\d+").Value), new("Engine.Cli/Verbs/GradcheckVerb.cs", line));
            }),
        new("perfect-bleu", CodeQuestionKind.ReadOutput, new(
            "译文和参考一模一样，score 打印的 BLEU 是多少？", "Translations equal their references: which BLEU does score print?"),
            Number, _ =>
            {
                string[] same = ["the cat sat on the mat ."];
                return CodeAnswer.Number(
                    Bleu.Of(same, same).Score, new("Engine/Text/Metrics/Bleu.cs", "public static BleuScore Of("));
            }),
        new("misspelled-option", CodeQuestionKind.ReadOutput, new(
            "engine train --layerz 2 会猜你想写哪个选项？", "engine train --layerz 2: which option does the message guess?"),
            Option, _ => CodeAnswer.Word(
                Regex.Match(Told("train", "--layerz", "2").Error, "did you mean (--[a-z0-9-]+)").Groups[1].Value,
                new("Engine/Storage/Nearest.cs", "public static string? To("))),
        new("progress-stream", CodeQuestionKind.ReadOutput, new(
            "进度和错误信息写到哪个流？", "To which stream do progress and error messages go?"),
            Word, _ =>
            {
                var line = LineWith(Told("help").Output, "progress and error messages to");
                return CodeAnswer.Word(
                    Regex.Match(line, "messages to ([a-z ]+)").Groups[1].Value, new(HelpFile, line), "stderr", "标准错误");
            }),
        new("verdict-of-adamw", CodeQuestionKind.ReadOutput, new(
            "engine lab adamw-not-l2 打印的结论是什么？", "Which verdict does engine lab adamw-not-l2 print?"),
            Word, _ =>
            {
                var recorded = LabCatalogue.Find("adamw-not-l2")[0].Recorded;
                var words = QuizVoice.Words(recorded);
                return CodeAnswer.Word(
                    words.English,
                    new("Engine/Lab/Optimizers/AdamWNotL2.cs", $"{nameof(VerdictKind)}.{recorded}"), words.Chinese);
            }),
    ];
}
