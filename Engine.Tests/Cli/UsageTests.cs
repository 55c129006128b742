using System.Reflection;
using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_fits_a_screen_names_the_verbs_and_ends_with_examples(params string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.InRange(lines.Length, 10, 30);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        const string Some = "train translate classify evaluate score inspect explain serve export corpus gradcheck";
        foreach (var it in Some.Split(' '))
            Assert.Contains($"\n  {it} ", result.Output);
        Assert.StartsWith("  engine ", lines[^1]);
    }

    [Fact]
    public void The_help_of_training_fits_a_screen_and_names_each_option_and_no_other() =>
        AssertHelp("train", TrainOptions.All, lines: 60);

    [Theory]
    [InlineData("translate", typeof(TranslateOptions))]
    [InlineData("classify", typeof(ClassifyOptions))]
    [InlineData("serve", typeof(ServeOptions))]
    [InlineData("evaluate", typeof(EvaluateOptions))]
    [InlineData("score", typeof(ScoreOptions))]
    [InlineData("inspect", typeof(InspectOptions))]
    [InlineData("explain", typeof(ExplainOptions))]
    [InlineData("corpus", typeof(CorpusOptions))]
    [InlineData("embed", typeof(EmbedOptions))]
    [InlineData("export", typeof(ExportOptions))]
    [InlineData("gradcheck", typeof(GradcheckOptions))]
    public void The_help_of_a_verb_names_each_option_and_no_other(string verb, Type options) =>
        AssertHelp(verb, Arguments.OptionsOf(options), lines: 50);

    private static void AssertHelp(string verb, IEnumerable<KnownOption> options, int lines)
    {
        var result = CommandLine.Run(verb, "--help");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(result.Output, CommandLine.Run("help", verb).Output);
        var usage = result.Output[..result.Output.IndexOf("Examples:", StringComparison.Ordinal)];
        var named = usage.Split([' ', ',', ':', ')', ';', '.', '\n'])
            .Where(word => word.StartsWith("--", StringComparison.Ordinal));
        Assert.Equal(
            options.Select(option => "--" + option.Name).Order(), named.Distinct().Order()); // invariant culture
        var printed = result.Output.TrimEnd().Split('\n');
        Assert.InRange(printed.Length, 5, lines);
        Assert.All(printed, line => Assert.InRange(line.Length, 0, 100));
    }

    [Fact]
    public void Options_that_repeat_choices_of_the_table_have_the_same_choices()
    {
        var train = TrainOptions.All.ToDictionary(option => option.Name, option => option.Value);
        Assert.Equal(string.Join('|', TrainingConfiguration.Presets), train["preset"]);
        Assert.Equal(train["source-tokenizer"], train["tokenizer"]);
        var known = Arguments.OptionsOf(typeof(TranslateOptions));
        foreach (var property in typeof(DecoderArguments).GetProperties())
        {
            if (property.GetCustomAttribute<OneOfAttribute>() is { } choices)
                Assert.Equal(string.Join('|', choices.Names), Assert.Single(known, option =>
                    option.Name == OptionTable.NameOf(property.Name)).Value);
        }
    }

    [Fact]
    public void The_help_of_training_has_the_values_of_the_presets_side_by_side()
    {
        var lines = CommandLine.Run("train", "--help").OutputLines.Select(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var presets = TrainingConfiguration.Presets.Select(TrainingConfiguration.Preset).ToArray();
        foreach (var option in OptionTable.All)
        {
            var values = presets.Select(option.TextIn).ToArray();
            if (values.Distinct().Count() == 1) continue;
            var row = Assert.Single(lines, words => words[0] == "--" + option.Name);
            Assert.Equal(values, row[1..4]);
        }
    }

    [Fact]
    public void The_version_is_told()
    {
        var result = CommandLine.Run("--version");
        Assert.Equal(result.Output, CommandLine.Run("-v").Output);
        Assert.Equal(0, result.Code);
        Assert.Matches(@"^engine \d+\.\d+\.\d+\n$", result.Output);
    }

    [Theory]
    [InlineData("option --seed lacks its value; write --seed N", "train", "--seed")]
    [InlineData("option --seed lacks its value; write --seed N", "train", "--seed", "--json")]
    [InlineData("option --out lacks its value; write --out DIR", "train", "--out=")]
    [InlineData("option --layers: '1.5' is not a whole number; write --layers N", "train", "--layers", "1.5")]
    [InlineData("option --dropout: '0,1' is not a number; write --dropout X", "train", "--dropout", "0,1")]
    [InlineData("option --epsilon: 'NaN' is not a number", "train", "--epsilon", "NaN")]
    [InlineData("option --norm-first: 'maybe' is not true or false", "train", "--norm-first=maybe")]
    [InlineData("option --seed is given twice; give it once", "train", "--seed", "1", "--seed=2")]
    [InlineData("option --json takes no value; leave '=yes' out", "train", "--json=yes")]
    [InlineData(
        "unexpected argument 'x.txt'; engine translate takes only options: see 'engine translate --help'",
        "translate", "--model", "m", "x.txt")]
    [InlineData("option --out is missing; write engine corpus --out DIR", "corpus")]
    [InlineData("--preset 'huge' is not known; the presets are toy, tiny, base.", "train", "--preset", "huge")]
    [InlineData(
        "--activation 'leakyrelu' is not known; use relu, gelu, gelu-tanh, silu, leaky-relu, elu, softplus, tanh, "
        + "sigmoid, glu, geglu, swiglu.", "train", "--activation", "leakyrelu")]
    [InlineData(
        "--positions 'absolute' is not known; use sinusoidal, learned, relative, rotary, none.",
        "train", "--positions", "absolute")]
    [InlineData(
        "--d-model / --heads is 3; it must be even, since --positions rotary turns features in pairs.",
        "train", "--d-model", "12", "--heads", "4", "--positions", "rotary")]
    [InlineData("--max-length is 1; it must be 2 to 1000000 (a token and the end).", "train", "--max-length", "1")]
    [InlineData(
        "--normalization 'none' is not known; use layer, rms, batch, instance, group.",
        "train", "--normalization", "none")]
    [InlineData("--norm-groups is 0; it must be 1 to 2147483647.", "train", "--norm-groups", "0")]
    [InlineData(
        "--norm-groups is 7; it must be a divisor of --d-model, 64.",
        "train", "--normalization", "group", "--norm-groups", "7")]
    [InlineData("--task 'label' is not known; use translate, classify.", "train", "--task", "label")]
    [InlineData(
        "--architecture 'cnn' is not known; use transformer, rnn, gru, lstm, conv.", "train", "--architecture", "cnn")]
    [InlineData("--pooling 'sum' is not known; use last, mean, max, attention.", "train", "--pooling", "sum")]
    [InlineData("--kernel is 4; it must be odd and 3 to 1001.", "train", "--kernel", "4")]
    [InlineData(
        "--d-model is 63; it must be even for --architecture gru.",
        "train", "--architecture", "gru", "--d-model", "63", "--heads", "3")]
    [InlineData("--sharing '1' is not known; use none, target, all.", "train", "--sharing", "1")]
    [InlineData("--tokenizer 'wp' is not known; use auto, word, char, bpe.", "train", "--tokenizer", "wp")]
    [InlineData("--heads is 3; it must be a divisor of --d-model, 64.", "train", "--heads", "3")]
    [InlineData("--accumulate is 0; it must be 1 to 2147483647.", "train", "--accumulate", "0")]
    [InlineData("--valid-sentences is -1; it must be 0 to 2147483647 (0: all).", "train", "--valid-sentences", "-1")]
    [InlineData("--best 'chrf' is not known; use loss, bleu, accuracy.", "train", "--best", "chrf")]
    [InlineData(
        "--best bleu scores translations, which --task classify does not make; give --best loss or --best accuracy.",
        "train", "--task", "classify", "--best", "bleu")]
    [InlineData(
        "--best accuracy counts labels, which --task translate does not make; give --best loss or --best bleu.",
        "train", "--best", "accuracy")]
    [InlineData("--early-stopping is -1; it must be 0 to 2147483647 (0: never).", "train", "--early-stopping", "-1")]
    [InlineData("--average is -1; it must be 0 to 2147483647 (0: none).", "train", "--average", "-1")]
    [InlineData(
        "--checkpoint-every is -1; it must be 0 to 2147483647 (0: at validations).",
        "train", "--average", "2", "--checkpoint-every", "-1")]
    [InlineData(
        "--checkpoint-every is read beside --average alone; leave it out, or give --average 10, say.",
        "train", "--checkpoint-every", "5")]
    [InlineData("--ema is 1; it must be at least 0 and below 1.", "train", "--ema", "1")]
    [InlineData(
        "--activation-dropout is 1; it must be at least 0 and below 1.", "train", "--activation-dropout", "1")]
    [InlineData(
        "--activation-dropout is not read by --architecture gru; leave it out, or choose transformer.",
        "train", "--architecture", "gru", "--activation-dropout", "0.1")]
    [InlineData(
        "--d-ff is not read by --architecture gru; leave it out, or choose transformer.",
        "train", "--architecture", "gru", "--d-ff", "9")]
    [InlineData(
        "--positions is not read by --architecture conv; leave it out, or choose transformer.",
        "train", "--architecture", "conv", "--positions", "none")]
    [InlineData(
        "--norm-first is not read by --architecture lstm; leave it out, or choose transformer.",
        "train", "--architecture", "lstm", "--norm-first")]
    [InlineData(
        "--kernel is not read by --architecture transformer; leave it out, or choose conv.",
        "train", "--kernel", "3")]
    [InlineData(
        "--norm-groups is not read by --normalization layer; leave it out, or choose group.",
        "train", "--norm-groups", "2")]
    [InlineData(
        "--max-length is not read by --positions sinusoidal; leave it out, or choose learned.",
        "train", "--max-length", "9")]
    [InlineData(
        "--pooling is not read by --task translate; leave it out, or choose classify.",
        "train", "--pooling", "max")]
    [InlineData(
        "--sharing is not read by --task classify; leave it out, or choose translate.",
        "train", "--task", "classify", "--sharing", "none")]
    [InlineData(
        "--heads is not read by --architecture gru; leave it out, or choose transformer.",
        "train", "--task", "classify", "--architecture", "gru", "--heads", "2")]
    [InlineData(
        "--valid-sentences is not read by --task classify; leave it out, or choose translate.",
        "train", "--task", "classify", "--valid-sentences", "9")]
    [InlineData("no limit is set; give --updates, --epochs or --minutes above 0.", "train", "--updates", "0")]
    [InlineData(
        "--optimizer 'sdg' is not known; use sgd, adagrad, adadelta, rmsprop, adam, adamw, nadam, lion.",
        "train", "--optimizer", "sdg")]
    [InlineData(
        "--schedule 'fast' is not known; use inverse-sqrt, noam, constant, linear, cosine, step, plateau.",
        "train", "--schedule", "fast")]
    [InlineData(
        "--momentum is not read by --optimizer adam; leave it out, or choose sgd, rmsprop.",
        "train", "--momentum", "0.9")]
    [InlineData(
        "--beta1 is not read by --optimizer sgd; leave it out, or choose adam, adamw, nadam, lion.",
        "train", "--optimizer", "sgd", "--beta1", "0.9")]
    [InlineData(
        "--learning-rate is not read by --schedule noam; leave it out, or choose inverse-sqrt, constant,",
        "train", "--schedule", "noam", "--learning-rate", "1")]
    [InlineData(
        "--patience is not read by --schedule step; leave it out, or choose plateau.",
        "train", "--schedule", "step", "--patience", "1")]
    [InlineData(
        "--schedule cosine falls to 0 by the end of the run and must know its length; give --updates or --epochs.",
        "train", "--schedule", "cosine", "--minutes", "1")]
    [InlineData(
        "--warmup is 0; it must be at least 1 for --schedule noam.", "train", "--schedule", "noam", "--warmup", "0")]
    [InlineData(
        "--nesterov looks ahead along the momentum, which is 0; give --momentum 0.9, say.",
        "train", "--optimizer", "sgd", "--nesterov")]
    [InlineData(
        "--momentum is 1; it must be at least 0 and below 1.", "train", "--optimizer", "sgd", "--momentum", "1")]
    [InlineData(
        "--attention-dropout is 1; it must be at least 0 and below 1.", "train", "--attention-dropout", "1")]
    [InlineData(
        "--embedding-dropout is -1; it must be at least 0 and below 1.", "train", "--embedding-dropout", "-1")]
    [InlineData("--decay-every is 0; it must be 1 to 2147483647.", "train", "--schedule", "step", "--decay-every", "0")]
    [InlineData(
        "--decay-factor is 1; it must be above 0 and below 1.", "train", "--schedule", "step", "--decay-factor", "1")]
    [InlineData("--patience is -1; it must be 0 to 2147483647.", "train", "--schedule", "plateau", "--patience", "-1")]
    [InlineData("--l1 is -1; it must be 0 to 1000000.", "train", "--l1", "-1")]
    [InlineData("--l2 is -1; it must be 0 to 1000000.", "train", "--l2", "-1")]
    [InlineData("--clip-norm is -1; it must be 0 to 1E+30 (0: no clipping).", "train", "--clip-norm", "-1")]
    [InlineData("--clip-value is -1; it must be 0 to 1E+30 (0: no clipping).", "train", "--clip-value", "-1")]
    [InlineData("--monitor 'weights' is not known; use gradients.", "train", "--monitor", "weights")]
    [InlineData("--valid-every is 0; it must be 1 to 2147483647.", "train", "--valid-every", "0")]
    [InlineData("--threads 0: must be 1 to 1024;", "train", "--threads", "0")]
    [InlineData(
        "--decoder 'best' is not known; use greedy, beam, sample.", "translate", "--model", "m", "--decoder", "best")]
    [InlineData(
        "--beam is not read by --decoder greedy; leave it out, or choose beam.",
        "translate", "--model", "m", "--beam", "4")]
    [InlineData(
        "--length-penalty is not read by --decoder sample; leave it out, or choose beam.",
        "translate", "--model", "m", "--decoder", "sample", "--length-penalty", "1")]
    [InlineData(
        "--beam-stopping is not read by --decoder greedy; leave it out, or choose beam.",
        "translate", "--model", "m", "--beam-stopping", "never")]
    [InlineData(
        "--n-best is not read by --decoder greedy; leave it out, or choose beam, sample.",
        "translate", "--model", "m", "--n-best", "2")]
    [InlineData(
        "--temperature is not read by --decoder greedy; leave it out, or choose sample.",
        "translate", "--model", "m", "--temperature", "1")]
    [InlineData(
        "--top-k is not read by --decoder beam; leave it out, or choose sample.",
        "translate", "--model", "m", "--decoder", "beam", "--top-k", "1")]
    [InlineData(
        "--top-p is not read by --decoder beam; leave it out, or choose sample.",
        "translate", "--model", "m", "--decoder", "beam", "--top-p", "0.5")]
    [InlineData(
        "--seed is not read by --decoder greedy; leave it out, or choose sample.",
        "translate", "--model", "m", "--seed", "1")]
    [InlineData("--max-length is 0; it must be 1 to 10000.", "translate", "--model", "m", "--max-length", "0")]
    [InlineData("--min-length is -1; it must be 0 to 10000.", "translate", "--model", "m", "--min-length", "-1")]
    [InlineData(
        "--min-length is 6; it must be 0 to --max-length, 5.",
        "translate", "--model", "m", "--min-length", "6", "--max-length", "5")]
    [InlineData(
        "--repetition-penalty is 0; it must be 0.01 to 100.", "translate", "--model", "m", "--repetition-penalty", "0")]
    [InlineData("--no-repeat-ngram is 0; it must be 1 to 100.", "translate", "--model", "m", "--no-repeat-ngram", "0")]
    [InlineData(
        "--early-stopping (now --beam-stopping) 'soon' is not known; use width, never.",
        "translate", "--model", "m", "--decoder", "beam", "--early-stopping", "soon")]
    [InlineData(
        "--temperature is 0; it must be 0.001 to 1000 (--decoder greedy does what 0 would do).",
        "translate", "--model", "m", "--decoder", "sample", "--temperature", "0")]
    [InlineData(
        "--top-k is 0; it must be 1 to 1000.", "translate", "--model", "m", "--decoder", "sample", "--top-k", "0")]
    [InlineData(
        "--top-p is 1.5; it must be above 0 and at most 1.",
        "translate", "--model", "m", "--decoder", "sample", "--top-p", "1.5")]
    [InlineData(
        "--n-best is 0; it must be 1 to 1000.", "translate", "--model", "m", "--decoder", "sample", "--n-best", "0")]
    [InlineData(
        "--beam is 0; it must be 1 to 1000.", "translate", "--model", "m", "--decoder", "beam", "--beam", "0")]
    [InlineData(
        "--length-penalty is -0.5; it must be 0 to 10.", "translate", "--model", "m", "--decoder", "beam",
        "--length-penalty=-0.5")]
    [InlineData(
        "--n-best is 5; it must be 1 to --beam, 4.", "translate", "--model", "m", "--decoder", "beam", "--n-best", "5")]
    public void A_mistake_is_one_line_with_its_remedy(string expected, params string[] arguments) =>
        Assert.StartsWith("engine: " + expected, CommandLine.Run(arguments).Mistake());
}
