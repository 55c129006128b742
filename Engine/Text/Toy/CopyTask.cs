namespace Engine.Text;

/// <summary>Letters as they are.</summary>
internal sealed class CopyTask() : LetterTask("copy")
{
    protected override char[] Answer(char[] letters) => [.. letters];
}
