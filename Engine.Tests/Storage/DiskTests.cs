using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class DiskTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_save_whose_disk_fails_at_any_action_leaves_the_old_file_and_no_other()
    {
        var path = folder["a.txt"];
        var text = new string('x', 200_000);
        File.WriteAllText(path, "old");
        var actions = FaultyDisk.Count(() => AtomicFile.WriteText(path, text));
        Assert.True(actions >= 4, $"{actions} actions: open, write, flush, rename");
        foreach (var fault in (DiskFault[])[DiskFault.NoSpace, DiskFault.BrokenDisk, DiskFault.NoPermission])
        {
            for (var n = 1; n <= actions; n++)
            {
                File.WriteAllText(path, "old");
                using var disk = new FaultyDisk(n, fault);
                var error = Assert.Throws<InputException>(() => AtomicFile.WriteText(path, text)).Message;
                Assert.StartsWith(path + ": ", error);
                Assert.DoesNotContain('\n', error);
                Assert.Equal("old", File.ReadAllText(path));
                Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
            }
        }
    }

    [Fact]
    public void A_save_that_is_killed_at_any_action_leaves_the_old_file_whole()
    {
        var path = folder["a.txt"];
        File.WriteAllText(path, "old");
        var actions = FaultyDisk.Count(() => AtomicFile.WriteText(path, "new"));
        File.WriteAllText(path, "old");
        for (var n = 1; n <= actions; n++)
        {
            using var disk = new FaultyDisk(n, DiskFault.Kill);
            Assert.Throws<KilledException>(() => AtomicFile.WriteText(path, "new"));
            Assert.Equal("old", File.ReadAllText(path));
        }
    }

    [Fact]
    public async Task A_fault_reaches_the_threads_that_its_thread_starts_and_no_others()
    {
        using var others = new BlockingThread();
        using (new FaultyDisk(1, DiskFault.Kill))
        {
            await Task.Run(() => Assert.Throws<KilledException>(() => Disk.MakeFolder(folder["a"])));
            others.Run(() => Disk.MakeFolder(folder["b"]));
        }
        Disk.MakeFolder(folder["c"]);
        Assert.Equal([folder["b"], folder["c"]], Directory.GetDirectories(folder.Path).Order());
    }

    /// <summary>A thread that began before the fault.</summary>
    private sealed class BlockingThread : IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<Action> work = [];
        private readonly Thread thread;

        public BlockingThread()
        {
            thread = new Thread(() =>
            {
                foreach (var action in work.GetConsumingEnumerable()) action();
            });
            thread.Start();
        }

        public void Run(Action action)
        {
            using var done = new ManualResetEventSlim();
            work.Add(() =>
            {
                action();
                done.Set();
            });
            done.Wait();
        }

        public void Dispose()
        {
            work.CompleteAdding();
            thread.Join();
            work.Dispose();
        }
    }
}
