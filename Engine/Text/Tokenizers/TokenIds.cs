using System.Text;

namespace Engine.Text;

/// <summary>Numbers tokens, so that those that are equal have one number.</summary>
internal sealed class TokenIds
{
    private readonly Dictionary<string, int> numbers = [];
    private readonly List<int> tokens = [];
    private char[] token = new char[64];
    private int length;

    /// <summary>The numbers of the tokens that white space separates.</summary>
    public int[] Of(ReadOnlySpan<int> codePoints)
    {
        tokens.Clear();
        foreach (var codePoint in codePoints)
        {
            if (PythonText.IsSpace(codePoint)) End();
            else Append(new Rune(codePoint));
        }
        End();
        return [.. tokens];
    }

    private void Append(Rune letter)
    {
        if (length + 2 > token.Length) Array.Resize(ref token, 2 * token.Length);
        length += letter.EncodeToUtf16(token.AsSpan(length));
    }

    private void End()
    {
        if (length == 0) return;
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var key = token.AsSpan(0, length);
        length = 0;
        if (!lookup.TryGetValue(key, out var number)) numbers.Add(key.ToString(), number = numbers.Count);
        tokens.Add(number);
    }
}
