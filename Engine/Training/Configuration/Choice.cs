namespace Engine.Training;

/// <summary>A value of an option that makes an object from a configuration, and reads further options.</summary>
/// <typeparam name="TCreate">The function that makes the object.</typeparam>
/// <param name="Name">The value, as the option spells it.</param>
/// <param name="Reads">The properties that this choice reads and others may not.</param>
/// <param name="Create">Makes the object.</param>
internal sealed record Choice<TCreate>(string Name, string[] Reads, TCreate Create);

internal static class Choices
{
    extension<TCreate>(IReadOnlyList<Choice<TCreate>> all)
    {
        /// <summary>The names of all choices.</summary>
        public IReadOnlyList<string> Names => [.. all.Select(choice => choice.Name)];

        /// <summary>The names of the choices that read a property; all names, if no choice claims it.</summary>
        public IReadOnlyList<string> ReadersOf(string property)
        {
            var readers = all.Where(choice => choice.Reads.Contains(property)).Select(choice => choice.Name);
            return readers.Any() ? [.. readers] : all.Names;
        }
    }
}
