using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Inspection;
using Engine.Tests.Inspection;

namespace Engine.Tests.Cli;

public sealed class InspectVerbTests(SavedModels saved, TinyRun tiny)
    : IClassFixture<SavedModels>, IClassFixture<TinyRun>
{
    private const string Sentence = "我们喝茶", Base = "transformer Sinusoidal translate";

    public static TheoryData<string> Models => SmallModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_is_shown_layer_by_layer_with_what_it_attends_to(string name)
    {
        var summary = ModelSummary.Of(saved.Model(name));
        var result = CommandLine.Run("inspect", "--model", saved.Of(name));
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.OutputLines;
        Assert.Equal(summary.Title, lines[0]);
        Assert.All(summary.Layers, layer => Assert.Contains(lines, line =>
            line.StartsWith($"{layer.Path} ", StringComparison.Ordinal)
            && line.EndsWith($" {Count(layer.Parameters)}", StringComparison.Ordinal)
            && line.Contains($" {layer.Kind} ") && line.Contains(string.Join(", ", layer.Tensors))));
        Assert.Contains($"total   {Count(summary.Parameters)} parameters", lines);
        var attends = Assert.Single(lines, line => line.StartsWith("attends ", StringComparison.Ordinal));
        Assert.Equal(summary.Attention.Count == 0, attends.Contains("no attention"));
        Assert.All(
            summary.Attention, attention => Assert.Contains(AttentionChoice.Name(attention.Kind), attends));

        static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
    }

    [Fact]
    public void The_run_that_made_a_model_is_told_if_its_folder_says()
    {
        var run = CommandLine.Run("inspect", "--model", tiny.Model).OutputLines[1];
        Assert.Matches(
            @"^run     finished 20 updates of \d+ pairs in 0:\d\d; saved: update 20, "
            + @"validation loss \d\.\d{4}, BLEU \d",
            run);
        Assert.DoesNotContain("run  ", CommandLine.Run("inspect", "--model", saved.Of(Base)).Output);
        var json = JsonNode.Parse(CommandLine.Run("inspect", "--model", tiny.Model, "--json").Output)!;
        Assert.Equal((20, "finished"), ((int)json["run"]!["updates"]!, (string)json["run"]!["status"]!));
        Assert.Equal(64 / 4, (int)json["layers"]![0]!["shape"]![1]!);
        Assert.Null(JsonNode.Parse(CommandLine.Run("inspect", "--model", saved.Of(Base), "--json").Output)!["run"]);
    }

    [Theory]
    [InlineData(Base)]
    [InlineData("transformer Relative translate")]
    [InlineData("transformer Rotary translate")]
    [InlineData("transformer Learned translate")]
    [InlineData("transformer None translate")]
    [InlineData("rnn translate")]
    [InlineData("gru translate")]
    [InlineData("lstm translate")]
    [InlineData("conv translate")]
    [InlineData("transformer Rotary classify")]
    public void Drawn_and_written_weights_are_those_of_the_recorded_pass(string name)
    {
        var pass = saved.Pass(name, Sentence);
        foreach (var kind in pass.Attention.Select(seen => seen.Kind).Distinct())
        {
            string[] command =
            [
                "inspect", "--model", saved.Of(name), "--attention", Sentence, "--kind",
                AttentionChoice.Name(kind),
            ];
            var heads = pass.Attention.Where(seen => seen.Kind == kind)
                .SelectMany(seen => Enumerable.Range(0, seen.Heads).Select(head => (Seen: seen, Head: head))).ToArray();
            var result = CommandLine.Run(command);
            Assert.Equal((0, ""), (result.Code, result.Error));
            var maps = result.Output.Split("\nlayer ")[1..];
            Assert.Equal(heads.Select(one => $"{one.Seen.Layer}, head {one.Head}  {one.Seen.Path}"),
                maps.Select(map => map.Split('\n')[0]));
            var json = JsonNode.Parse(CommandLine.Run([.. command, "--json"]).Output)!["attention"]!.AsArray();
            Assert.Equal(heads.Length, json.Count);
            foreach (var (i, (seen, head)) in heads.Index())
            {
                var rows = maps[i].Split('\n')[2..(2 + seen.Queries)];
                for (var query = 0; query < seen.Queries; query++)
                {
                    var written = json[i]!["weights"]![query]!.AsArray().Select(weight => (double)weight!).ToArray();
                    Assert.Equal(seen.Keys, written.Length);
                    var percents = "";
                    for (var key = 0; key < seen.Keys; key++)
                    {
                        var weight = seen[head, query, key];
                        Assert.Equal(weight, written[key], 1e-4 * weight);
                        percents += weight == 0 ? "" : $" {Math.Round(100 * weight)}";
                    }
                    Assert.EndsWith(percents, Drawn(rows[query]));
                }
            }
        }

        static string Drawn(string row) =>
            string.Join(' ', row.Split([' ', '░', '▒', '▓', '█'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Options_choose_kind_layer_and_head_and_the_target_that_is_read()
    {
        string[] command = ["inspect", "--model", saved.Of(Base), "--attention", Sentence, "--target", "we drink tea"];
        var all = CommandLine.Run(command);
        Assert.Equal(4, all.Output.Split("\nlayer ").Length - 1);
        Assert.Contains("target  we drink tea\ncross attention in percent", all.Output);
        Assert.Contains("\nwe → drink ", all.Output);
        Assert.Contains("\ntea → <eos> ", all.Output);
        var one = CommandLine.Run([.. command, "--kind", "decoder", "--layer", "1", "--head", "0"]);
        Assert.Equal("1, head 0  decoder.layers.1.self_attn",
            Assert.Single(one.Output.Split("\nlayer ")[1..]).Split('\n')[0]);
        Assert.Contains("(the model's own translation)",
            CommandLine.Run("inspect", "--model", saved.Of(Base), "--attention", Sentence).Output);
        var json = JsonNode.Parse(CommandLine.Run([.. command, "--layer", "1", "--head", "1", "--json"]).Output)!;
        Assert.Equal(
            ("cross", 1, 1), ((string)json["attention"]![0]!["kind"]!, (int)json["attention"]![0]!["layer"]!,
                (int)json["attention"]![0]!["head"]!));
        Assert.Equal(["我", "们", "喝", "茶", "<eos>"], Texts("source"));
        Assert.Equal(["<bos>", "we", "drink", "tea"], Texts("target"));

        IEnumerable<string> Texts(string side) => json[side]!.AsArray().Select(token => (string)token!["text"]!);
    }

    [Theory]
    [InlineData("gru classify")]
    [InlineData("conv classify")]
    public void A_model_without_attention_says_so_in_one_line_with_exit_code_1(string name)
    {
        var result = CommandLine.Run("inspect", "--model", saved.Of(name), "--attention", Sentence);
        Assert.Equal((1, ""), (result.Code, result.Output));
        var words = name.Split(' ');
        Assert.Equal(
            $"engine: {saved.Of(name)}: this model ({words[0]}, classify) has no attention; 'engine explain' shows "
            + "what it computes.\n", result.Error);
    }

    [Theory]
    [InlineData(Base, "--layer is 2; the model's cross attention has layers 0 to 1.", "--layer", "2")]
    [InlineData(
        Base, "--layer is -1; the model's encoder attention has layers 0 to 1.", "--layer=-1", "--kind", "encoder")]
    [InlineData(Base, "--head is 2; each attention layer has heads 0 to 1.", "--head", "2")]
    [InlineData(Base, "--kind is self; it must be encoder, decoder or cross.", "--kind", "self")]
    [InlineData("rnn translate", "--layer is 1; the model's cross attention has one layer, 0.", "--layer", "1")]
    [InlineData(
        "rnn translate", "--kind is encoder; this model (rnn, translate) has cross attention only.",
        "--kind", "encoder")]
    [InlineData(
        "transformer Rotary classify",
        "--kind is cross; this model (transformer, classify) has encoder attention only.", "--kind", "cross")]
    [InlineData("transformer Rotary classify", "the label 'left' does not occur", "--target", "left")]
    public void A_choice_that_the_model_does_not_have_is_refused_in_one_line(
        string name, string mistake, params string[] options) =>
        Assert.Contains(
            mistake,
            CommandLine.Run(["inspect", "--model", saved.Of(name), "--attention", Sentence, .. options]).Mistake());

    [Theory]
    [InlineData("--layer", "1")]
    [InlineData("--head", "1")]
    [InlineData("--kind", "cross")]
    [InlineData("--target", "tea")]
    public void Options_of_a_sentence_need_the_sentence(string option, string value) =>
        Assert.Equal(
            $"engine: {option} goes with a sentence; write --attention \"...\" too, or leave {option} out.",
            CommandLine.Run("inspect", "--model", saved.Of(Base), option, value).Mistake());

    [Fact]
    public void A_folder_without_a_model_and_an_empty_sentence_are_refused()
    {
        Assert.Contains("there is no such folder", CommandLine.Run("inspect", "--model", "nowhere").Mistake());
        Assert.Contains("option --attention lacks its value; write --attention SENTENCE",
            CommandLine.Run("inspect", "--model", saved.Of(Base), "--attention", " ").Mistake());
    }

    [Fact]
    public void A_terminal_gets_tables_with_frames_and_the_same_numbers()
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter());
        var streams = new CommandStreams(Stream.Null, output, error, OutputIsTerminal: true);
        Assert.Equal(0, Program.Run(["inspect", "--model", saved.Of(Base)], streams));
        Assert.Contains('╭', output.ToString());
        output.GetStringBuilder().Clear();
        string[] command = ["inspect", "--model", saved.Of(Base), "--attention", "我", "--head", "0", "--layer", "0"];
        Assert.Equal(0, Program.Run(command, streams));
        Assert.Equal(CommandLine.Run(command).Output, Regex.Replace(output.ToString(), @"\e\[[0-9;]*m", ""));
    }
}
