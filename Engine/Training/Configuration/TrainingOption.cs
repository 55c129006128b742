using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>An option of training: all that a property of <see cref="TrainingConfiguration"/> says of it.</summary>
public sealed class TrainingOption
{
    private static readonly TrainingConfiguration Defaults = new();

    private const string None = "none";

    private readonly PropertyInfo property;
    private readonly RangeAttribute? range;
    private readonly OneOfAttribute? choices;
    private readonly OfModelAttribute? ofModel;

    internal TrainingOption(PropertyInfo property, HelpAttribute help)
    {
        this.property = property;
        Name = OptionTable.NameOf(property.Name);
        Key = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        (Group, Help) = (help.Group, help.Text);
        range = property.GetCustomAttribute<RangeAttribute>();
        ofModel = property.GetCustomAttribute<OfModelAttribute>();
        choices = property.GetCustomAttribute<OneOfAttribute>() ?? (Type.IsEnum
            ? new OneOfAttribute([.. Members().Select(ConfigurationFile.NameOf)]) : null);
        Choices = choices?.Names ?? [];
        Rules =
        [
            .. property.GetCustomAttributes<ReadByAttribute>(),
            .. RuleOf(nameof(TrainingConfiguration.Optimizer), OptimizerChoice.Names, OptimizerChoice.ReadersOf),
            .. RuleOf(nameof(TrainingConfiguration.Schedule), ScheduleChoice.Names, ScheduleChoice.ReadersOf),
        ];
    }

    /// <summary>The name on the command line, without dashes: <c>norm-groups</c>.</summary>
    public string Name { get; }

    /// <summary>The key in <c>config.json</c>: <c>normGroups</c>.</summary>
    public string Key { get; }

    /// <summary>The name of the property: <c>NormGroups</c>.</summary>
    public string Property => property.Name;

    /// <summary>The type of the values.</summary>
    public Type Type => property.PropertyType;

    /// <summary>What the option is about.</summary>
    public OptionGroup Group { get; }

    /// <summary>The line of <c>--help</c>; empty where the name says all.</summary>
    public string Help { get; }

    /// <summary>The values that the option may have, if they have names; otherwise empty.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>What 0 means, such as <c>no limit</c>; null if 0 is a value like others.</summary>
    public string? Zero => range?.Zero;

    /// <summary>By what the option is read; empty if by every run.</summary>
    public IReadOnlyList<ReadByAttribute> Rules { get; }

    /// <summary>Whether the option says what the model is, not how the model is trained.</summary>
    public bool IsOfModel => ofModel is not null;

    /// <summary>Whether only the fingerprint of a model folder could tell that the value was changed.</summary>
    internal bool NeedsFingerprint => ofModel is { IsShownByFiles: false };

    /// <summary>What stands for a value in a message: <c>N</c>, <c>X</c> or the choices.</summary>
    public string ValueName =>
        Type == typeof(bool) ? "true|false"
        : Choices.Count > 0 ? string.Join('|', Choices)
        : Type == typeof(int) || Type == typeof(long) ? "N" : "X";

    /// <summary>Whether a configuration has the default.</summary>
    public bool IsDefaultIn(TrainingConfiguration configuration) =>
        Equals(ValueIn(configuration), ValueIn(Defaults));

    /// <summary>The value of a configuration.</summary>
    public object? ValueIn(TrainingConfiguration configuration) => property.GetValue(configuration);

    /// <summary>The value of a configuration, as options spell it; "none" where another option decides.</summary>
    public string TextIn(TrainingConfiguration configuration) => ValueIn(configuration) switch
    {
        null => None,
        bool value => value ? "true" : "false",
        Enum value => ConfigurationFile.NameOf(value),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var value => $"{value}",
    };

    /// <summary>A configuration with another value.</summary>
    /// <param name="configuration">Has all other values.</param>
    /// <param name="text">The value as options spell it; its type has been checked.</param>
    /// <exception cref="InputException">The value is none of the choices.</exception>
    public TrainingConfiguration With(TrainingConfiguration configuration, string text) =>
        With(configuration, Parse(text));

    /// <summary>A configuration with another value, which has the option's type.</summary>
    internal TrainingConfiguration With(TrainingConfiguration configuration, object? value)
    {
        var copy = configuration with { };
        property.SetValue(copy, value);
        return copy;
    }

    /// <summary>The value that a choice stands for: its name, or a member of an enumeration.</summary>
    internal object Choice(string name) =>
        Type.IsEnum ? Members().ElementAt(Choices.ToList().IndexOf(name)) : name;

    /// <summary>What is wrong with a configuration's number, if it is outside the option's range; else null.</summary>
    internal string? Fault(TrainingConfiguration configuration) =>
        ValueIn(configuration) is { } value and not string
            ? range?.Fault(Convert.ToDouble(value, CultureInfo.InvariantCulture)) : null;

    /// <summary>Checks that a configuration's value is in the option's range, or one of its choices.</summary>
    /// <exception cref="InputException">The value is not; the message names option, value and range.</exception>
    public void Check(TrainingConfiguration configuration)
    {
        if (ValueIn(configuration) is string text) choices?.Check(InMessages, text);
        else if (Fault(configuration) is { } fault) throw new InputException($"{InMessages} {fault}.");
    }

    /// <summary>Refuses an option that was given although nothing in the configuration reads it.</summary>
    /// <exception cref="InputException">Nothing reads the option; the message says what would.</exception>
    public void CheckIsRead(TrainingConfiguration configuration)
    {
        foreach (var rule in Rules.Where(rule => rule.ForTask is null || rule.ForTask == configuration.Task))
            rule.Check(property.Name, configuration.Chosen(rule.Chooser), OptionTable.InMessages);
    }

    // Enum.GetValues makes an array of the type at run time, which a program compiled ahead of time cannot do.
    private IEnumerable<Enum> Members() =>
        Enum.GetValuesAsUnderlyingType(Type).Cast<object>().Select(value => (Enum)Enum.ToObject(Type, value));

    private string InMessages => OptionTable.InMessages(property.Name);

    private IEnumerable<ReadByAttribute> RuleOf(
        string chooser, IReadOnlyList<string> all, Func<string, IReadOnlyList<string>> readersOf)
    {
        var readers = readersOf(property.Name);
        return readers.Count == all.Count ? [] : [new ReadByAttribute(chooser, [.. readers])];
    }

    private object Parse(string text)
    {
        var type = Nullable.GetUnderlyingType(Type) ?? Type;
        if (!type.IsEnum) return Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        choices!.Check(InMessages, text);
        return Choice(text);
    }
}
