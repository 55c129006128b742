using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

public sealed class MessageTests
{
    public static TheoryData<string, Func<double, object>> Shares => new()
    {
        { "Sgd: momentum", x => new Sgd<float>([], momentum: x) },
        { "RmsProp: momentum", x => new RmsProp<float>([], momentum: x) },
        { "RmsProp: alpha", x => new RmsProp<float>([], alpha: x) },
        { "Adadelta: rho", x => new Adadelta<float>([], rho: x) },
        { "Adam: beta1", x => new Adam<float>([], beta1: x) },
        { "Adam: beta2", x => new Adam<float>([], beta2: x) },
        { "AdamW: beta1", x => new AdamW<float>([], beta1: x) },
        { "NAdam: beta1", x => new NAdam<float>([], beta1: x) },
        { "NAdam: beta2", x => new NAdam<float>([], beta2: x) },
        { "Lion: beta1", x => new Lion<float>([], beta1: x) },
        { "Lion: beta2", x => new Lion<float>([], beta2: x) },
    };

    [Theory]
    [MemberData(nameof(Shares))]
    public void A_share_that_is_not_in_0_to_1_is_refused_by_name(string name, Func<double, object> create)
    {
        foreach (var value in (double[])[-0.1, 1, double.NaN])
            Assert.StartsWith($"{name} must be in [0, 1).", Refusal(() => create(value)));
        create(0);
    }

    public static TheoryData<string, Func<double, object>> Amounts => new()
    {
        { "Sgd: learningRate", x => new Sgd<float>([], x) },
        { "Adam: learningRate", x => new Adam<float>([], x) },
        { "Adagrad: epsilon", x => new Adagrad<float>([], epsilon: x) },
        { "RmsProp: epsilon", x => new RmsProp<float>([], epsilon: x) },
        { "Adam: epsilon", x => new Adam<float>([], epsilon: x) },
        { "NAdam: epsilon", x => new NAdam<float>([], epsilon: x) },
        { "NAdam: momentumDecay", x => new NAdam<float>([], momentumDecay: x) },
        { "Sgd: weightDecay", x => new Sgd<float>([], weightDecay: x) },
        { "Adagrad: weightDecay", x => new Adagrad<float>([], weightDecay: x) },
        { "Adadelta: weightDecay", x => new Adadelta<float>([], weightDecay: x) },
        { "RmsProp: weightDecay", x => new RmsProp<float>([], weightDecay: x) },
        { "AdamW: weightDecay", x => new AdamW<float>([], weightDecay: x) },
        { "NAdam: weightDecay", x => new NAdam<float>([], weightDecay: x) },
        { "Lion: weightDecay", x => new Lion<float>([], weightDecay: x) },
    };

    [Theory]
    [MemberData(nameof(Amounts))]
    public void An_amount_below_0_is_refused_by_name(string name, Func<double, object> create)
    {
        foreach (var value in (double[])[-0.1, double.NaN])
            Assert.StartsWith($"{name} must be at least 0.", Refusal(() => create(value)));
        create(0);
    }

    [Fact]
    public void Adadelta_needs_an_epsilon_above_0() =>
        Assert.StartsWith("Adadelta: epsilon must be above 0.", Refusal(() => new Adadelta<float>([], epsilon: 0)));

    [Fact]
    public void A_number_of_steps_below_0_is_refused() =>
        Assert.Contains("Steps", Refusal(() => new Sgd<float>([]).Steps = -1));

    [Fact]
    public void Nesterov_needs_a_momentum() => Assert.Equal(
        "Sgd: Nesterov's variant needs a momentum above 0, such as 0.9.",
        Assert.Throws<ArgumentException>(() => new Sgd<float>([], nesterov: true)).Message);

    private static string Refusal(Action create) => Assert.Throws<ArgumentOutOfRangeException>(create).Message;
}
