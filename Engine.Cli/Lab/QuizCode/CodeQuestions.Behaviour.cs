using Engine.Lab;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

// What the engine will do, computed by it, and where it is extended.
internal static partial class CodeQuestions
{
    private static IEnumerable<CodeQuestion> Predictions =>
    [
        new("predict-softmax", CodeQuestionKind.Predict, new(
            "Op.Softmax([0, 0, ln 2]) 的第三个数是多少？", "What is the third number of Op.Softmax([0, 0, ln 2])?"),
            Number, _ => CodeAnswer.Number(
                Last(Mode.Inference, [0, 0, Math.Log(2)], Op.Softmax),
                new("Engine/Operations/Activations/Softmax.cs", "Tensor<T> Softmax<T>("))),
        new("predict-hidden-row", CodeQuestionKind.Predict, new(
            "一行的分数全被遮住，MaskedSoftmax 给出的权重是多少？",
            "All scores of a row are hidden: which weights does MaskedSoftmax give?"),
            Number, _ => CodeAnswer.Number(
                Last(Mode.Inference, [1, 2], x => Op.MaskedSoftmax(x, new Mask([2], [true, true]))),
                new("Engine/Operations/Activations/MaskedSoftmax.cs", "emptyIsZero: true"))),
        new("predict-dropout", CodeQuestionKind.Predict, new(
            "Mode.Evaluation 的 tape 上，Op.Dropout(x, 0.5) 把 3 变成多少？",
            "On a tape in Mode.Evaluation, what does Op.Dropout(x, 0.5) make of 3?"),
            Number, _ => CodeAnswer.Number(
                Last(Mode.Evaluation, [3], x => Op.Dropout(x, 0.5)),
                new("Engine/Operations/Regularization/Dropout.cs", "tape.Mode != Mode.Training"))),
        new("predict-nodes", CodeQuestionKind.Predict, new(
            "Mode.Inference 的 tape 上算 x * x，会记录几个节点？",
            "How many nodes does a tape in Mode.Inference record for x * x?"),
            Number, _ =>
            {
                using var tape = new Tape<double>(Mode.Inference);
                var x = tape.Constant([1], [3]);
                Op.Multiply(x, x);
                return CodeAnswer.Number(
                    tape.NodeCount, new("Engine/Autograd/Tape.cs", "if (Mode == Mode.Inference) return y;"));
            }),
        new("predict-adam", CodeQuestionKind.Predict, new(
            "学习率 0.1，第一步的梯度是 1000，Adam 让权重移动多少？",
            "The learning rate is 0.1 and the first gradient is 1000: how far does Adam move the weight?"),
            Number, _ =>
            {
                var weight = new Parameter<double>("weight", Tensor<double>.Zeros([1]));
                var gradients = new GradientSet<double>([weight]);
                gradients[weight][0] = 1000;
                new Adam<double>([weight], learningRate: 0.1).Step(gradients);
                return CodeAnswer.Number(
                    Math.Abs(weight.Value.Item()), new("Engine/Optimizers/Adam.cs", "public class Adam<T>"));
            }),
    ];

    private static IEnumerable<CodeQuestion> Extensions =>
    [
        new("extend-operations", CodeQuestionKind.Extend, new(
            "新写了一个运算，要登记到哪个类的列表里，梯度才会被检查？",
            "You write an operation: in the list of which class must it stand, so that its gradient is checked?"),
            TypeName, _ => InList<CatalogueEntry>("Engine/Verification")),
        new("extend-activations", CodeQuestionKind.Extend, new(
            "想让 --activation 多一个选择，要给哪个类型加一个名字？", "You want one more --activation: which type gets a name?"),
            TypeName, _ =>
            {
                var type = OptionTable.Of(nameof(TrainingConfiguration.Activation)).Type;
                return CodeAnswer.Word(
                    type.Name, new($"Engine/Layers/Activations/{type.Name}.cs", $"enum {type.Name}"));
            }),
        new("extend-book", CodeQuestionKind.Extend, new(
            "lab 的新页面要加到哪个类的列表里？", "You write a page of the lab: in the list of which class must it stand?"),
            TypeName, _ => InList<LabEntry>("Engine/Lab")),
        new("extend-tasks", CodeQuestionKind.Extend, new(
            "新的玩具任务要实现哪个接口？", "Which interface does a new toy task implement?"),
            TypeName, _ =>
            {
                var type = ToyTasks.All.GetType().GetInterfaces()
                    .First(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
                    .GenericTypeArguments[0];
                return CodeAnswer.Word(type.Name, new($"Engine/Text/Toy/{type.Name}.cs", $"interface {type.Name}"));
            }),
        new("extend-optimizers", CodeQuestionKind.Extend, new(
            "新的优化器要继承哪个抽象类？", "From which abstract class does a new optimizer derive?"),
            TypeName, _ =>
            {
                var type = typeof(Adam<float>);
                while (type.BaseType is { } above && above != typeof(object)) type = above;
                var name = type.Name.Split('`')[0];
                return CodeAnswer.Word(
                    name, new($"Engine/Optimizers/{name}.cs", $"abstract class {name}<T>"), $"{name}<T>");
            }),
    ];

    private static CodeAnswer InList<T>(string folder)
    {
        var name = ListOf<T>().Name;
        return CodeAnswer.Word(
            name, new($"{folder}/{name}.cs", $"IReadOnlyList<{typeof(T).Name}> All"), $"{name}.All");
    }

    /// <summary>The last number of a function's result.</summary>
    private static double Last(Mode mode, double[] x, Func<Tensor<double>, Tensor<double>> f)
    {
        using var tape = new Tape<double>(mode);
        return f(tape.Constant([x.Length], x)).ToArray()[^1];
    }
}
