using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class RunClaimTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_next_run_takes_the_first_name_that_does_not_exist()
    {
        Directory.CreateDirectory(folder["toy-1"]);
        File.WriteAllText(folder["toy-2"], "a file takes the name as well");
        Directory.CreateDirectory(folder["toy-4"]);
        using var claim = RunClaim.TakeNext(folder.Path, "toy");
        Assert.Equal(folder["toy-3"], claim.Folder);
        using var next = RunClaim.TakeNext(folder.Path, "toy");
        Assert.Equal(folder["toy-5"], next.Folder);
        using var inNewParent = RunClaim.TakeNext(folder["none"], "toy");
        Assert.Equal(Path.Combine(folder["none"], "toy-1"), inNewParent.Folder);
    }

    [Fact]
    public void Runs_that_begin_at_the_same_time_take_different_folders()
    {
        Directory.CreateDirectory(folder["runs"]);
        for (var round = 0; round < 400; round++)
        {
            var claims = new RunClaim[16];
            var threads = claims
                .Select((_, i) => new Thread(() => claims[i] = RunClaim.TakeNext(folder["runs"], "toy"))).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            Assert.Equal(claims.Length, claims.Select(claim => claim.Folder).Distinct().Count());
            foreach (var claim in claims) claim.Dispose();
            // No run wrote anything; a folder that one run created and another one got is gone too.
            Assert.Empty(Directory.GetFileSystemEntries(folder["runs"]));
        }
    }

    [Fact]
    public void A_folder_has_one_run_at_a_time()
    {
        using (RunClaim.Take(folder["run"]))
        {
            Assert.Equal(
                $"{folder["run"]}: another run is at work in this folder; wait until it ends, or name another folder "
                    + "with RunClaim.Take(folder)",
                Assert.Throws<InputException>(() => RunClaim.Take(folder["run"])).Message);
            File.WriteAllText(folder["run/model"], "");
        }
        using var again = RunClaim.Take(folder["run"]);
        Assert.True(RunClaim.HoldsFiles(folder["run"]));
    }

    [Fact]
    public void Claims_that_come_and_go_at_the_same_time_never_overlap()
    {
        var (inside, most, taken) = (0, 0, 0);
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 100; i++)
            {
                try
                {
                    using var claim = RunClaim.Take(folder["run"]);
                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Increment(ref taken);
                    Interlocked.Decrement(ref inside);
                }
                catch (InputException)
                {
                    // Another has it.
                }
            }
        });
        Assert.Equal(1, most);
        Assert.True(taken > 0);
    }

    [Fact]
    public void A_claim_leaves_nothing_behind()
    {
        RunClaim.Take(folder["a/b/c"]).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Directory.CreateDirectory(folder["empty"]);
        RunClaim.Take(folder["empty"]).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(folder["empty"]));
        using (RunClaim.Take(folder["used"])) File.WriteAllText(folder["used/model"], "");
        Assert.Equal([folder["used/model"]], Directory.GetFileSystemEntries(folder["used"]));
    }

    [Fact]
    public void What_a_killed_run_left_claims_nothing_and_is_no_content()
    {
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder["run/.engine-run.lock"], "");
        Assert.True(RunClaim.HasTrace(folder["run"]));
        Assert.False(RunClaim.HoldsFiles(folder["run"]));
        RunClaim.Take(folder["run"]).Dispose();
        Assert.False(RunClaim.HasTrace(folder["run"]));
    }

    [Fact]
    public void The_temporary_files_of_dead_processes_go_and_those_of_living_ones_stay()
    {
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(folder["run/.engine-abc.tmp"], "left over");
        File.WriteAllText(folder["run/notes.tmp"], "not the engine's");
        AtomicFile.Write(folder["run/out"], stream =>
        {
            stream.Write("a translation under way"u8);
            using var claim = RunClaim.Take(folder["run"]);
            Assert.False(File.Exists(folder["run/.engine-abc.tmp"]));
            Assert.Single(Directory.GetFiles(folder["run"], ".engine-*.tmp"));
        });
        Assert.Equal(
            [folder["run/notes.tmp"], folder["run/out"]], Directory.GetFileSystemEntries(folder["run"]).Order());
    }

    [LinuxFact]
    public void A_pipe_with_the_name_of_a_temporary_file_is_not_waited_for_and_stays()
    {
        Directory.CreateDirectory(folder["run/below"]);
        foreach (var name in (string[])["run/.engine-a.tmp", "run/below/.engine-b.tmp"])
            FileKindTests.MakePipe(folder[name]);
        File.WriteAllText(folder["run/below/.engine-c.tmp"], "left by a dead process");
        var take = Task.Run(() =>
        {
            using var claim = RunClaim.Take(folder["run"]);
            foreach (var name in (string[])["below", "none"]) claim.RemoveTemporariesIn(name);
        });
        Assert.True(take.Wait(TimeSpan.FromSeconds(20)), "it waits for the other end of the pipe");
        Assert.Equal(
            [folder["run/.engine-a.tmp"], folder["run/below"], folder["run/below/.engine-b.tmp"]],
            Directory.GetFileSystemEntries(folder["run"], "*", SearchOption.AllDirectories).Order());
    }

    [LinuxFact]
    public void A_link_in_place_of_the_lock_is_removed_and_its_target_stays()
    {
        Directory.CreateDirectory(folder["run"]);
        File.CreateSymbolicLink(folder["run/.engine-run.lock"], folder["outside"]);
        using var claim = RunClaim.Take(folder["run"]);
        Assert.False(File.Exists(folder["outside"]));
    }

    [Fact]
    public void A_claim_that_the_disk_refuses_is_an_input_error_and_leaves_nothing()
    {
        var actions = FaultyDisk.Count(() => RunClaim.Take(folder["a/b"]).Dispose());
        Assert.Equal(5, actions); // the folder, the lock, and their ends: a file and two folders
        for (var n = 1; n <= 2; n++)
        {
            foreach (var fault in (DiskFault[])[DiskFault.NoSpace, DiskFault.BrokenDisk, DiskFault.NoPermission])
            {
                using (new FaultyDisk(n, fault))
                {
                    var error = Assert.Throws<InputException>(() => RunClaim.Take(folder["a/b"])).Message;
                    Assert.StartsWith(folder["a/b"], error);
                    Assert.DoesNotContain('\n', error);
                }
                Assert.False(Directory.Exists(folder["a"]));
            }
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen; seen = most)
        {
            if (Interlocked.CompareExchange(ref most, value, seen) == seen) return;
        }
    }
}
