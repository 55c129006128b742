using Engine.Models;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Learns word vectors from text by word2vec's skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1301.3781
/// and 1310.4546): words with the same neighbours get similar vectors.
/// </summary>
/// <remarks>
/// As in the paper, random words have the probability of their count to the power 0.75, frequent words are left out at
/// random, the window is drawn for each word, and the learning rate falls linearly. The authors' program updates after
/// each pair; here a step has the pairs of up to <see cref="MostWords"/> words, fewer in a small vocabulary, and the
/// gradients are summed, so that the small steps of many pairs add up about as they would one by one. A sum of too many
/// gradients of one word would overshoot. A line goes whole into a step, unless the step would get more than <see
/// cref="MostPairs"/> or <see cref="MostNumbers"/>. One thread computes: same seed, same bits.
/// </remarks>
public sealed class WordVectorTraining
{
    private const int LeastWords = 8, MostWords = 128; // of a step
    private const int MostPairs = 1 << 14; // of a step
    private const int MostNumbers = 1 << 24; // of the near and random words' vectors in a step: 64 MiB
    private const int VocabularyOfWord = 4; // a step has a word for each four of the vocabulary
    private const double LeastRate = 1e-4; // of the first learning rate
    private const double Smoothing = 0.75; // of counts
    private const int Tables = 2; // of vectors

    private readonly IReadOnlyList<int[]> sentences;
    private readonly WordVectorOptions options;
    private readonly double[] keeps; // the probability that a word of the text stays
    private readonly double[] ends; // of each word, the sum of the smoothed counts up to and including it
    private readonly int wordsOfStep, pairsOfStep;
    private readonly SkipGram<float> network;
    private readonly GradientSet<float> gradients;
    private readonly Sgd<float> optimizer;
    private readonly List<int> pairs = [], others = []; // of the step to come
    private readonly long all; // the words of the text, all epochs together
    private long read, done; // of them, read so far, and read at the latest step

    private WordVectorTraining(IReadOnlyList<int[]> sentences, long[] counts, WordVectorOptions options)
    {
        (this.sentences, this.options) = (sentences, options);
        all = sentences.Sum(sentence => (long)sentence.Length) * options.Epochs;
        wordsOfStep = Math.Clamp(counts.Count(count => count > 0) / VocabularyOfWord, LeastWords, MostWords);
        pairsOfStep = (int)Math.Clamp(MostNumbers / ((1L + options.Negatives) * options.Dimension), 1, MostPairs);
        double total = counts.Sum();
        keeps = [.. counts.Select(count => count == 0 ? 0 : Math.Min(1, Math.Sqrt(options.Subsample * total / count)))];
        ends = new double[counts.Length];
        var sum = 0.0;
        for (var word = 0; word < counts.Length; word++) ends[word] = sum += Math.Pow(counts[word], Smoothing);
        network = new SkipGram<float>(counts.Length, options.Dimension, new RandomStream(options.Seed).Fork(0));
        gradients = new GradientSet<float>(network.Parameters);
        optimizer = new Sgd<float>(network.Parameters, options.LearningRate);
    }

    /// <summary>Learns the vectors of the tokens of a text.</summary>
    /// <param name="lines">The text, one sentence a line.</param>
    /// <param name="text">How lines become tokens: the options of text, of which <see
    /// cref="TrainingConfiguration.SourceTokenizer"/> names the tokenizer.</param>
    /// <param name="options">How the vectors are learned.</param>
    /// <param name="progress">Is told how much is done.</param>
    /// <exception cref="InputException">An option is outside its range, or the text has fewer than two different
    /// words.</exception>
    public static WordVectors Learn(
        IReadOnlyList<string> lines, TrainingConfiguration text, WordVectorOptions options,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var tokenizer = text.SourceTokenizer == "auto" ? Tokenizers.Guess(lines) : text.SourceTokenizer;
        var encoder = TextEncoders.Learn(
            text, tokenizer, lines.Counting(progress, "counting words", lines.Count), progress);
        var sentences = lines.Select(encoder.Encode).ToArray();
        return Learn(sentences, encoder.Vocabulary, options, progress);
    }

    /// <summary>Learns the vectors of the tokens of encoded sentences; unknown tokens are left out of them.</summary>
    internal static WordVectors Learn(
        IReadOnlyList<int[]> sentences, Vocabulary vocabulary, WordVectorOptions options,
        IProgress<WorkProgress>? progress = null)
    {
        var counts = new long[vocabulary.Count];
        foreach (var id in sentences.SelectMany(sentence => sentence))
        {
            if (id > Vocabulary.End) counts[id]++;
        }
        if (counts.Count(count => count > 0) < 2)
            throw new InputException(
                "the text has fewer than two different words, so that no word has a neighbour; give more text.");
        ModelTensors.RequirePossible(
            [new("input.weight", Tables, counts.Length, options.Dimension)], "the vectors and their gradients",
            2 * sizeof(float), $"choose a smaller {nameof(WordVectorOptions)}.{nameof(WordVectorOptions.Dimension)} or "
            + $"{OptionTable.InMessages(nameof(TrainingConfiguration.VocabSize))}.");
        var training = new WordVectorTraining(sentences, counts, options);
        training.Run(progress);
        var vectors = new WordVectors(options.Dimension);
        for (var id = 0; id < counts.Length; id++)
        {
            if (counts[id] > 0) vectors.Add(vocabulary.TokenOf(id), training.network.VectorOf(id));
        }
        return vectors;
    }

    private void Run(IProgress<WorkProgress>? progress)
    {
        using var counter = new ProgressCounter(progress, "learning word vectors", all);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var random = new RandomStream(options.Seed).Fork(epoch);
            var order = Enumerable.Range(0, sentences.Count).ToArray();
            random.Shuffle<int>(order);
            foreach (var index in order)
            {
                AddPairs(sentences[index], random, counter);
                if (read - done >= wordsOfStep) Step(Rate, counter);
            }
        }
        Step(LeastRate, counter);
    }

    /// <summary>Adds the pairs of a sentence's words and the words near them, and random words for each; takes a step
    /// as often as the pairs are enough for one.</summary>
    private void AddPairs(int[] sentence, RandomStream random, ProgressCounter counter)
    {
        var before = read;
        var kept = Array.FindAll(sentence, id => keeps[id] > 0 && random.NextUniform() < keeps[id]);
        for (var i = 0; i < kept.Length; i++)
        {
            read = before + ((long)sentence.Length * i / kept.Length);
            var window = 1 + random.NextInteger(options.Window);
            for (var j = Math.Max(0, i - window); j <= Math.Min(kept.Length - 1, i + window); j++)
            {
                if (j == i) continue;
                if (pairs.Count == pairsOfStep) Step(Rate, counter);
                pairs.Add(kept[i]);
                others.Add(kept[j]);
                for (var k = 0; k < options.Negatives; k++) others.Add(RandomWord(random, kept[j]));
            }
        }
        read = before + sentence.Length;
    }

    /// <summary>A word other than the near one, by the smoothed counts.</summary>
    private int RandomWord(RandomStream random, int near)
    {
        while (true)
        {
            var place = Math.Min(random.NextUniform() * ends[^1], Math.BitDecrement(ends[^1]));
            var (low, high) = (0, ends.Length - 1); // the first word whose sum exceeds the place
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (ends[middle] > place) high = middle;
                else low = middle + 1;
            }
            if (low != near) return low;
        }
    }

    /// <summary>The share of the first learning rate that is left.</summary>
    private double Rate => Math.Max(1 - ((double)done / all), LeastRate);

    /// <summary>Learns from the pairs, if there are any.</summary>
    private void Step(double rate, ProgressCounter counter)
    {
        if (pairs.Count > 0)
        {
            using (var tape = new Tape<float>())
            {
                gradients.Clear();
                tape.Backward(network.Loss(tape, [.. pairs], [.. others]), gradients);
            }
            optimizer.LearningRate = options.LearningRate * rate;
            optimizer.Step(gradients);
            pairs.Clear();
            others.Clear();
        }
        done = read;
        counter.At(read);
    }
}
