using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Engine.Storage;

namespace Engine.Training;

/// <summary>What an option is about; the groups stand in the order of <c>config.json</c>.</summary>
public enum OptionGroup
{
    /// <summary>What is learned, by what kind of network.</summary>
    Task,

    /// <summary>How text becomes tokens.</summary>
    Text,

    /// <summary>The sizes and choices of the network.</summary>
    Model,

    /// <summary>The loss, the optimizer and the learning rate.</summary>
    Optimization,

    /// <summary>How pairs are gathered into batches.</summary>
    Batches,

    /// <summary>How long a run lasts, and what it keeps.</summary>
    Run,
}

/// <summary>Makes a property of <see cref="TrainingConfiguration"/> an option.</summary>
/// <param name="group">What the option is about.</param>
/// <param name="text">The line of <c>--help</c>; empty where the option's name says all.</param>
/// <param name="line">The line of the source, which the compiler fills in.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HelpAttribute(OptionGroup group, string text = "", [CallerLineNumber] int line = 0) : Attribute
{
    /// <summary>The line of the source: the options of a group, which share a file, keep the order in which they are
    /// written.</summary>
    internal int Line { get; } = line;

    /// <summary>What the option is about.</summary>
    public OptionGroup Group { get; } = group;

    /// <summary>The line of <c>--help</c>.</summary>
    public string Text { get; } = text;
}

/// <summary>Marks an option that says what the model is, not how the model is trained.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OfModelAttribute : Attribute
{
    /// <summary>
    /// Whether the other files of a model folder show the value: the shapes of the weights, the vocabulary, the
    /// merges. Then the folder's fingerprint need not cover the option.
    /// </summary>
    public bool IsShownByFiles { get; init; }
}

/// <summary>The values that an option of text may have.</summary>
/// <param name="names">The names, as the option and <c>config.json</c> spell them.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(params string[] names) : Attribute
{
    /// <summary>A type whose static property <c>Names</c> lists further names.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)]
    public Type? AndNamesOf { get; init; }

    /// <summary>All names.</summary>
    public IReadOnlyList<string> Names => AndNamesOf is null ? names : [.. names, .. NamesOf(AndNamesOf)];

    /// <summary>Refuses a value that is none of the names.</summary>
    /// <param name="option">What the message calls the option.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="InputException">The value is none of the names; the message lists them.</exception>
    public void Check(string option, string value)
    {
        if (!Names.Contains(value))
            throw new InputException(
                $"{option} {FileProblem.Quote(value)} is not known; use {string.Join(", ", Names)}.");
    }

    private static IReadOnlyList<string> NamesOf(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] Type type) =>
        (IReadOnlyList<string>)type.GetProperty("Names")!.GetValue(null)!;
}
