using System.Runtime.Versioning;
using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>What another process does between two steps of a claim, and a second fault after a first.</summary>
public sealed class RareFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_that_goes_away_while_it_is_claimed_is_made_again()
    {
        var isGone = false;
        using (Disk.Observe((action, path) =>
        {
            if (action != DiskAction.Create || isGone) return;
            isGone = true;
            Directory.Delete(folder["run"]); // another run removes the empty folder that it had made
        }))
        {
            using var claim = RunClaim.Take(folder["run"]);
            Assert.True(isGone);
            Assert.True(RunClaim.HasTrace(folder["run"]));
        }
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    public void A_name_that_another_run_used_up_meanwhile_is_passed_over()
    {
        using var disk = Disk.Observe((action, path) =>
        {
            if (action == DiskAction.Create && path.Contains("toy-1"))
                File.WriteAllText(folder["toy-1/model"], "of a run that has come and gone");
        });
        using var claim = RunClaim.TakeNext(folder.Path, "toy");
        Assert.Equal(folder["toy-2"], claim.Folder);
        Assert.Equal([folder["toy-1/model"]], Directory.GetFileSystemEntries(folder["toy-1"]));
    }

    [Fact]
    public void A_set_of_files_comes_back_even_if_a_step_back_fails_too()
    {
        string[] names = ["first", "second", "third"];
        foreach (var name in names) File.WriteAllText(folder[name], "old " + name);
        var inPlace = 0;
        using (Disk.Observe((action, path) =>
        {
            // The new files move to their places last to first: the last of these moves fails, and then the removal of
            // a new file that has its place already.
            if (action == DiskAction.Rename && names.Any(name => path == folder[name]) && ++inPlace == 3)
                throw new IOException("No space left on device", 28);
            if (action == DiskAction.Delete && path == folder["second"])
                throw new IOException("Input/output error", 5);
        }))
        {
            var error = Assert.Throws<InputException>(() => FileSet.Replace(
                [.. names.Select(name => (folder[name], (Action<Stream>)(stream => stream.Write("new"u8))))])).Message;
            Assert.StartsWith($"{folder["first"]}: could not be written: No space left on device", error);
        }
        Assert.All(names, name => Assert.Equal("old " + name, File.ReadAllText(folder[name])));
        Assert.Equal(names.Length, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void The_error_of_a_write_is_reported_and_the_error_of_clearing_up_is_not()
    {
        File.WriteAllText(folder["a"], "old");
        using var disk = Disk.Observe((action, path) =>
        {
            if (action == DiskAction.Write) throw new IOException("No space left on device", 28);
            if (action == DiskAction.Delete) throw new IOException("Input/output error", 5);
        });
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(folder["a"], "new")).Message;
        Assert.StartsWith($"{folder["a"]}: could not be written: No space left on device", error);
        Assert.Equal("old", File.ReadAllText(folder["a"]));
    }

    [LinuxFact, SupportedOSPlatform("linux")]
    public void A_failure_that_is_none_of_the_disks_leaves_no_temporary_file()
    {
        File.WriteAllText(folder["a"], "old");
        File.SetUnixFileMode(folder["a"], (UnixFileMode)0b110_110_110); // more than the umask leaves
        using var disk = Disk.Observe((action, path) =>
        {
            if (action == DiskAction.SetMode) throw new InvalidOperationException("a mistake");
        });
        Assert.Throws<InvalidOperationException>(() => AtomicFile.WriteText(folder["a"], "new"));
        Assert.Equal([folder["a"]], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("old", File.ReadAllText(folder["a"]));
    }

    [LinuxFact]
    public void A_place_where_nothing_can_be_written_is_refused_before_a_run_begins()
    {
        Assert.Equal(
            "/proc/runs/a: nothing can be written there; choose another folder, or change its permissions",
            Assert.Throws<InputException>(() => RunFolder.RequireWritable("/proc/runs/a")).Message);
        Assert.Throws<InputException>(() => RunClaim.Take("/proc/runs/a"));
    }

    [Fact]
    public void A_path_that_the_system_cannot_have_is_refused_in_one_line()
    {
        var error = Assert.Throws<InputException>(() =>
            FileSet.Replace([("a\0b", (Action<Stream>)(stream => stream.Write("new"u8)))])).Message;
        Assert.StartsWith("a?b: could not be written: ", error);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void A_file_that_is_written_cannot_be_read_meanwhile()
    {
        using var file = Disk.Open(folder["a"], FileMode.CreateNew);
        Assert.False(file.CanRead);
        Assert.Throws<NotSupportedException>(() => file.Read(new byte[1], 0, 1));
    }
}
