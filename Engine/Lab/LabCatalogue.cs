namespace Engine.Lab;

/// <summary>All pages of the book, chapter by chapter.</summary>
public static class LabCatalogue
{
    /// <summary>The pages in reading order.</summary>
    public static IReadOnlyList<LabEntry> All { get; } =
    [
        SoftmaxOneTwoTen.Entry, ScaleSqrtDk.Entry, MinusOneE9.Entry, ReceptiveField.Entry, WhichMemory.Entry,
        AttentionByHand.Entry, MaskThatCheats.Entry, FarMemory.Entry, TeacherForcing.Entry, RnnMustWait.Entry,
        OneHeadOrMany.Entry, CutAHead.Entry, HeadsDiffer.Entry, SharedQueryKey.Entry, FiveScores.Entry,
        WhereHateLooks.Entry, PoolingLongText.Entry,
        HeadsCost.Entry, NSquaredD.Entry, FewerParameters.Entry,
        ShuffleTheWords.Entry, CausalKnowsOrder.Entry, UniquePosition.Entry, RotateByK.Entry, DotProductDecay.Entry,
        LongerThanTrained.Entry, PeCodeBug.Entry, Word2VecNeighbours.Entry,
        WhatLayerNormAverages.Entry, FoldBatchNorm.Entry, RunningVariance.Entry, AxesOfNorms.Entry,
        PreOrPost.Entry,
        CovariateShift.Entry, HigherRate.Entry, BatchOfTwo.Entry, BatchNormTransformer.Entry,
        DeepLinear.Entry, SigmoidDepth.Entry, ZeroCentred.Entry,
        DeadRelu.Entry, PolynomialCannot.Entry, Confidence.Entry, SwigluEqual.Entry, SigmoidCost.Entry,
        ResidualIsNotMagic.Entry, XavierOrHe.Entry, AllWeightsEqual.Entry, RnnNearAndFar.Entry,
        ClipAndExplode.Entry,
        AdamFirstSteps.Entry, AdamAfterSpike.Entry, AdamWNotL2.Entry, ConvexNotEnough.Entry, Saddle.Entry,
        MomentumValley.Entry, AdagradStops.Entry, BatchSizes.Entry,
        DropoutExpectation.Entry, DropoutOverfitsLess.Entry, ThreeModes.Entry,
        WiderBeam.Entry, FiveDecoders.Entry,
        WideAndDeep.Entry, TwoTasks.Entry, NextClick.Entry, ExploreOrExploit.Entry, AdWordFunnel.Entry,
        ZeroShot.Entry, FewShot.Entry,
    ];

    /// <summary>The pages that a name stands for: a page, a chapter, or <c>all</c>; none for an unknown name.</summary>
    public static IReadOnlyList<LabEntry> Find(string name) => name == "all"
        ? All
        : [
            .. All.Where(
                entry => entry.Name == name || entry.Group.ToString().Equals(name, StringComparison.OrdinalIgnoreCase))
        ];

    /// <summary>The pages whose question, claim or answer, in either language, has a word.</summary>
    public static IReadOnlyList<LabEntry> Search(string word) =>
    [
        .. All.Where(entry => ((Bilingual[])[entry.Question, entry.Claim, entry.Answer])
            .SelectMany(text => (string[])[text.Chinese, text.English]).Append(entry.Name)
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase))),
    ];
}
