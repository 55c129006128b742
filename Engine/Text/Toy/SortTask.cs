namespace Engine.Text;

/// <summary>The target has the letters in the order of the alphabet: "dacb" becomes "abcd".</summary>
internal sealed class SortTask() : LetterTask("sort")
{
    protected override char[] Answer(char[] letters) => [.. letters.Order()];
}
