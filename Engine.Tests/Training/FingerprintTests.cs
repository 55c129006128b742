using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a model's fingerprint covers, as the models that are saved already have it.</summary>
public class FingerprintTests
{
    [Fact]
    public void A_normalizer_enters_the_fingerprint_as_it_always_did()
    {
        string Traits(TextNormalizer normalizer) => string.Join(
            '|', TextEncoders.Traits(new TextEncoder(new WordTokenizer(), Vocabulary.Of(["a"]), normalizer)) ?? []);
        Assert.Equal("", Traits(default));
        Assert.Equal("TextForm { Lowercase = True, Nfkc = False }", Traits(new TextNormalizer(true, false)));
        Assert.Equal("TextForm { Lowercase = True, Nfkc = True }", Traits(new TextNormalizer(true, true)));
    }
}
