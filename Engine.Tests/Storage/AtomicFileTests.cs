using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_text_is_written_as_UTF8_without_a_mark_and_nothing_else_is_left()
    {
        AtomicFile.WriteText(folder["a.txt"], "学习\n");
        Assert.Equal("学习\n"u8, File.ReadAllBytes(folder["a.txt"]));
        Assert.Equal([folder["a.txt"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_old_file_stands_until_the_new_one_is_whole()
    {
        AtomicFile.WriteText(folder["a.txt"], "old");
        AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
            stream.Write(" and half"u8);
        });
        Assert.Equal("half and half", File.ReadAllText(folder["a.txt"]));
    }

    [Fact]
    public void An_interrupted_write_leaves_the_old_file_and_no_other()
    {
        AtomicFile.WriteText(folder["a.txt"], "old");
        Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(folder["a.txt"], stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new OperationCanceledException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Equal([folder["a.txt"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_full_disk_is_named_and_leaves_the_old_file()
    {
        AtomicFile.WriteText(folder["a.txt"], "old");
        var error = Assert.Throws<InputException>(() =>
            AtomicFile.Write(folder["a.txt"], _ => throw new IOException("No space left on device.")));
        Assert.Equal(
            $"{folder["a.txt"]}: could not be written: No space left on device. "
            + "Check the path, the disk and the space left on it.",
            error.Message);
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.Equal([folder["a.txt"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_missing_folder_is_named_with_a_remedy()
    {
        var path = folder["missing/a.txt"];
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(path, "x"));
        Assert.Equal(
            $"{path}: the folder '{folder["missing"]}' does not exist; create it or name another.", error.Message);
    }

    [Fact]
    public void A_folder_is_not_overwritten()
    {
        Directory.CreateDirectory(folder["a"]);
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["a"], "x"));
        Assert.Equal(
            $"{folder["a"]}: is a folder and cannot be written as a file; name a file inside it.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("/")]
    public void An_invalid_path_is_an_input_error(string path) =>
        Assert.DoesNotContain('\0', Assert.Throws<InputException>(() => AtomicFile.WriteText(path, "x")).Message);

    [Fact]
    public void A_file_in_place_of_a_folder_is_an_input_error()
    {
        AtomicFile.WriteText(folder["a"], "x");
        Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["a/b"], "x"));
    }

    [Fact]
    public void A_folder_without_permission_is_named_with_a_remedy()
    {
        var path = folder["a.txt"];
        var error = Assert.Throws<InputException>(() =>
            AtomicFile.Write(path, _ => throw new UnauthorizedAccessException()));
        Assert.Equal(
            $"{path}: may not be written by this user; change its permissions or its folder's permissions.",
            error.Message);
    }

    [LinuxFact]
    public void A_link_is_replaced_and_its_target_stays()
    {
        File.WriteAllText(folder["a.txt"], "old");
        File.CreateSymbolicLink(folder["link"], "a.txt");
        File.CreateSymbolicLink(folder["dangling"], "b.txt");
        Directory.CreateDirectory(folder["below"]);
        File.CreateSymbolicLink(folder["to folder"], "below");
        foreach (var name in (string[])["link", "dangling", "to folder"])
        {
            AtomicFile.WriteText(folder[name], "new");
            Assert.Equal("new", File.ReadAllText(folder[name]));
            Assert.Null(new FileInfo(folder[name]).LinkTarget);
        }
        Assert.Equal("old", File.ReadAllText(folder["a.txt"]));
        Assert.False(File.Exists(folder["b.txt"]));
        Assert.Equal(5, Directory.GetFileSystemEntries(folder.Path).Length);
        Assert.Empty(Directory.GetFileSystemEntries(folder["below"]));
    }

    [LinuxFact]
    public void If_links_are_followed_the_file_at_their_end_is_replaced()
    {
        File.WriteAllText(folder["a.txt"], "old");
        File.CreateSymbolicLink(folder["link"], "a.txt");
        File.CreateSymbolicLink(folder["link to link"], folder["link"]);
        File.CreateSymbolicLink(folder["dangling"], "b.txt");
        AtomicFile.WriteText(folder["link to link"], "new", followsLinks: true);
        AtomicFile.WriteText(folder["dangling"], "made", followsLinks: true);
        Assert.Equal("new", File.ReadAllText(folder["a.txt"]));
        Assert.Equal("made", File.ReadAllText(folder["b.txt"]));
        Assert.Equal("a.txt", new FileInfo(folder["link"]).LinkTarget);
        Assert.Equal(folder["link"], new FileInfo(folder["link to link"]).LinkTarget);
        Assert.NotNull(new FileInfo(folder["dangling"]).LinkTarget);
        Assert.Equal(5, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [LinuxFact]
    public void Links_in_a_circle_are_replaced_or_if_they_are_followed_an_input_error()
    {
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["a"], "x", followsLinks: true));
        Assert.StartsWith($"{folder["a"]}: could not be written: its links lead in a circle.", error.Message);
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
        AtomicFile.WriteText(folder["a"], "x");
        Assert.Equal("x", File.ReadAllText(folder["b"]));
    }

    [Theory]
    [InlineData("a/")]
    [InlineData("new/")]
    public void A_path_that_ends_as_a_folder_is_an_input_error(string name)
    {
        File.WriteAllText(folder["a"], "old");
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(folder[name], "x"));
        Assert.Equal(
            $"{folder[name]}: is a folder and cannot be written as a file; name a file inside it.", error.Message);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
    }

    [Fact]
    public void A_name_may_be_as_long_as_the_file_system_allows()
    {
        var path = folder[new string('n', 255)];
        foreach (var text in (string[])["old", "new"])
        {
            AtomicFile.WriteText(path, text);
            Assert.Equal(text, File.ReadAllText(path));
        }
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
        Assert.Throws<InputException>(() => AtomicFile.WriteText(path + "n", "x"));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Writers_of_one_path_do_not_mix()
    {
        var path = folder["a.txt"];
        Parallel.For(0, 32, i => AtomicFile.WriteText(path, new string((char)('a' + (i % 26)), 10_000)));
        var text = File.ReadAllText(path);
        Assert.Equal(new string(text[0], 10_000), text);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }
}
