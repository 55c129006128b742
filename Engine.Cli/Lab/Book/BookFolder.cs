using System.Security.Cryptography;
using System.Text;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>
/// The folder that <c>engine lab book</c> writes. It changes from one whole book to the next one. Files that the
/// earlier book did not write, or that somebody has changed since, stay.
/// </summary>
internal static class BookFolder
{
    /// <summary>
    /// The name of the file that lists the files of the book with their hashes, as <c>sha256sum -c</c> reads them.
    /// </summary>
    public const string List = "files.sha256";

    private const string Between = "  ";

    private static readonly string[] Folders =
        [BookDocuments.Pages, .. LabLanguage.Both.Select(language => language.Code)];

    /// <summary>Claims the folder, before the long work of computing the pages.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="overwrite">Whether the folder may have files.</param>
    /// <exception cref="InputException">
    /// The folder is not empty, another book is being written there, or nothing can be written.
    /// </exception>
    public static RunClaim Claim(string folder, bool overwrite)
    {
        RunFolder.RequireWritable(folder);
        if (!overwrite && RunClaim.HoldsFiles(folder))
            throw new InputException($"{folder}: the folder is not empty; choose another --out, or add --overwrite");
        RequireFolders(folder);
        var claim = RunClaim.Take(folder);
        foreach (var below in Folders) claim.RemoveTemporariesIn(below);
        return claim;
    }

    /// <summary>Writes a book, all of its files or none of them, and removes what only the earlier book had.</summary>
    /// <param name="folder">The folder, which the caller has claimed.</param>
    /// <param name="documents">The files by their paths within the folder, the contents last.</param>
    /// <exception cref="InputException">A file cannot be written; the earlier book is untouched.</exception>
    public static void Write(string folder, IEnumerable<(string Path, string Text)> documents)
    {
        // The contents come first: a book that a kill tore has none, and the reader sees that it is not whole.
        var files = documents.Reverse().Select(file => (file.Path, Bytes: Encoding.UTF8.GetBytes(file.Text))).ToList();
        var list = string.Concat(files.Select(file => HashOf(file.Bytes) + Between + file.Path + "\n"));
        files.Add((List, Encoding.UTF8.GetBytes(list)));
        RequireFolders(folder);
        string[] missing =
        [
            .. files.Select(file => FolderOf(file.Path)).OfType<string>().Distinct()
                .Select(below => Path.Combine(folder, below)).Where(path => !Directory.Exists(path)),
        ];
        try
        {
            foreach (var path in missing) RunFolder.Make(path);
            FileSet.Replace(
                [.. files.Select(file => (Path.Combine(folder, file.Path), Writer(file.Bytes)))],
                Outdated(folder, files.Select(file => file.Path).ToHashSet()));
        }
        catch (InputException)
        {
            foreach (var path in missing.Where(Directory.Exists)) RemoveEmpty(path);
            throw;
        }
    }

    private static void RemoveEmpty(string path)
    {
        try
        {
            Directory.Delete(path, recursive: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The caller reports the error that came first.
        }
    }

    private static Action<Stream> Writer(byte[] bytes) => stream => stream.Write(bytes);

    /// <summary>Refuses a link or a file where the book has a folder: nothing is written through a link.</summary>
    private static void RequireFolders(string folder)
    {
        foreach (var path in Folders.Select(below => Path.Combine(folder, below)))
        {
            if (IsLink(path) || File.Exists(path))
                throw new InputException(
                    $"{path}: is a {(IsLink(path) ? "link" : "file")}, and the book needs a folder there; remove it, "
                    + "or choose another --out");
        }
    }

    /// <summary>The files that the earlier book lists, that are as it wrote them, and that the new book does not have.
    /// </summary>
    private static string[] Outdated(string folder, HashSet<string> names)
    {
        var list = Path.Combine(folder, List);
        try
        {
            if (!File.Exists(list) || IsLink(list)) return [];
            InputFile.RequireContent(list); // a pipe would be waited for
            return
            [
                .. TextLines.Stream(list).Select(line => line.Split(Between, 2))
                    .Where(entry => entry.Length == 2 && !names.Contains(entry[1]) && IsInBook(entry[1])
                        && IsAsWritten(Path.Combine(folder, entry[1]), entry[0]))
                    .Select(entry => Path.Combine(folder, entry[1])).Distinct(),
            ];
        }
        catch (InputException)
        {
            return []; // Nothing tells which files the earlier book wrote, so that all of them stay.
        }
    }

    // A list that somebody has written may name any path.
    private static bool IsInBook(string path) => FolderOf(path) is "" || Folders.Contains(FolderOf(path));

    private static bool IsAsWritten(string path, string hash)
    {
        if (!File.Exists(path) || IsLink(path)) return false;
        try
        {
            InputFile.RequireContent(path);
            using var file = InputFile.Open(path);
            return HashOf(file) == hash;
        }
        catch (Exception failure) when (failure is InputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string HashOf(Stream file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static string? FolderOf(string path) => Path.GetDirectoryName(path);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;
}
