using System.Reflection;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>
/// Thirty questions on this code base, five of each kind. No answer is written here: each is computed from the program,
/// its tables, its help or its sources, so that it changes with them.
/// </summary>
internal static partial class CodeQuestions
{
    private static readonly Bilingual
        Command = new("一条命令或一个名字", "a command or a name"),
        Option = new("一个选项", "an option"),
        Number = new("一个数", "a number"),
        Word = new("一个词", "a word"),
        File = new("一个文件，带上文件夹，如 Engine/Layers/Linear.cs", "a file with its folder, such as Engine/Layers/Linear.cs"),
        Code = new("一段代码或公式", "a piece of code or a formula"),
        TypeName = new("一个类型名", "the name of a type");

    /// <summary>All questions, kind by kind.</summary>
    public static IReadOnlyList<CodeQuestion> All { get; } =
        [.. Running, .. Output, .. Files, .. Quotes, .. Predictions, .. Extensions];

    /// <summary>Questions for the game, in an order that follows from the seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="tree">The sources; null if they are not at hand.</param>
    /// <param name="skipped">Receives the names of the questions that cannot be asked here.</param>
    public static IEnumerable<QuizQuestion> Of(long seed, SourceTree? tree, ICollection<string> skipped)
    {
        foreach (var question in PageQuestions.Shuffled(All, new RandomStream(seed)))
        {
            if (question.Compute(tree) is not { } answer)
            {
                skipped.Add(question.Name);
                continue;
            }
            yield return new QuizQuestion(
                question.Name,
                voice => voice.Say(Words(question.Kind), question.Text),
                question.Expects, answer.Judge,
                voice =>
                {
                    var line = tree?.LineOf(answer.Place.File, answer.Place.Text) ?? 0;
                    voice.Say(new("答", "answer"), answer.Text);
                    voice.Say(new("出处", "see"), line > 0 ? $"{answer.Place.File}:{line}" : answer.Place.File);
                });
        }
    }

    /// <summary>A kind in words.</summary>
    private static Bilingual Words(CodeQuestionKind kind) => kind switch
    {
        CodeQuestionKind.Run => new("怎么运行", "how to run it"),
        CodeQuestionKind.ReadOutput => new("看懂输出", "read its output"),
        CodeQuestionKind.FindFile => new("找文件", "find the file"),
        CodeQuestionKind.Quote => new("引用代码", "quote the code"),
        CodeQuestionKind.Predict => new("预测行为", "predict the behaviour"),
        _ => new("从哪里扩展", "where to extend it"),
    };

    /// <summary>What the program prints, run in this process.</summary>
    private static (string Output, string Error) Told(params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        Program.Run(arguments, new CommandStreams(Stream.Null, output, error));
        return (output.ToString(), error.ToString());
    }

    /// <summary>The line of a text that has some words.</summary>
    private static string LineWith(string text, string words) =>
        text.Split('\n').First(line => line.Contains(words, StringComparison.Ordinal));

    /// <summary>The default of a parameter of a type's constructor.</summary>
    private static double Default(Type type, string parameter) => Convert.ToDouble(
        type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .First(one => one.Name == parameter).DefaultValue, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The class of the engine whose property <c>All</c> lists things of a type.</summary>
    private static Type ListOf<T>() => typeof(Op).Assembly.GetTypes().Single(type =>
        type.GetProperty("All", BindingFlags.Public | BindingFlags.Static)?.PropertyType == typeof(IReadOnlyList<T>));
}
