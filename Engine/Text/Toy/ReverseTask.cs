namespace Engine.Text;

/// <summary>The target has the letters in reverse order: "abcd" becomes "dcba".</summary>
internal sealed class ReverseTask() : LetterTask("reverse")
{
    protected override char[] Answer(char[] letters) => [.. Enumerable.Reverse(letters)];
}
