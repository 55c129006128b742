using System.Text;

namespace Engine.Text;

/// <summary>Gives each different token an id, so that equal tokens have equal ids.</summary>
internal sealed class TokenIds
{
    private const int MostIds = 1 << 17; // the words of a large corpus that recur

    private readonly Dictionary<string, int> ids = [];
    private readonly List<int> found = [];
    private char[] token = new char[64];
    private int length;

    /// <summary>Forgets the ids if there are many, so that the memory does not grow with the text.</summary>
    public void ForgetIfMany()
    {
        if (ids.Count > MostIds) ids.Clear();
    }

    /// <summary>The ids of the tokens, which white space separates.</summary>
    public int[] Of(ReadOnlySpan<int> codePoints)
    {
        found.Clear();
        foreach (var codePoint in codePoints)
        {
            if (PythonText.IsSpace(codePoint)) End();
            else Append(new Rune(codePoint));
        }
        End();
        return [.. found];
    }

    private void Append(Rune letter)
    {
        if (length + 2 > token.Length) Array.Resize(ref token, 2 * token.Length);
        length += letter.EncodeToUtf16(token.AsSpan(length));
    }

    private void End()
    {
        if (length == 0) return;
        var lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var key = token.AsSpan(0, length);
        length = 0;
        if (!lookup.TryGetValue(key, out var id)) ids.Add(key.ToString(), id = ids.Count);
        found.Add(id);
    }
}
