using System.Diagnostics;
using System.Runtime.Versioning;
using Engine.Storage;
using Engine.Training;

namespace Engine.Tests.Storage;

/// <summary>What is written straight and what is replaced is told by its kind, not by its path.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [LinuxTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_regular_file_below_dev_is_replaced(bool followsLinks)
    {
        var path = $"/dev/shm/engine-test-{Path.GetRandomFileName()}";
        Directory.CreateDirectory(path);
        try
        {
            var file = Path.Combine(path, "a");
            foreach (var text in (string[])["old and long", "new", ""])
            {
                AtomicFile.WriteText(file, text, followsLinks);
                Assert.Equal(text, File.ReadAllText(file));
            }
            AtomicFile.WriteText(file, "again", followsLinks);
            Assert.Throws<OperationCanceledException>(() => AtomicFile.Write(file, stream =>
            {
                stream.Write("part"u8);
                throw new OperationCanceledException();
            }));
            Assert.Equal("again", File.ReadAllText(file));
            Assert.Equal([file], Directory.GetFileSystemEntries(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [LinuxTheory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    public void A_device_is_written_to_and_stays_a_device(string device)
    {
        AtomicFile.WriteText(device, "x");
        Assert.False(OutputTarget.IsRegular(device));
        Assert.Equal("x"[..0], File.ReadAllText("/dev/null"));
    }

    [LinuxFact]
    public void A_full_device_is_an_input_error_and_stays_a_device()
    {
        var error = Assert.Throws<InputException>(() => AtomicFile.WriteText("/dev/full", "x"));
        Assert.StartsWith("/dev/full: could not be written: No space left on device", error.Message);
        Assert.False(OutputTarget.IsRegular("/dev/full"));
    }

    [LinuxTheory, SupportedOSPlatform("linux")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserWrite)]
    public void To_tell_the_kind_of_an_empty_file_changes_nothing(UnixFileMode mode)
    {
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.WriteAllText(folder["a"], "");
        File.CreateSymbolicLink(folder["link"], "a");
        File.SetLastWriteTimeUtc(folder["a"], time);
        File.SetUnixFileMode(folder["a"], mode);
        foreach (var path in (string[])[folder["a"], folder["link"]])
        {
            Assert.True(OutputTarget.IsRegular(path));
            Assert.True(AtomicFile.Replaces(path, followsLinks: true));
            OutputFile.Check(path, followsLinks: true);
            if (mode.HasFlag(UnixFileMode.UserRead)) InputFile.OpenLines(path).Dispose();
        }
        if (mode.HasFlag(UnixFileMode.UserRead)) LogCut.After(1, folder["link"], default(LoggedRun));
        Assert.Equal(time, File.GetLastWriteTimeUtc(folder["a"]));
        // A file that is being written when its replacement begins keeps what it has.
        using (var output = OutputFile.Open(folder["a"], followsLinks: false))
            Assert.Equal(time, File.GetLastWriteTimeUtc(folder["a"]));
        Assert.Equal(time, File.GetLastWriteTimeUtc(folder["a"]));
    }

    [LinuxFact]
    public async Task To_tell_a_pipe_from_a_file_lets_no_writer_of_the_pipe_go()
    {
        MakePipe(folder["pipe"]);
        using var writer = Process.Start("sh", ["-c", $"echo line > '{folder["pipe"]}'"]);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(OutputTarget.IsRegular(folder["pipe"]));
            Assert.Throws<InputException>(() => InputFile.OpenLines(folder["pipe"]));
            await Task.Delay(10);
        }
        Assert.False(writer.HasExited);
        Assert.Equal("line\n", await File.ReadAllTextAsync(folder["pipe"]).WaitAsync(TimeSpan.FromSeconds(20)));
        await writer.WaitForExitAsync();
    }

    [LinuxFact]
    public void Links_in_a_circle_are_taken_for_no_pipe_and_are_refused_when_they_are_opened()
    {
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);
        InputFile.RequireOnce([folder["a"], folder["a"]]);
        InputFile.RequireContent(folder["a"]);
        Assert.StartsWith(
            $"{folder["a"]}: could not be read: ",
            Assert.Throws<InputException>(() => InputFile.Open(folder["a"])).Message);
    }

    [LinuxFact]
    public void A_handle_that_is_no_path_is_no_regular_file()
    {
        using var made = Process.Start(new ProcessStartInfo("sh", ["-c", "echo; cat"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        made.StandardOutput.ReadLine();
        Assert.False(OutputTarget.IsRegular($"/proc/{made.Id}/fd/0"));
        made.StandardInput.Close();
        made.WaitForExit();
    }

    [LinuxFact]
    public void An_open_handle_is_written_at_its_end_and_stays_the_same_file()
    {
        File.WriteAllText(folder["out"], "before ");
        using var handle = new FileStream(folder["out"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var number = handle.SafeFileHandle.DangerousGetHandle();
        File.CreateSymbolicLink(folder["like stdout"], $"/proc/self/fd/{number}");
        AtomicFile.WriteText($"/dev/fd/{number}", "one ");
        AtomicFile.WriteText($"/proc/self/fd/{number}", "two ");
        AtomicFile.WriteText(folder["like stdout"], "three", followsLinks: true);
        Assert.Equal("before one two three", File.ReadAllText(folder["out"]));
        AtomicFile.WriteText(folder["like stdout"], "four");
        Assert.Equal("before one two three", File.ReadAllText(folder["out"]));
        Assert.Equal("four", File.ReadAllText(folder["like stdout"]));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [LinuxFact]
    public async Task A_pipe_is_written_to_and_stays_a_pipe()
    {
        MakePipe(folder["pipe"]);
        File.CreateSymbolicLink(folder["link"], "pipe");
        foreach (var name in (string[])["pipe", "link", "pipe"])
        {
            // Another program reads, as it would in use; .NET's own readers take a lock that a writer may run into.
            var start = new ProcessStartInfo("cat", [folder["pipe"]]) { RedirectStandardOutput = true };
            using var reader = Process.Start(start)!;
            AtomicFile.WriteText(folder[name], "through it", followsLinks: true);
            Assert.Equal(
                "through it", await reader.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        }
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
        Assert.False(OutputTarget.IsRegular(folder["pipe"]));
    }

    [LinuxFact]
    public void A_pipe_where_a_file_must_stand_is_refused_at_once()
    {
        MakePipe(folder["a.json"]);
        Assert.Equal(
            $"{folder["a.json"]}: is a pipe or a device where a file is to be written; remove it, or choose another "
                + "folder.",
            Refusal(() => OutputFile.RequireReplaceable(folder["a.json"])));
        Assert.Equal(
            $"{folder["a.json"]}: is empty, or is a pipe or a device; a model is read from regular files: copy or "
                + "save the file again.",
            Refusal(() => InputFile.RequireContent(folder["a.json"])));
        Assert.StartsWith(
            $"{folder["a.json"]}: is empty, or is a pipe", Refusal(() => SafeTensorsFile.Open(folder["a.json"])));
    }

    /// <summary>Makes a named pipe.</summary>
    internal static void MakePipe(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private static string Refusal(Action action)
    {
        var task = Task.Run(() => Assert.Throws<InputException>(action).Message);
        Assert.True(task.Wait(TimeSpan.FromSeconds(20)), "it waits for the other end of the pipe");
        return task.Result;
    }
}
