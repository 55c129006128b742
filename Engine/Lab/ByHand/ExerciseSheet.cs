using System.Globalization;
using System.Text;

namespace Engine.Lab;

/// <summary>The sheet of an exercise, in Markdown: what is given, and what the answer must hold.</summary>
internal static class ExerciseSheet
{
    /// <summary>The sheet, in one language after the other.</summary>
    public static string Of(
        Exercise exercise, ExerciseValues given, IReadOnlyList<Func<Bilingual, string>> languages) =>
        string.Join("\n", languages.Select(language => Of(exercise, given, language)));

    private static string Of(Exercise exercise, ExerciseValues given, Func<Bilingual, string> say)
    {
        var right = exercise.Right(given);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {say(exercise.Task)}\n\n");
        text.Append(say(new(
            $"输入在 `{Exercises.InputsFile}`（float64，整数是 int64）。用任何语言写出下面的计算，把结果存成 "
            + $"`{Exercises.AnswerFile}`，然后运行 `engine lab check` 加上这个文件夹。",
            $"The inputs are in `{Exercises.InputsFile}` (float64; integers are int64). Write the computation in any "
            + $"language, save the results as `{Exercises.AnswerFile}`, then run `engine lab check` with this "
            + "folder.")));
        text.Append("\n\n```text\n").AppendJoin('\n', exercise.Formula).Append("\n```\n\n");
        text.Append(say(exercise.Remark)).Append("\n\n");
        Tensors(text, say(new("输入", "Inputs")), exercise.Inputs, given, say);
        Tensors(text, say(new("答案里要有", "The answer must hold")), exercise.Answers, right, say);
        text.Append(say(new(
            $"每个张量的误差不能超过它最大绝对值的 {AnswerCheck.Tolerance:0e+0}；请用双精度计算。改了输入也可以：检查时按文件夹里的输入重新计算。",
            $"No element may be off by more than {AnswerCheck.Tolerance:0e+0} of the right tensor's largest magnitude; "
            + "compute in double precision. You may change the inputs: the check computes from the folder's inputs.")));
        text.Append("\n\n```python\n").Append(Python(exercise)).Append("```\n\n```csharp\n").Append(CSharp(exercise))
            .Append("```\n");
        if (exercise.Example is { } example) Example(text, example(), say);
        return text.ToString();
    }

    private static void Tensors(
        StringBuilder text, string title, IReadOnlyList<ExerciseTensor> tensors, ExerciseValues values,
        Func<Bilingual, string> say)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {title} | {say(new("形状", "shape"))} | |\n|---|---|---|\n");
        foreach (var one in tensors)
        {
            var type = one.IsInteger ? "int64 " : "";
            var sizes = one.Dimensions.Length == 0 ? "[]" : $"{one.Symbols} = {values[one.Name].Shape}";
            text.Append(CultureInfo.InvariantCulture, $"| `{one.Name}` | {type}{sizes} | {say(one.Meaning)} |\n");
        }
        text.Append('\n');
    }

    private static string Python(Exercise exercise)
    {
        var text = new StringBuilder("# pip install numpy safetensors\nimport numpy as np\n");
        text.Append("from safetensors.numpy import load_file, save_file\n\n");
        text.Append(CultureInfo.InvariantCulture, $"given = load_file(\"{Exercises.InputsFile}\")\n");
        foreach (var one in exercise.Inputs)
            text.Append(CultureInfo.InvariantCulture, $"{PythonName(one)} = given[\"{one.Name}\"]\n");
        text.Append("# ...\nsave_file({\n");
        foreach (var one in exercise.Answers)
        {
            var type = one.IsInteger ? "int64" : "float64";
            text.Append(CultureInfo.InvariantCulture, $"    \"{one.Name}\": np.array({one.Name}, dtype=np.{type}),\n");
        }
        return text.Append(CultureInfo.InvariantCulture, $"}}, \"{Exercises.AnswerFile}\")\n").ToString();
    }

    private static string PythonName(ExerciseTensor one) => one.Name == "lambda" ? "lambda_" : one.Name;

    private static string CSharp(Exercise exercise)
    {
        var text = new StringBuilder("using Engine;\nusing Engine.Storage;\n\n");
        text.Append(
            CultureInfo.InvariantCulture, $"using var file = SafeTensorsFile.Open(\"{Exercises.InputsFile}\");\n");
        foreach (var one in exercise.Inputs)
        {
            var read = one.IsInteger ? $"ReadIntegers(\"{one.Name}\")" : $"ReadNumbers<double>(\"{one.Name}\")";
            text.Append(CultureInfo.InvariantCulture, $"var {one.Name} = file.{read};");
            if (one.Dimensions.Length > 0) text.Append(CultureInfo.InvariantCulture, $" // {one.Symbols}, row by row");
            text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"// ...\nSafeTensorsWriter.Write(\"{Exercises.AnswerFile}\",\n[\n");
        foreach (var one in exercise.Answers)
        {
            var type = one.IsInteger ? "long" : "double";
            text.Append(CultureInfo.InvariantCulture,
                $"    TensorRecord.Of<{type}>(\"{one.Name}\", {one.Symbols}, {one.Name}),\n");
        }
        return text.Append("]);\n").ToString();
    }

    private static void Example(StringBuilder text, IReadOnlyList<LabTable> tables, Func<Bilingual, string> say)
    {
        text.Append("\n## ").Append(say(new(
            "例子：看图回答“婴儿在干嘛”（词是查询，图片的区域是键和值，一个头）",
            "An example: what is the baby doing? (words query the regions of a picture, one head)"))).Append('\n');
        foreach (var table in tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n**{say(table.Title)}**\n\n");
            text.Append("| ").AppendJoin(" | ", table.Columns.Select(say)).Append(" |\n|---");
            text.Insert(text.Length, "|---:", table.Columns.Count - 1).Append("|\n");
            foreach (var row in table.Rows)
                text.Append("| ").Append(say(row.Name)).Append(" | ").AppendJoin(
                    " | ", row.Values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)))
                    .Append(" |\n");
        }
    }
}
