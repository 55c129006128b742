using System.Diagnostics;
using System.Text.Json;
using Xunit.Abstractions;

namespace Engine.Tests.Cli;

/// <summary>
/// Many clients of one server. <c>ENGINE_SERVE_LOAD=1 dotnet test --filter ServeLoadTests</c> runs this test, which
/// takes half a minute and prints its figures.
/// </summary>
public sealed class ServeLoadTests(TinyRun tiny, ITestOutputHelper figures) : IClassFixture<TinyRun>
{
    private const string OnRequest = "ENGINE_SERVE_LOAD";
    private const int Clients = 32, Seconds = 30, SecondsBefore = 10;
    private const long Megabyte = 1 << 20;

    [OnDemandFact(OnRequest)]
    public async Task Clients_that_ask_at_once_get_the_translations_of_translate_and_the_memory_does_not_grow()
    {
        string[] words = ["red", "green", "blue", "grey", "pink"];
        string[] lines = [.. Enumerable.Range(0, 100).Select(i =>
            string.Join(' ', Enumerable.Range(0, 1 + (i % 9)).Select(word => words[(i + word) % 5])))];
        var input = string.Join('\n', lines);
        var expected = CommandLine.RunOn(input, "translate", "--model", tiny.Model).Output.Split('\n');

        using var process = CommandLine.Start(
            Environment.CurrentDirectory, "serve", "--model", tiny.Model, "--port", "0");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(process.StandardOutput.ReadLine()!) };
            var clock = Stopwatch.StartNew();
            await Ask(0);
            var first = clock.Elapsed;

            clock.Restart();
            var (answered, early) = (0, 0L);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
            {
                for (var i = number; clock.Elapsed.TotalSeconds < Seconds; i++)
                {
                    await Ask(i % lines.Length);
                    Interlocked.Increment(ref answered);
                }
            })).Append(Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(SecondsBefore));
                early = WorkingSet();
            })));
            var late = WorkingSet();
            figures.WriteLine(FormattableString.Invariant(
                $"{Clients} clients: first translation {first.TotalMilliseconds:F0} ms after ready, ")
                + FormattableString.Invariant($"{answered / Seconds:N0} requests/s, ")
                + $"working set {early / Megabyte} MB after {SecondsBefore} s, {late / Megabyte} MB at the end");
            Assert.InRange(first.TotalSeconds, 0, 0.5);
            Assert.InRange(answered, 10 * Clients, int.MaxValue);
            Assert.InRange(late, 0, early + (early / 5));

            async Task Ask(int line)
            {
                using var request = TestServer.Post("/translate", JsonSerializer.Serialize(new { text = lines[line] }));
                using var response = await client.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                Assert.True(response.IsSuccessStatusCode, text);
                Assert.Equal(
                    expected[line],
                    JsonElement.Parse(text).GetProperty("translations")[0][0].GetProperty("text").GetString());
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        long WorkingSet()
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }
}
