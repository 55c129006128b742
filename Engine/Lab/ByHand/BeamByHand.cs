using Engine.Decoding;
using Engine.Text;

namespace Engine.Lab;

/// <summary>Beam search over a table of next-token logits, by hand.</summary>
internal static class BeamByHand
{
    private const string
        NotNormalized = "A beam compares sums of different lengths",
        GoesOn = "A finished hypothesis goes on",
        EndDoesNotCount = "The end token does not count in a hypothesis's length",
        TakesPlace = "Finished hypotheses take places in the beam",
        OwnBest = "Each hypothesis keeps its own best token",
        Logits = "A beam adds logits, not log-probabilities";

    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            // Whole 64ths, so that single precision holds them exactly.
            { "logits", [7, 7], [.. Enumerable.Range(0, 49).Select(_ => Math.Round(random.NextNormal() * 96) / 64)] },
            { "width", [], 3 }, { "maxLength", [], 6 }, { "alpha", [], 0.8 },
        },
        refuse: given => given["logits"].Shape[0] < 4 ? "there must be at least 4 tokens"
            : given.Number("width") is not (>= 1 and <= 1000) ? "width must be 1 to 1000"
            : given.Number("maxLength") is not (>= 1 and <= 1000) ? "maxLength must be 1 to 1000"
            : given.Number("alpha") < 0 ? "alpha must be at least 0" : null,
        right: Right,
        solve: Solve)
    {
        Name = "beam",
        Task = new("手撕 beam search（结束符和长度惩罚）", "beam search by hand, with end token and length penalty"),
        Formula =
        [
            "p(next | last) = softmax(logits[last]);  a hypothesis begins after token 2 (begin), and ends with 3 (end)",
            "each step: extend every open hypothesis by every token but 0 (padding) and 2, in order of Σ ln p",
            "    go down the list until `width` extensions are open; an extension by 3 before that is finished",
            "    hypotheses of maxLength tokens (3 included) are finished as they are",
            "end when `width` hypotheses are finished or none is open",
            "score = Σ ln p / ((5 + n) / 6)^alpha,  n tokens, the end token included",
        ],
        Remark = new(
            "tokens 不含开头的 2 和结尾的 3，空位填 −1，按 score 从高到低取 width 个；不够的行，tokens 全填 −1，score 填 0。",
            "tokens holds neither the 2 in front nor the 3 at the end; places left are -1. The `width` best by score, "
            + "the best first; a row that was not found has tokens of -1 and score 0."),
        Inputs =
        [
            new("logits", "V V", new("上一个词到下一个词的 logits", "logits of the next token, a row for each last token")),
            new("width", "", new("beam 宽度", "the width of the beam"), IsInteger: true),
            new("maxLength", "", new("最多多少个词", "the most tokens"), IsInteger: true),
            new("alpha", "", new("长度惩罚 α", "the length penalty")),
        ],
        Answers =
        [
            new("tokens", "width maxLength", new("找到的句子", "the hypotheses"), IsInteger: true),
            new("scores", "width", new("分数", "their scores")),
        ],
        Mistakes =
        [
            new(NotNormalized, "score = sum ln p, not sum ln p / penalty(length)", new(
                "没有长度惩罚：对数概率之和偏爱短句", "there is no length penalty: a sum of logarithms favours short ones")),
            new(GoesOn, "a hypothesis with 3 in it is extended until maxLength", new(
                "没有处理结束符：已经结束的句子还在往后接词",
                "the end token is not handled: finished hypotheses are extended further")),
            new(EndDoesNotCount, "penalty(n - 1), not penalty(n)", new(
                "算长度时漏掉了结束符", "the end token is missing in the length")),
            new(TakesPlace, "the first `width` extensions, also an extension that ends", new(
                "结束的句子占了 beam 的位置：还在展开的越来越少",
                "finished hypotheses take places in the beam, which narrows")),
            new(OwnBest, "the best token of each hypothesis, not the best of all extensions", new(
                "每个候选只保留自己最好的词；应该把所有候选的展开放在一起排序",
                "each hypothesis keeps its own best token; all extensions should be sorted together")),
            new(Logits, "score = sum of logits, not of ln softmax(logits)", new(
                "你加的是 logits，不是 log softmax", "you added logits, not the logarithms of the softmax")),
        ],
    };

    private static ExerciseValues Right(ExerciseValues given)
    {
        var (logits, width, longest) = (given["logits"], given.Integer("width"), given.Integer("maxLength"));
        var v = logits.Shape[0];
        var options = new BeamOptions { Width = width, NBest = width, LengthPenalty = given.Number("alpha") };
        var processor = new LogitsProcessor(options);
        var top = new TopTokens(width + 1, normalizes: true, processor);
        var sentence = new BeamSentence(options, 0, longest);
        List<int> last = [Vocabulary.Begin];
        while (!sentence.IsDone)
        {
            processor.Start(last.Count, 0);
            top.Start(last.Count);
            float[] rows = [.. last.SelectMany(token => Enumerable.Range(0, v).Select(i => (float)logits[token, i]))];
            top.Read(rows, 0, v);
            List<int> parents = [], next = [];
            sentence.Advance(top, 0, parents, next);
            last = next;
        }
        // The scores again, in double precision.
        using var tape = new Tape<double>(Mode.Inference);
        var logs = Op.LogSoftmax(tape.Constant(logits));
        return Answer(given, sentence.Best().Select(found =>
        {
            int[] all = found.Tokens.Count < longest ? [.. found.Tokens, Vocabulary.End] : [.. found.Tokens];
            var sum = all.Zip(all.Prepend(Vocabulary.Begin), (token, before) => logs[before, token]).Sum();
            return (found.Tokens.ToArray(), sum / options.PenaltyOf(all.Length));
        }));
    }

    private static ExerciseValues Solve(Work work)
    {
        var given = work.Given;
        var (width, longest, alpha) = (given.Integer("width"), given.Integer("maxLength"), given.Number("alpha"));
        var logs = work.Makes(Logits) ? work["logits"] : Op.LogSoftmax(work["logits"]);
        var v = logs.Shape[0];
        List<(int[] Tokens, double Sum)> open = [([Vocabulary.Begin], 0)], finished = [];
        while (open.Count > 0 && finished.Count < width)
        {
            var extensions =
                from one in open
                let best = (from token in Enumerable.Range(0, v)
                            where token is not (Vocabulary.Pad or Vocabulary.Begin)
                            let sum = one.Sum + logs[one.Tokens[^1], token]
                            orderby sum descending
                            select (Tokens: (int[])[.. one.Tokens, token], Sum: sum))
                from extension in work.Makes(OwnBest) && open.Count > 1 ? best.Take(1) : best
                orderby extension.Sum descending
                select extension;
            List<(int[] Tokens, double Sum)> next = [];
            var places = width;
            foreach (var extension in extensions)
            {
                if (next.Count == places) break;
                var ends = extension.Tokens[^1] == Vocabulary.End && !work.Makes(GoesOn);
                (ends ? finished : next).Add(extension);
                if (ends && work.Makes(TakesPlace)) places--;
            }
            open = next;
            if (open.Count == 0 || open[0].Tokens.Length <= longest) continue;
            finished.AddRange(open);
            open = [];
        }
        double Score((int[] Tokens, double Sum) one)
        {
            var n = one.Tokens.Length - 1;
            if (work.Makes(EndDoesNotCount) && one.Tokens[^1] == Vocabulary.End) n--;
            return one.Sum / (work.Makes(NotNormalized) ? 1 : Math.Pow((5.0 + n) / 6, alpha));
        }

        int[] Words(int[] tokens) =>
            tokens[^1] == Vocabulary.End && !work.Makes(GoesOn) ? tokens[1..^1] : tokens[1..];

        return Answer(given, finished.OrderByDescending(Score).Take(width).Select(one =>
            (Words(one.Tokens), Score(one))));
    }

    private static ExerciseValues Answer(ExerciseValues given, IEnumerable<(int[] Tokens, double Score)> found)
    {
        var (width, longest) = (given.Integer("width"), given.Integer("maxLength"));
        var (tokens, scores) = (new double[width * longest], new double[width]);
        Array.Fill(tokens, -1);
        foreach (var (i, one) in found.Index())
        {
            scores[i] = one.Score;
            for (var j = 0; j < one.Tokens.Length; j++) tokens[(i * longest) + j] = one.Tokens[j];
        }
        return new() { { "tokens", [width, longest], tokens }, { "scores", [width], scores } };
    }
}
