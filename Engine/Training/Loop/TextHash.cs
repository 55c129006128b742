using System.Security.Cryptography;
using System.Text;
using Engine.Text;

namespace Engine.Training;

/// <summary>Tells whether pairs of lines are those of before.</summary>
internal sealed class TextHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of a text that is read for this alone.</summary>
    public static string Of(IParallelText text)
    {
        using var hash = new TextHash();
        foreach (var (source, target) in text.Pairs) hash.Add(source, target);
        return hash.Finish();
    }

    /// <summary>Takes in a pair.</summary>
    public void Add(string source, string target) => hash.AppendData(Encoding.UTF8.GetBytes($"{source}\n{target}\n"));

    /// <summary>The hash of all pairs, in hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}
