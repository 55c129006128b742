namespace Engine.Lab;

/// <summary>Estimates from logs of a funnel that the recommender itself shaped.</summary>
internal static class AdWordFunnel
{
    private const double Off = 0.1;
    private const int Words = 20, Places = 5;
    private static readonly double[] Seen = [.. Enumerable.Range(0, Places).Select(place => 1.0 / (1 + place))];
    private static readonly Bilingual[] Difficulties =
    [
        new("位置偏差：热门词的点击率 / 冷门词的", "position bias: click rate of the top words by the others'"),
        new("选择偏差：全部曝光上的转化率", "selection bias: conversion rate over all impressions"),
        new("延迟反馈：点击之后的转化率", "delayed feedback: conversion rate after a click"),
    ];

    public static LabEntry Entry { get; } = new()
    {
        Name = "ad-word-funnel",
        Group = LabGroup.Recommendation,
        Seconds = 1,
        IsCertain = false,
        Claims = ["R1"],
        Question = new(
            "短视频场景：推荐广告词，用户点击后搜索，再展示广告。重点和难点是什么？",
            "A short-video app recommends ad words; a click searches, and ads are shown. What matters, what is hard?"),
        Claim = new(
            "重点和难点在于：广告词推荐、点击搜索、广告展示这条链路上的数据",
            "what matters and what is hard is the data of the chain: word shown, clicked, searched, ad shown"),
        Answer = new(
            "难在日志有偏：排在前面的词看的人多，点击率虚高；只有点击过的人才有转化记录；刚点击的人还没来得及转化。"
            + "直接取平均全都错，按被看到、被点击、已成熟的概率加权（IPS）就能纠正，前提是知道这些概率。",
            "The logs are biased: words at the top are seen more and their click rate looks high; conversions are "
            + "known of clicks alone; late clicks had no time to convert. Plain means are wrong each time. Weighting "
            + "by the probability to be seen, clicked and mature corrects them, if one knows these probabilities."),
        Rule = new(
            $"三个直接估计都偏离真值 {Off:0%} 以上，而加权之后都不到，才算成立",
            $"holds if three naive estimates are off by over {Off:0%} of the truth, and the weighted ones by less"),
        Literature = new(
            "Joachims 等（2017）：逆倾向加权纠正位置偏差；Ma 等（2018，ESMM）：全空间转化率；Chapelle（2014）：延迟反馈",
            "Joachims et al. 2017: inverse propensities against position bias; Ma et al. 2018 (ESMM): conversions over "
            + "the entire space; Chapelle 2014: delayed feedback"),
        Sources = ["Engine/Lab/Recommendation/AdWordFunnel.cs", "Engine/Kernels/Random/RandomStream.cs"],
        Papers =
        [
            new("Joachims et al. 2017", "1608.04468"), new("Ma et al. 2018 (ESMM)", "1804.07931"),
            new("Chapelle 2014"),
        ],
        Parameters =
        [
            new("delay", 3, 0.01, 100, new("转化延迟的平均天数", "the mean delay of conversions, in days")),
            new("days", 7, 1, 100, new("日志的天数", "the days of the log")),
        ],
        Recorded = VerdictKind.Holds,
        Run = Run,
    };

    private static LabResult Run(LabRun run)
    {
        var found = run.EachSeed([0], (_, seed) => Simulate(run, seed))[0];
        var rows = new List<LabRow>();
        var parts = new List<VerdictKind>();
        var (naive, weighted) = (new List<Measured>(), new List<Measured>());
        for (var i = 0; i < Difficulties.Length; i++)
        {
            Measured plain = Measured.Of(found, one => one[i].Naive / one[i].True),
                corrected = Measured.Of(found, one => one[i].Weighted / one[i].True);
            var name = Difficulties[i];
            rows.Add(plain.Row(new($"{name.Chinese}，直接平均", $"{name.English}, plain mean")));
            rows.Add(corrected.Row(new($"{name.Chinese}，加权", $"{name.English}, weighted")));
            naive.Add(new Measured([.. plain.Values.Select(ratio => Math.Abs(ratio - 1))]));
            weighted.Add(new Measured([.. corrected.Values.Select(ratio => Math.Abs(ratio - 1))]));
            parts.AddRange([naive[i].Above(Off), weighted[i].Below(Off)]);
        }
        return new LabResult
        {
            Tables =
            [
                new LabTable(
                    new("估计 / 真值（1 是正确的）", "estimate by truth (1 is right)"),
                    Measured.Columns(new("估计", "estimate"), run), rows),
            ],
            Verdict = Verdict.All(
                new(
                    $"直接平均偏离 {string.Join("、", naive.Select(one => $"{one.Mean:0%}"))}；加权之后最多 "
                    + $"{weighted.Max(one => one.Mean):0.0%}",
                    $"plain means are off by {string.Join(", ", naive.Select(one => $"{one.Mean:0%}"))}; weighted "
                    + $"ones by {weighted.Max(one => one.Mean):0.0%} at most"),
                [.. parts]),
        };
    }

    /// <summary>Three quantities of a log: what a plain mean says, what a weighted mean says, and the truth.</summary>
    private static (double Naive, double Weighted, double True)[] Simulate(LabRun run, long seed)
    {
        var random = new RandomStream(seed);
        var rates = Enumerable.Range(0, Words).Select(_ => 0.1 + (0.2 * random.NextUniform())).ToArray();
        // Half of the words are popular, and are shown at the top more often.
        double[] views = new double[2], clicks = new double[2], weighted = new double[2], truth = new double[2];
        var (bought, likely, clicked) = (0.0, 0.0, 0.0); // over clicks; by weight; all clicks
        var (all, total) = (0.0, 0.0); // conversions that impressions would have
        var (early, mature) = (0.0, 0.0);
        var impressions = run.IsFull ? 400_000 : 2000;
        for (var i = 0; i < impressions; i++)
        {
            run.Pause();
            var word = random.NextInteger(Words);
            var group = word < Words / 2 ? 0 : 1;
            var place = Math.Min(random.NextInteger(Places), group == 0 ? random.NextInteger(Places) : Places);
            var eager = random.NextUniform(); // who is eager clicks more, and buys more
            var rate = 2 * eager * rates[word];
            views[group]++;
            truth[group] += rate;
            total++;
            all += 0.4 * eager;
            if (random.NextUniform() >= Seen[place] || random.NextUniform() >= rate) continue;
            clicks[group]++;
            weighted[group] += 1 / Seen[place];
            clicked++;
            var buys = random.NextUniform() < 0.4 * eager;
            var weight = 1 / (Seen[place] * rate);
            likely += buys ? weight : 0;
            bought += buys ? 1 : 0;
            // A click of a random day: its conversion may come after the end of the log.
            var left = run["days"] * random.NextUniform();
            var delay = -run["delay"] * Math.Log(1 - random.NextUniform());
            if (!buys || delay > left) continue;
            early++;
            mature += 1 / (1 - Math.Exp(-left / run["delay"]));
        }
        return
        [
            (clicks[0] / views[0] / (clicks[1] / views[1]), weighted[0] / views[0] / (weighted[1] / views[1]),
                truth[0] / views[0] / (truth[1] / views[1])),
            (bought / clicked, likely / total, all / total),
            (early / clicked, mature / clicked, bought / clicked),
        ];
    }
}
