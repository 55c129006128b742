using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What <c>lab book</c> does to the folder that it writes.</summary>
public sealed class BookFolderTests : IDisposable
{
    private static readonly (string Path, string Text)[]
        Old =
        [
            ("pages/a.html", "old a"), ("pages/b.html", "old b"), ("zh/README.md", "old"), ("en/b.md", "old"),
            ("index.html", "old"),
        ],
        New = [("pages/a.html", "new a"), ("en/README.md", "new"), ("results.jsonl", "new"), ("index.html", "new")];

    private readonly TemporaryFolder folder = new();

    private string Book => folder["book"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_book_is_the_old_one_or_the_new_one_and_a_torn_one_has_no_contents()
    {
        var actions = EveryFault.Try(
            folder.Path,
            () =>
            {
                if (Directory.Exists(Book)) Directory.Delete(Book, recursive: true);
                BookFolder.Write(Book, Old);
                File.WriteAllText(folder["book/pages/mine.html"], "mine");
            },
            () => BookFolder.Write(Book, New), Book, isTorn: () => !File.Exists(folder["book/index.html"]));
        Assert.True(actions > 30, $"{actions}");
    }

    [Fact]
    public void A_book_that_was_torn_is_mended_by_writing_it_again_and_nothing_of_the_kill_stays()
    {
        BookFolder.Write(folder["whole"], New);
        BookFolder.Write(Book, Old);
        var whole = Contents(folder["whole"]);
        var actions = FaultyDisk.Count(() => BookFolder.Write(Book, New));
        for (var n = 1; n <= actions; n++)
        {
            Directory.Delete(Book, recursive: true);
            BookFolder.Write(Book, Old);
            using (new FaultyDisk(n, DiskFault.Kill))
                Assert.Throws<KilledException>(() => BookFolder.Write(Book, New));
            GC.Collect(); // the system closes the files of a killed process
            GC.WaitForPendingFinalizers();
            using (BookFolder.Claim(Book, overwrite: true)) BookFolder.Write(Book, New);
            Assert.Equal(whole, Contents(Book));
        }
    }

    [Fact]
    public void A_first_book_that_fails_leaves_no_folders()
    {
        var actions = FaultyDisk.Count(() => WriteFirst(folder["first"]));
        for (var n = 1; n < actions / 2; n++)
        {
            using (new FaultyDisk(n))
            {
                if (Record.Exception(() => WriteFirst(Book)) is not InputException) continue;
            }
            Assert.False(Directory.Exists(Book), $"{n}: {string.Join(' ', Contents(folder.Path))}");
        }

        static void WriteFirst(string path)
        {
            using var claim = BookFolder.Claim(path, overwrite: false);
            BookFolder.Write(path, New);
        }
    }

    [Fact]
    public void Files_that_only_the_earlier_book_had_go_and_files_of_others_stay()
    {
        BookFolder.Write(Book, [.. Old, ("pages/c.html", "old c"), ("zh/c.md", "old c")]);
        File.WriteAllText(folder["book/pages/b.html"], "with my notes");
        File.WriteAllText(folder["book/zh/mine.md"], "mine");
        File.WriteAllText(folder["outside"], "old c");
        var list = folder["book/files.sha256"];
        var hash = File.ReadLines(list).Single(line => line.EndsWith("  zh/c.md"))[..64];
        string[] others =
        [
            "../outside", folder["outside"], "pages/../../outside", "zh/mine.md", "", "pages",
        ];
        File.AppendAllLines(list, others.Select(path => $"{hash}  {path}").Append("no line of a list"));
        BookFolder.Write(Book, New);
        Assert.Equal(
            [
                "book/en/README.md", "book/files.sha256", "book/index.html", "book/pages/a.html", "book/pages/b.html",
                "book/results.jsonl", "book/zh/mine.md", "outside",
            ],
            Contents(folder.Path).Select(file => file.Path));
        Assert.Equal("with my notes", File.ReadAllText(folder["book/pages/b.html"]));
        // A list that cannot be read names no file of the book.
        File.WriteAllBytes(list, [0xFF]);
        BookFolder.Write(Book, Old);
        Assert.True(File.Exists(folder["book/en/README.md"]));
        Assert.True(File.Exists(folder["book/results.jsonl"]));
    }

    [LinuxTheory]
    [InlineData("pages")]
    [InlineData("zh")]
    [InlineData("en")]
    public void A_link_in_place_of_a_folder_is_refused_and_a_link_in_place_of_a_file_is_replaced(string name)
    {
        Directory.CreateDirectory(folder["outside"]);
        Directory.CreateDirectory(Book);
        Directory.CreateSymbolicLink(Path.Combine(Book, name), folder["outside"]);
        var refused = $"{Path.Combine(Book, name)}: is a link, and the book needs a folder there; remove it, or choose "
            + "another --out";
        Assert.Equal(
            $"engine: {refused}",
            CommandLine.Run("lab", "book", "--out", Book, "--overwrite", "--size", "quick").Mistake());
        Assert.Equal(refused, Assert.Throws<InputException>(() => BookFolder.Write(Book, New)).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder["outside"]));
        Assert.Equal([name], Directory.GetFileSystemEntries(Book).Select(Path.GetFileName));

        Directory.Delete(Path.Combine(Book, name));
        File.WriteAllText(folder["outside/file"], "outside");
        foreach (var (path, _) in New)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Book, path))!);
            File.CreateSymbolicLink(Path.Combine(Book, path), folder["outside/file"]);
        }
        BookFolder.Write(Book, New);
        Assert.Equal("outside", File.ReadAllText(folder["outside/file"]));
        Assert.All(New, file => Assert.Null(new FileInfo(Path.Combine(Book, file.Path)).LinkTarget));
    }

    [Fact]
    public void A_folder_that_another_book_is_written_into_is_refused()
    {
        using var claim = BookFolder.Claim(Book, overwrite: false);
        Assert.Equal(
            $"engine: {Book}: another run is at work in this folder; wait until it ends, or name another folder with "
                + "--out",
            CommandLine.Run("lab", "book", "--out", Book, "--size", "quick").Mistake());
    }

    private static IEnumerable<(string Path, string Text)> Contents(string path) =>
        from file in Directory.GetFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        select (Path.GetRelativePath(path, file), File.ReadAllText(file));
}
