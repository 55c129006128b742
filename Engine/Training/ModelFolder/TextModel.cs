using Engine.Layers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// A model that answers a line of text with another line, a translation or a label: a network, the tokenizers and
/// vocabularies that turn lines into ids, and the configuration that both were made from. The model owns its forward
/// pass and its loss.
/// </summary>
public abstract partial class TextModel : ITrainable
{
    // Attention takes memory with the square of a sentence's length: 4,096 tokens take 64 MB.
    private const int MostTokens = 4096;

    private protected TextModel(TrainingConfiguration configuration, TextEncoder source)
    {
        configuration.Validate();
        (Configuration, Source) = (configuration, source);
        KnownPositions = Architectures.KnownPositions(configuration);
    }

    /// <summary>What the model was made from; the tokenizers are the chosen tokenizers.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>Encodes source lines.</summary>
    public TextEncoder Source { get; }

    /// <inheritdoc/>
    public abstract Module<float> Network { get; }

    /// <summary>
    /// The tokens of the longest source line that the model has learned from; null if this is not known.
    /// </summary>
    public int? LongestLearned { get; internal set; }

    /// <summary>
    /// Is told, once, of a line that is much longer than <see cref="LongestLearned"/>: more than twice its tokens, and
    /// over 100 tokens more. Null for nobody.
    /// </summary>
    public Action<string>? Notice { get; set; }

    /// <summary>Tokens of the source vocabulary.</summary>
    public int SourceTokens => Source.Vocabulary.Count;

    /// <summary>Tokens of the target vocabulary, or labels.</summary>
    public abstract int TargetTokens { get; }

    /// <inheritdoc/>
    public int ForwardPasses => Configuration.RDrop > 0 ? 2 : 1;

    /// <summary>Encodes the pairs of a corpus.</summary>
    /// <exception cref="InputException">A line is not one that the model can learn from.</exception>
    public IReadOnlyList<SentencePair> Encode(ParallelCorpus corpus)
    {
        var pairs = new List<SentencePair>(corpus.Count);
        foreach (var (source, target) in corpus.Pairs)
        {
            var pair = Encode(corpus, pairs.Count, source, target);
            RequireLearnable(pair, corpus, pairs.Count, source, target);
            pairs.Add(pair);
        }
        return pairs;
    }

    /// <summary>Encodes a pair of a text.</summary>
    /// <exception cref="InputException">
    /// The target line is a label that the model does not know; the message says where the line is.
    /// </exception>
    internal SentencePair Encode(IParallelText text, int index, string source, string target)
    {
        try
        {
            return Encode(source, target);
        }
        catch (InputException failure)
        {
            throw new InputException($"{text.PlaceOf(index, isTarget: true)}: {failure.Message}", failure);
        }
    }

    /// <summary>Encodes a pair of lines of any length.</summary>
    /// <param name="source">The source line.</param>
    /// <param name="target">The target line.</param>
    /// <param name="bpeDropout">Decides which merges BPE-dropout leaves out; null for no BPE-dropout.</param>
    /// <exception cref="InputException">The target line is a label that the model does not know.</exception>
    public abstract SentencePair Encode(string source, string target, RandomStream? bpeDropout = null);

    /// <summary>Refuses a pair that is too long for the network.</summary>
    /// <param name="pair">The pair as <see cref="Encode(string, string, RandomStream?)"/> encoded it.</param>
    /// <param name="text">The text of the pair.</param>
    /// <param name="index">The index of the pair in the text.</param>
    /// <param name="source">The source line, for the message.</param>
    /// <param name="target">The target line, for the message.</param>
    /// <exception cref="InputException">The pair is too long; the message says where it is.</exception>
    public abstract void RequireLearnable(
        SentencePair pair, IParallelText text, int index, string source, string target);

    /// <summary>Refuses a line of a text to learn from that is too long for the network.</summary>
    private protected void RequireLearnable(int[] ids, string line, IParallelText text, int index, bool isTarget)
    {
        if (ids.Length > LongestLine)
            RequireLength(
                ids, line, $"{text.PlaceOf(index, isTarget)}: the line",
                $"{OptionTable.InMessages(
                    isTarget ? nameof(Configuration.MaxTargetLength) : nameof(Configuration.MaxSourceLength))} "
                + $"{LongestLine} drops such lines of training text");
    }

    /// <summary>
    /// The training loss, with the configuration's label smoothing and R-Drop.
    /// </summary>
    /// <remarks>
    /// R-Drop (Liang et al. 2021, arXiv 2106.14448) makes two forward passes of each pair, each with dropout of its
    /// own, and adds the divergence between the two predictions. The paper's loss is CE1 + CE2 + alpha KL, where CE1
    /// and CE2 are the cross-entropies of the two passes and KL is the <see cref="Op.SymmetricKl"/> of their
    /// predictions. The loss here is half of the paper's, so that it is the mean loss of a token where the predictions
    /// agree. Both passes are one batch of twice the size (<see cref="Batch.Twice"/>), because dropout differs from row
    /// to row.
    /// </remarks>
    /// <inheritdoc cref="ITrainable.Loss"/>
    public abstract Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor);

    /// <summary>The losses of a batch that validation reports, each a sum over the batch.</summary>
    /// <param name="tape">A tape in inference mode.</param>
    /// <param name="batch">Pairs as ids.</param>
    public abstract ValidationLoss EvaluateLoss(Tape<float> tape, Batch batch);

    /// <summary>Answers lines; an empty line has an empty answer.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="team">Threads that share the work.</param>
    /// <param name="progress">Is told how much is answered.</param>
    /// <returns>An answer for each line, in order.</returns>
    public abstract IReadOnlyList<string> Answer(
        IReadOnlyList<string> lines, ThreadTeam team, IProgress<WorkProgress>? progress = null);

    /// <summary>Whether an answer is the reference.</summary>
    public abstract bool IsRight(string answer, string reference);

    /// <summary>How BLEU tokenizes the answers and the references; null if answers are labels.</summary>
    /// <param name="references">The references.</param>
    public abstract string? BleuTokenizer(IReadOnlyList<string> references);

    /// <summary>The number of positions that the network has a row for; no limit without learned positions.</summary>
    private protected int KnownPositions { get; }

    /// <summary>The most tokens of a line; the end follows them.</summary>
    private int LongestLine => Math.Min(MostTokens, KnownPositions - 1);

    /// <summary>Encodes a line of any length.</summary>
    private protected int[] Encode(TextEncoder encoder, string line, RandomStream? bpeDropout)
    {
        if (bpeDropout is null) return encoder.Encode(line);
        // Merges that BPE-dropout leaves out make a line longer; a line that gets too long is encoded without it.
        var ids = encoder.Encode(line, Configuration.BpeDropout, bpeDropout);
        return ids.Length <= LongestLine ? ids : encoder.Encode(line);
    }

    /// <summary>Encodes source lines and answers them in batches of similar length; empty lines are left out.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="size">
    /// The most lines of a batch, by the number of tokens of its longest line, the end included; <see cref="Divide"/>
    /// bounds the tokens too.
    /// </param>
    /// <param name="team">Threads that share the batches; null for the caller's thread alone.</param>
    /// <param name="progress">Is told how much is done.</param>
    /// <param name="work">What the progress calls the work.</param>
    /// <param name="answer">
    /// Answers a batch: gets the indices of its lines, and the ids of each line with the end.
    /// </param>
    /// <exception cref="InputException">
    /// A line is too long, or the model computes numbers for it that are not finite.
    /// </exception>
    private protected void InBatches(
        SourceLines text, Func<int, int> size, ThreadTeam? team, IProgress<WorkProgress>? progress, string work,
        Action<int[], int[][]> answer)
    {
        var encoded = text.Lines.Select((line, i) =>
        {
            var ids = Source.Encode(line);
            RequireLength(ids, line, $"{text.Name}:{text.First + i}: the line");
            return ids;
        }).ToArray();
        NoticeLength(text, encoded);
        var batches = Divide(encoded, size);
        using var counter = new ProgressCounter(progress, work, encoded.Sum(ids => (long)ids.Length));
        Run(team, batches.Count, i =>
        {
            Answer(batches[i]);
            counter.Add(batches[i].Sum(line => encoded[line].Length));
        });

        void Answer(int[] batch)
        {
            try
            {
                answer(batch, [.. batch.Select(line => (int[])[.. encoded[line], Vocabulary.End])]);
            }
            catch (NotFiniteNumberException) when (batch.Length > 1)
            {
                foreach (var line in batch.Order()) Answer([line]); // the message names the line
            }
            catch (NotFiniteNumberException failure)
            {
                throw new InputException($"{text.Name}:{text.First + batch[0]}: {failure.Message}", failure);
            }
        }
    }

    private void NoticeLength(SourceLines text, int[][] encoded)
    {
        if (Notice is not { } notice || LongestLearned is not { } longest) return;
        var first = Array.FindIndex(encoded, ids => ids.Length > Math.Max(2 * longest, longest + 100));
        if (first < 0) return;
        Notice = null; // once
        notice(FormattableString.Invariant(
            $"{text.Name}:{text.First + first}: the line has {encoded[first].Length:N0} tokens, and the longest line ")
            + FormattableString.Invariant($"that the model has learned from {longest:N0}; expect poor answers to ")
            + "lines this long, or split them (said once)");
    }

    /// <summary>
    /// Divides encoded lines into batches, from the shortest lines to the longest. Lines of similar length end
    /// together: no step of decoding runs for a single long line. The number of a batch's lines times the tokens of its
    /// longest line is at most <see cref="MostTokens"/>, which bounds the memory that encoding takes.
    /// </summary>
    /// <param name="encoded">The ids of each line, without the end.</param>
    /// <param name="size">The most lines of a batch, by the tokens of its longest line; a line may be alone.</param>
    /// <returns>The indices of the lines of each batch; lines without ids are in none.</returns>
    internal static IReadOnlyList<int[]> Divide(IReadOnlyList<int[]> encoded, Func<int, int> size)
    {
        var batches = new List<int[]>();
        var batch = new List<int>();
        foreach (var line in Enumerable.Range(0, encoded.Count).Where(i => encoded[i].Length > 0)
            .OrderBy(i => encoded[i].Length))
        {
            var longest = encoded[line].Length + 1;
            if (batch.Count > 0 && batch.Count >= Math.Min(size(longest), MostTokens / longest))
            {
                batches.Add([.. batch]);
                batch.Clear();
            }
            batch.Add(line);
        }
        if (batch.Count > 0) batches.Add([.. batch]);
        return batches;
    }

    /// <summary>Runs parts of a piece of work on the threads of a team, or on the caller's thread.</summary>
    private protected static void Run(ThreadTeam? team, int parts, Action<int> part)
    {
        if (team is not null) team.Run(parts, part);
        else
        {
            for (var i = 0; i < parts; i++) part(i);
        }
    }

    /// <summary>Source lines, and where messages say that they are.</summary>
    /// <param name="Lines">The lines.</param>
    /// <param name="Name">What messages call the text that the lines come from.</param>
    /// <param name="First">The number of the first line in that text.</param>
    private protected readonly record struct SourceLines(IReadOnlyList<string> Lines, string Name, int First);

    /// <summary>Refuses a line that is too long for the network.</summary>
    /// <param name="ids">The ids of the line.</param>
    /// <param name="line">The line, for the message.</param>
    /// <param name="which">What the message calls the line.</param>
    /// <param name="option">A remedy beside splitting the line; null if there is none.</param>
    /// <exception cref="InputException">The line is too long.</exception>
    internal void RequireLength(int[] ids, string line, string which, string? option = null)
    {
        if (ids.Length <= LongestLine) return;
        var maxLength = OptionTable.InMessages(nameof(Configuration.MaxLength));
        var limit = KnownPositions > MostTokens
            ? FormattableString.Invariant($"{LongestLine:N0}. Split it.")
            : FormattableString.Invariant(
                $"{LongestLine:N0} with learned positions and {maxLength} {KnownPositions}; split it, or train with ")
              + $"a larger {maxLength} or other {OptionTable.InMessages(nameof(Configuration.Positions))}.";
        throw new InputException(FormattableString.Invariant(
            $"{which} that begins {FileProblem.Quote(line)} has {ids.Length:N0} tokens; ")
            + $"a line may have at most {limit}" + (option is null ? "" : $" {option}."));
    }
}
