using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a model's fingerprint covers, as saved models have it.</summary>
public class FingerprintTests
{
    [Fact]
    public void Models_keep_the_fingerprints_that_an_earlier_program_gave_them()
    {
        using var folder = new TemporaryFolder();
        (string, string)[] pairs = [("Ab cab c", "x y"), ("abc CAB", "y"), ("c cab", "x x z"), ("é ab", "x")];
        var c = new TrainingConfiguration
        {
            DModel = 4, DFf = 4, Heads = 1, Layers = 1, SourceTokenizer = "word", TargetTokenizer = "char",
        };
        Assert.Equal(
            "f7e445d36f00bb1f86600b41814ca3b59e24458f3135a72eb2f966f065a3ddbf",
            Saved(TranslationModel.Create(c, ParallelCorpus.Of(pairs))));
        Assert.Equal(
            "08b27f0c2be532c1c1d8adc8d02ec721497a2b34c54c6054491544daa3380c2a",
            Saved(TranslationModel.Create(
                c with { SourceTokenizer = "bpe", Lowercase = true, BpeMerges = 3 }, ParallelCorpus.Of(pairs))));
        (string, string)[] labelled = [("Ab cab c", "x"), ("abc CAB", "y"), ("c cab", "x"), ("é ab", "y")];
        Assert.Equal(
            "124d5721819cb5de013592d69d509bd4b75a9fabacc0fcfebcb6807977e7f1fb",
            Saved(ClassificationModel.Create(
                c with { Task = "classify", Nfkc = true }, ParallelCorpus.Of(labelled))));

        string Saved(TextModel model)
        {
            model.Save(folder["m"]);
            using var file = SafeTensorsFile.Open(folder["m/model.safetensors"]);
            return file.Metadata["fingerprint"];
        }
    }

    [Fact]
    public void A_normalizer_is_covered_under_its_earlier_name()
    {
        string Traits(TextNormalizer normalizer) => string.Join(
            '|', Fingerprint.TraitsOf(new TextEncoder(new WordTokenizer(), Vocabulary.Of(["a"]), normalizer)));
        Assert.Equal("", Traits(default));
        Assert.Equal("TextForm { Lowercase = True, Nfkc = False }", Traits(new TextNormalizer(true, false)));
        Assert.Equal("TextForm { Lowercase = True, Nfkc = True }", Traits(new TextNormalizer(true, true)));
    }
}
