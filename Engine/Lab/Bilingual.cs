namespace Engine.Lab;

/// <summary>A text in both languages of the book.</summary>
/// <param name="Chinese">The text in Chinese.</param>
/// <param name="English">The text in English.</param>
public readonly record struct Bilingual(string Chinese, string English)
{
    /// <summary>A text that is the same in both languages, such as a formula.</summary>
    public static implicit operator Bilingual(string text) => new(text, text);
}
