
namespace Engine.Tests.Kernels;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_runs_once_however_often_the_team_is_used(int threads)
    {
        using var team = new ThreadTeam(threads);
        var counts = new int[17];
        Action<int> count = part => Interlocked.Increment(ref counts[part]);
        var runsOfPart = new int[17];
        for (var run = 0; run < 5000; run++)
        {
            team.Run(run % 18, count);
            for (var part = 0; part < run % 18; part++)
                runsOfPart[part]++;
            Assert.Equal(runsOfPart, counts);
        }
    }

    [Fact]
    public void A_team_that_has_fallen_asleep_wakes_up()
    {
        using var team = new ThreadTeam(2);
        for (var run = 0; run < 10; run++)
        {
            Thread.Sleep(2);
            using var both = new Barrier(2);

            // Neither part can end before a second thread has begun the other.
            team.Run(2, _ => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30))));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_in_a_part_surfaces_in_the_caller_and_the_team_lives_on(int threads)
    {
        using var team = new ThreadTeam(threads);
        for (var run = 0; run < 100; run++)
        {
            var thrown = Assert.Throws<InvalidOperationException>(
                () => team.Run(8, part => { if (part == 5) throw new InvalidOperationException("part 5"); }));
            Assert.Equal("part 5", thrown.Message);

            var done = 0;
            team.Run(8, _ => Interlocked.Increment(ref done));
            Assert.Equal(8, done);
        }
    }

    [Fact]
    public void A_part_may_call_its_own_team()
    {
        using var team = new ThreadTeam(3);
        var done = 0;
        team.Run(4, _ => team.Run(5, _ => Interlocked.Increment(ref done)));
        Assert.Equal(20, done);
    }

    [Fact]
    public void Two_threads_may_use_one_team()
    {
        using var team = new ThreadTeam(2);
        var done = 0;
        Parallel.For(0, 4, _ =>
        {
            for (var run = 0; run < 500; run++)
                team.Run(3, _ => Interlocked.Increment(ref done));
        });
        Assert.Equal(4 * 500 * 3, done);
    }

    [Fact]
    public void A_run_allocates_nothing()
    {
        using var team = new ThreadTeam(2);
        Action<int> nothing = _ => { };
        for (var run = 0; run < 100; run++)
            team.Run(4, nothing);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < 100; run++)
            team.Run(4, nothing);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_disposed_team_refuses_work()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(1, _ => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(0));
    }
}
