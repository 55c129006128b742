using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>Embeddings that word2vec learned from more text than there is to translate.</summary>
internal static class Word2VecNeighbours
{
    private const int Sentences = 4000, Updates = 200, Nearest = 3;
    private static readonly string[] Shown = ["boy", "he", "apple", "reads", "blue", "yesterday"];
    private static readonly Bilingual[] Names =
    [
        new("随机", "at random"), new("word2vec", "word2vec"),
        new("word2vec，向量在词之间打乱", "word2vec, vectors shuffled among the words"),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "word2vec-neighbours",
        Group = LabGroup.Positions,
        Seconds = 15,
        IsCertain = false,
        Claims = ["D20"],
        Question = new(
            "词向量从哪里来？用 word2vec 初始化有用吗？", "Where do embeddings come from? Does word2vec help to begin with?"),
        Claim = new("词的 embedding 可以用 word2vec 等方法得到", "embeddings can come from word2vec and the like"),
        Answer = new(
            "embedding 就是一张可训练的表，通常随机初始化，和模型一起学。word2vec 只看上下文就能让用法相近的词成为邻居；"
            + "平行语料少、单语文本多时，用它开头会学得快一些，语料够多时差别消失。",
            "An embedding is a table that is trained with the model, and usually begins at random. Word2vec makes "
            + "words of like use neighbours from contexts alone. With few pairs and much text of one language it can "
            + "be a head start; with enough pairs the difference goes away."),
        Rule = new(
            $"第 {Updates} 次更新时，用 word2vec 开头的验证损失更低，而且超出种子之间的差别，才算“有用”",
            $"useful if the validation loss at {Updates} updates is lower with word2vec, beyond the seeds"),
        Literature = new(
            "Mikolov 等（2013）：skip-gram 与负采样；Qi 等（2018）：预训练词向量在语料很少的翻译里有用",
            "Mikolov et al. 2013: skip-gram with negative sampling; Qi et al. 2018: pretrained embeddings help "
            + "translation of little text"),
        Sources =
        [
            "Engine/Models/SkipGram.cs", "Engine/Training/Embeddings/WordVectorTraining.cs",
            "Engine/Training/Embeddings/InitialEmbeddings.cs", "Engine/Layers/Embedding.cs",
        ],
        Tests =
        [
            "WordVectorTrainingTests.Words_of_the_same_contexts_become_neighbours",
            "WordVectorTrainingTests.The_loss_is_that_of_the_paper",
        ],
        Papers =
        [
            new("Mikolov et al. 2013 (vectors)", "1301.3781"),
            new("Mikolov et al. 2013 (negative sampling)", "1310.4546"), new("Qi et al. 2018", "1804.06323"),
        ],
        Parameters =
        [
            new("pairs", 500, 50, Sentences, new("翻译的训练句对（词向量总是来自全部文本）", "pairs to learn translation from; the "
                + "vectors are always of all text")),
            new("epochs", 4, 1, 100, new("word2vec 读文本的遍数", "how often word2vec reads the text")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var all = run.EachSeed([0], (_, seed) => Vectors(run, seed))[0];
        var found = run.EachSeed([0, 1, 2], (begin, seed) => Learn(run, begin, seed, all[(int)(seed - run.Seed)]));
        Measured[] losses = [.. found.Select(seeds => Measured.Of(seeds, curve => curve[^1]))];
        var vectors = all[0].Target;
        Bilingual because = new(
            $"第 {Updates} 次更新的验证损失：随机 {losses[0].Mean:0.00}，word2vec {losses[1].Mean:0.00}，打乱 {losses[2].Mean:0.00}",
            $"validation loss at {Updates} updates: {losses[0].Mean:0.00} at random, {losses[1].Mean:0.00} with "
            + $"word2vec, {losses[2].Mean:0.00} shuffled");
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("最近的邻居（余弦，种子中的第一个）", "nearest neighbours, with their cosines, of the first seed"),
                    [
                        new("词和它的邻居", "a word and its neighbours"),
                        .. Enumerable.Range(1, Nearest).Select(i => new Bilingual($"第 {i} 个", $"number {i}")),
                    ],
                    [
                        .. Shown.Select(word => (Word: word, Near: vectors.Neighbours(word, Nearest)))
                            .Where(one => one.Near.Count == Nearest)
                            .Select(one => new LabRow(
                                $"{one.Word}: {string.Join(", ", one.Near.Select(near => near.Word))}",
                                [.. one.Near.Select(near => near.Cosine)])),
                    ]),
                new LabTable(
                    new("验证损失（每个词）", "validation loss, nats per word"),
                    Measured.Columns(new("开头的 embedding", "embeddings begin"), run),
                    [.. losses.Select((loss, i) => loss.Row(Names[i]))]),
            ],
            Pictures =
            [
                new LabPlot(
                    new("验证损失", "validation loss"), new(new("更新次数", "updates")),
                    new(new("损失（nat/词）", "loss, nats per word")),
                    [
                        .. found.Select((seeds, i) => Measured.Line(
                            Names[i],
                            Enumerable.Range(0, seeds[0].Length).Select(part => (
                                (double)Updates * (part + 1) / seeds[0].Length,
                                Measured.Of(seeds, curve => curve[part]))))),
                    ]),
            ],
            Verdict = losses[0].IsAbove(losses[1]) ? new(VerdictKind.Holds, because)
                : losses[1].IsAbove(losses[0]) ? new(VerdictKind.DoesNotHold, because)
                : new(VerdictKind.NotShown, because),
        };
    }

    private static (ParallelCorpus Text, ParallelCorpus Test) Text(LabRun run, long seed) => run.IsFull
        ? ToyText.Of("zh-en", Sentences, 200, new RandomStream(seed))
        : ToyText.Of("zh-en", 60, 5, new RandomStream(seed));

    /// <summary>The vectors of both sides, from all text.</summary>
    private static (WordVectors Source, WordVectors Target) Vectors(LabRun run, long seed)
    {
        var (text, c) = (Text(run, seed).Text, SmallTraining.Small(seed, "zh-en"));
        var options = new WordVectorOptions
        {
            Dimension = c.DModel, Epochs = run.IsFull ? (int)run["epochs"] : 1, Seed = seed, LearningRate = 0.05,
            Subsample = 0.02, // the small vocabulary's words all have large shares of the text
        };
        WordVectors Of(IReadOnlyList<string> lines, string tokenizer)
        {
            run.Pause();
            return WordVectorTraining.Learn(lines, c with { SourceTokenizer = tokenizer }, options);
        }
        return (Of(text.Source, c.SourceTokenizer), Of(text.Target, c.TargetTokenizer));
    }

    /// <summary>The validation loss while a translator learns.</summary>
    private static double[] Learn(LabRun run, int begin, long seed, (WordVectors Source, WordVectors Target) vectors)
    {
        var (text, test) = Text(run, seed);
        var pairs = ParallelCorpus.Of([.. text.Pairs.Take(run.IsFull ? (int)run["pairs"] : 50)]);
        var model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en"), pairs);
        var random = new RandomStream(seed).Fork(7);
        if (begin == 1) InitialEmbeddings.OfBoth(model, vectors.Source, vectors.Target);
        if (begin == 2)
        {
            InitialEmbeddings.OfBoth(
                model, Shuffled(vectors.Source, random.Fork(0)), Shuffled(vectors.Target, random.Fork(1)));
        }
        var training = new SmallTraining(run, model, pairs, Updates);
        var curve = new double[run.IsFull ? 5 : 1];
        for (var part = 0; part < curve.Length; part++)
            curve[part] = training.Train(run.IsFull ? Updates / curve.Length : 2).Loss(test);
        return curve;
    }

    /// <summary>The same vectors, each of another word: their scale and common direction are left.</summary>
    private static WordVectors Shuffled(WordVectors vectors, RandomStream random)
    {
        int[] places = [.. Enumerable.Range(0, vectors.Words.Count)];
        random.Shuffle<int>(places);
        var shuffled = new WordVectors(vectors.Dimension);
        for (var i = 0; i < places.Length; i++)
            shuffled.Add(vectors.Words[i], vectors.Of(vectors.Words[places[i]]).ToArray());
        return shuffled;
    }
}
