using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What the folder of a model tells the library that reads it.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private static readonly ParallelCorpus Pairs =
        ParallelCorpus.Of([("a b", "x"), ("b c", "y"), ("c a", "x"), ("a", "y")]);

    private static readonly TrainingConfiguration Small = new()
    {
        SourceTokenizer = "word", TargetTokenizer = "word", DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0,
        Normalization = Normalization.Batch,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_is_loaded_as_the_kind_of_model_that_it_holds()
    {
        ClassificationModel.Create(Small, Pairs).Save(folder["labels"]);
        TranslationModel.Create(Small, Pairs).Save(folder["translator"]);
        Assert.IsType<ClassificationModel>(ModelFolder.Load(folder["labels"]));
        Assert.IsType<TranslationModel>(ModelFolder.Load(folder["translator"]));
        Assert.Contains(
            "is missing", Assert.Throws<InputException>(() => ModelFolder.Load(folder.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_saved_again_has_its_new_options_and_puts_back_a_file_that_was_deleted()
    {
        var model = TranslationModel.Create(Small, Pairs);
        model.Save(folder["m"]);
        foreach (var file in Directory.GetFiles(folder["m"]))
        {
            File.Delete(file);
            TranslationModel.Create(Small with { LearningRate = 0.5 }, Pairs).Save(folder["m"]);
            Assert.Equal(0.5, ModelFolder.Load(folder["m"]).Configuration.LearningRate);
            model.Save(folder["m"]);
            Assert.Equal(Small.LearningRate, ModelFolder.Load(folder["m"]).Configuration.LearningRate);
        }
    }

    [Fact]
    public void A_model_is_saved_over_the_damaged_weights_of_another_with_its_own_tokens()
    {
        ClassificationModel.Create(Small, Pairs).Save(folder["m"]);
        var path = folder["m/" + ModelFolder.Weights];
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..20]);
        var other = ClassificationModel.Create(Small, ParallelCorpus.Of([("d e f g", "x"), ("f d", "y"), ("e", "x")]));
        other.Save(folder["m"]);
        var loaded = ClassificationModel.Load(folder["m"]);
        Assert.Equal(other.SourceTokens, loaded.SourceTokens);
        Assert.Equal(other.Probabilities(["d e"]), loaded.Probabilities(["d e"]));
    }

    [Fact]
    public void A_weight_or_a_running_mean_that_is_no_number_is_named()
    {
        var model = ClassificationModel.Create(Small, Pairs);
        var (name, weights) = model.Network.NamedParameters.First(named => named.Value.Count > 3);
        var (buffer, means) = model.Network.NamedBuffers.First(named => named.Value.Value.Count > 3);
        var before = weights.Value.ToArray();
        weights.Update()[2] = float.NaN;
        Refused($"weight 2 of tensor '{name}' is NaN; ");
        before.CopyTo(weights.Update());
        means.Update()[3] = float.PositiveInfinity;
        Refused($"weight 3 of tensor '{buffer}' is Infinity; ");

        void Refused(string reason)
        {
            model.Save(folder["m"]);
            Assert.StartsWith(
                $"{Path.Combine(folder["m"], ModelFolder.Weights)}: {reason}",
                Assert.Throws<InputException>(() => ModelFolder.Load(folder["m"])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_missing_is_named()
    {
        var model = ClassificationModel.Create(Small, Pairs);
        model.Save(folder["m"]);
        foreach (var file in (string[])[ModelFolder.Labels, "source_vocab.json"])
        {
            var path = folder[Path.Combine("m", file)];
            var bytes = File.ReadAllBytes(path);
            File.Delete(path);
            Assert.StartsWith(
                $"{folder["m"]}: not a model folder, {file} is missing; ",
                Assert.Throws<InputException>(() => ModelFolder.Load(folder["m"])).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, bytes);
        }
        ModelFolder.Load(folder["m"]);
    }

    [Fact]
    public void Another_configuration_of_the_training_is_checked_too()
    {
        ClassificationModel.Create(Small, Pairs).Save(folder["m"]);
        // Before the sizes of the weights are compared with it.
        var wrong = Small with { Task = "classify", DModel = -8 };
        Assert.Equal(
            Assert.Throws<InputException>(wrong.Validate).Message,
            Assert.Throws<InputException>(() => ClassificationModel.Load(folder["m"], wrong)).Message);
    }

    [Fact]
    public void A_line_far_longer_than_the_lines_of_training_is_told_of_once()
    {
        var model = ClassificationModel.Create(Small with { Normalization = Normalization.Layer }, Pairs);
        var told = new List<string>();
        (model.LongestLearned, model.Notice) = (4, told.Add);
        model.Classify([Line(104)], null, "text", 5); // 100 tokens more than 4
        Assert.Empty(told);
        model.Classify(["a", Line(105), Line(106)], null, "text", 5);
        model.Classify([Line(105)], null, "text", 9);
        Assert.Equal(
            "text:6: the line has 105 tokens, and the longest line that the model has learned from 4; expect poor "
            + "answers to lines this long, or split them (said once)", Assert.Single(told));
        (model.LongestLearned, model.Notice) = (120, told.Add);
        model.Classify([Line(240)]); // twice as long
        Assert.Single(told);
        model.Classify([Line(241)]);
        Assert.Equal(2, told.Count);
    }

    [Theory]
    [InlineData(true, "MaxTargetLength")]
    [InlineData(false, "MaxSourceLength")]
    public void A_line_that_is_too_long_to_learn_from_is_named_by_its_side(bool isTarget, string option)
    {
        var model = TranslationModel.Create(
            Small with { Positions = PositionEncoding.Learned, MaxLength = 6, Normalization = Normalization.Layer },
            Pairs);
        var pairs = ParallelCorpus.Of([("a", "x"), isTarget ? ("a", "x x x x x x") : ("a a a a a a", "x")]);
        var mistake = Assert.Throws<InputException>(() => model.Encode(pairs)).Message;
        Assert.StartsWith(
            $"{pairs.PlaceOf(1, isTarget)}: the line that begins ", mistake, StringComparison.Ordinal);
        Assert.EndsWith(
            $" TrainingConfiguration.{option} 5 drops such lines of training text.", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_saved_over_its_own_damaged_weights()
    {
        var model = ClassificationModel.Create(Small, Pairs);
        model.Save(folder["m"]);
        var path = folder["m/" + ModelFolder.Weights];
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..20]);
        model.Save(folder["m"]);
        Assert.Equal(whole, File.ReadAllBytes(path));
        Assert.Empty(Directory.GetFileSystemEntries(folder["m"], ".engine-*"));
    }

    private static string Line(int words) => string.Join(' ', Enumerable.Repeat("a", words));
}
