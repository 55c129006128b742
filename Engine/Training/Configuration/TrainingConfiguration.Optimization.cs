namespace Engine.Training;

// The loss, the optimizer and the learning rate. OptimizerChoice and ScheduleChoice say which of these options an
// optimizer and a schedule read.
public sealed partial record TrainingConfiguration
{
    /// <summary>The optimizer.</summary>
    [Help(OptionGroup.Optimization)]
    [OneOf(AndNamesOf = typeof(OptimizerChoice))]
    public string Optimizer { get; init; } = "adam";

    /// <summary>
    /// The highest learning rate, reached after the warm-up. The values of the presets suit adam, adamw, nadam and
    /// rmsprop. Where the toy preset has 0.003, lion needs 0.001, adagrad 0.03, sgd 0.3 with a momentum of 0.9, and
    /// adadelta 1 with a beta2 of 0.9 and an epsilon of 1e-6.
    /// </summary>
    [Help(OptionGroup.Optimization, "the highest, after the warm-up")]
    [Range(Above = 0, Below = 1e6)]
    public double LearningRate { get; init; } = 0.003;

    /// <summary>How the learning rate changes after the warm-up.</summary>
    [Help(OptionGroup.Optimization)]
    [OneOf(AndNamesOf = typeof(ScheduleChoice))]
    public string Schedule { get; init; } = "inverse-sqrt";

    /// <summary>Updates over which the learning rate rises, whatever the schedule.</summary>
    [Help(OptionGroup.Optimization, "updates over which the learning rate rises")]
    [Range(AtLeast = 0, AtMost = int.MaxValue)]
    public int Warmup { get; init; } = 400;

    /// <summary>Updates between two reductions of the learning rate.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    public int DecayEvery { get; init; } = 1000;

    /// <summary>The factor by which the learning rate is reduced.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(Above = 0, Below = 1)]
    public double DecayFactor { get; init; } = 0.5;

    /// <summary>Validations in a row that may bring no lower loss; one more reduces the learning rate.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, AtMost = int.MaxValue)]
    public int Patience { get; init; } = 2;

    /// <summary>The part of the velocity that stays from step to step.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, Below = 1)]
    public double Momentum { get; init; }

    /// <summary>Whether the step looks ahead along the velocity.</summary>
    [Help(OptionGroup.Optimization)]
    public bool Nesterov { get; init; }

    /// <summary>The decay of the running mean of gradients.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, Below = 1)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>
    /// The decay of the running mean of squared gradients; PyTorch calls it alpha in RMSprop and rho in Adadelta. Lion
    /// keeps the mean of the gradients themselves by it.
    /// </summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the divisor of a step, so that the quotient stays finite.</summary>
    [Help(OptionGroup.Optimization, "keeps the step's divisor above 0")]
    [Range(AtLeast = 1e-30, AtMost = 1e6)]
    public double Epsilon { get; init; } = 1e-9;

    /// <summary>
    /// Weight decay: decoupled in adamw and lion, L2 in the other optimizers. Matrices and tables decay, biases and
    /// normalizations do not.
    /// </summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, AtMost = 1e6)]
    public double WeightDecay { get; init; }

    /// <summary>The L1 penalty coefficient: the loss grows by this factor times the sum of |w|.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, AtMost = 1e6)]
    public double L1 { get; init; }

    /// <summary>The L2 penalty coefficient: the loss grows by this factor times half the sum of w².</summary>
    [Help(OptionGroup.Optimization, "penalties on |w|, w²/2")]
    [Range(AtLeast = 0, AtMost = 1e6)]
    public double L2 { get; init; }

    /// <summary>The largest norm of a step's gradients; larger gradients are scaled down to it. 0 for none.</summary>
    [Help(OptionGroup.Optimization, "scale gradients of a larger norm down")]
    [Range(AtLeast = 0, AtMost = 1e30, Zero = "no clipping")]
    public double ClipNorm { get; init; } = 1;

    /// <summary>
    /// The largest magnitude of an element of the gradients; elements are clipped before the norm is taken. 0 for
    /// none.
    /// </summary>
    [Help(OptionGroup.Optimization, "of gradient elements")]
    [Range(AtLeast = 0, AtMost = 1e30, Zero = "no clipping")]
    public double ClipValue { get; init; }

    /// <summary>The part of each target's probability that is spread over the vocabulary.</summary>
    [Help(OptionGroup.Optimization)]
    [Range(AtLeast = 0, Below = 1)]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>
    /// alpha of R-Drop (Liang et al. 2021): the network reads every batch twice, with different dropout, and alpha
    /// weights the divergence between the two predictions. 0 for one pass. The paper uses 5 for translation.
    /// </summary>
    [Help(OptionGroup.Optimization, "try 5")]
    [Range(AtLeast = 0, Below = 1e6)]
    public double RDrop { get; init; }
}
