using System.Security.Cryptography;
using System.Text;

namespace Engine.Text;

/// <summary>The SHA-256 of the lines of a text, which tells whether two runs read the same text.</summary>
internal sealed class TextHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of all pairs, in hexadecimal.</summary>
    public static string Of(IEnumerable<(string Source, string Target)> pairs)
    {
        using var hash = new TextHash();
        foreach (var (source, target) in pairs) hash.Add(source, target);
        return hash.Finish();
    }

    /// <summary>Adds a pair.</summary>
    public void Add(string source, string target) => hash.AppendData(Encoding.UTF8.GetBytes($"{source}\n{target}\n"));

    /// <summary>The hash of the pairs that were added, in hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
