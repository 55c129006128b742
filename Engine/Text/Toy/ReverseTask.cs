namespace Engine.Text;

/// <summary>Letters backwards: "abcd" becomes "dcba".</summary>
internal sealed class ReverseTask() : LetterTask("reverse")
{
    protected override char[] Answer(char[] letters) => [.. Enumerable.Reverse(letters)];
}
