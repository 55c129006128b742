using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Says that an option is read only where another option has certain values: <c>kernel</c> by the architecture
/// <c>conv</c>. An option with several such rules is read where all of them hold.
/// </summary>
/// <param name="chooser">The name of the property that holds the other option.</param>
/// <param name="readers">The values of the other option that read this one.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class ReadByAttribute(string chooser, params string[] readers) : Attribute
{
    /// <summary>The name of the property that holds the other option.</summary>
    public string Chooser { get; } = chooser;

    /// <summary>The values of the other option that read this one.</summary>
    public IReadOnlyList<string> Readers { get; } = readers;

    /// <summary>The task for which alone the rule holds; null for every task.</summary>
    public string? ForTask { get; init; }

    /// <summary>The property whose option does the work where this one is not read; null if there is none.</summary>
    public string? Instead { get; init; }

    /// <summary>Refuses an option that is given although nothing reads it.</summary>
    /// <param name="property">The property that holds the option.</param>
    /// <param name="chosen">What the other option chose: a value, or one for each side of the pairs.</param>
    /// <param name="nameOf">What the message calls the option of a property.</param>
    /// <exception cref="InputException">No chosen value reads the option.</exception>
    public void Check(string property, IReadOnlyList<string> chosen, Func<string, string> nameOf)
    {
        if (chosen.Any(Readers.Contains)) return;
        var remedy = Instead is null
            ? $"leave it out, or choose {string.Join(", ", Readers)}"
            : $"give {nameOf(Instead)}";
        throw new InputException($"{nameOf(property)} is not read by {nameOf(Chooser)} " +
            $"{string.Join(", ", chosen.Distinct())}; {remedy}.");
    }
}
