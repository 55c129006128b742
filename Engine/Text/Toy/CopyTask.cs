namespace Engine.Text;

/// <summary>The target is the source: "abcd" stays "abcd".</summary>
internal sealed class CopyTask() : LetterTask("copy")
{
    protected override char[] Answer(char[] letters) => [.. letters];
}
