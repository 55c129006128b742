using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class PermissionTests : IDisposable
{
    private const UnixFileMode
        User = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = UnixFileMode.GroupRead,
        GroupWrite = UnixFileMode.GroupWrite, Other = UnixFileMode.OtherRead, OtherWrite = UnixFileMode.OtherWrite;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxTheory]
    [InlineData(User)]
    [InlineData(User | Group)]
    [InlineData(User | Group | GroupWrite)]
    [InlineData(User | Group | Other)]
    [InlineData(User | Group | GroupWrite | Other | OtherWrite)]
    [InlineData(UnixFileMode.UserWrite)]
    [InlineData(User | UnixFileMode.UserExecute)]
    public void A_save_keeps_the_mode_of_the_file(UnixFileMode mode)
    {
        var path = folder["a"];
        File.WriteAllText(path, "old");
        Set(path, mode);
        AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            var temporary = Assert.Single(Directory.GetFiles(folder.Path, ".engine-*.tmp"));
            Assert.Equal(UnixFileMode.None, Of(temporary) & ~mode); // nobody reads it who may not read the file
        });
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(mode, Of(path));
    }

    [LinuxFact]
    public void A_new_file_gets_the_mode_that_the_system_gives()
    {
        File.WriteAllText(folder["by the system"], "");
        AtomicFile.WriteText(folder["a"], "");
        Assert.Equal(Of(folder["by the system"]), Of(folder["a"]));
    }

    [LinuxFact]
    public void Models_tokenizers_and_corpora_keep_their_modes()
    {
        SafeTensorsWriter.Write(folder["m"], []);
        Engine.Text.Vocabulary.Of(["a"]).Save(folder["v"]);
        foreach (var name in (string[])["m", "v"]) Set(folder[name], User);
        SafeTensorsWriter.Write(folder["m"], []);
        Engine.Text.Vocabulary.Of(["b"]).Save(folder["v"]);
        foreach (var name in (string[])["m", "v"]) Assert.Equal(User, Of(folder[name]));
    }

    [LinuxFact]
    public void A_file_that_nobody_may_write_is_not_replaced()
    {
        File.WriteAllText(folder["a"], "old");
        Set(folder["a"], UnixFileMode.UserRead | Group | Other);
        foreach (var write in (Action<string>[])
            [path => AtomicFile.WriteText(path, "new"), path => AtomicFile.Check(path), OutputFile.RequireReplaceable])
        {
            Assert.Equal(
                $"{folder["a"]}: is read-only; allow writing with chmod u+w, or name another file.",
                Assert.Throws<InputException>(() => write(folder["a"])).Message);
        }
        Assert.Equal("old", File.ReadAllText(folder["a"]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [LinuxFact]
    public void What_replaces_a_link_is_no_more_readable_than_the_links_end_and_can_be_replaced_again()
    {
        File.WriteAllText(folder["secret"], "old");
        Set(folder["secret"], UnixFileMode.UserRead);
        File.CreateSymbolicLink(folder["link"], "secret");
        foreach (var text in (string[])["new", "newer"]) AtomicFile.WriteText(folder["link"], text);
        Assert.Equal(User, Of(folder["link"]));
        Assert.Equal((UnixFileMode.UserRead, "old"), (Of(folder["secret"]), File.ReadAllText(folder["secret"])));
    }

    private static UnixFileMode Of(string path) =>
        OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }
}
