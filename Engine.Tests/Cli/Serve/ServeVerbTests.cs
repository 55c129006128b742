using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class ServeVerbTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [LinuxTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task The_server_prints_its_address_and_a_signal_ends_it_within_a_second_with_exit_code_0(string signal)
    {
        // Neither a setting of the environment nor a file in the current folder opens the server to others.
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["appsettings.json"], """{"urls": "http://0.0.0.0:59321", "Kestrel": {"x": 1}}""");
        using var process = CommandLine.Start(
            folder.Path,
            [("ASPNETCORE_URLS", "http://0.0.0.0:59322"), ("URLS", "http://0.0.0.0:59323"), ("DOTNET_gcServer", "0")],
            "serve", "--model", tiny.Model, "--port", "0");
        var address = new Uri((await process.StandardOutput.ReadLineAsync())!);
        Assert.Equal("localhost", address.Host);
        using var client = new HttpClient { BaseAddress = address };
        Assert.Contains("<!doctype html>", await client.GetStringAsync("/"));
        foreach (var port in (int[])[59321, 59322, 59323])
        {
            using var other = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(IPAddress.Loopback, port));
        }
        // A request at work does not hold the end up.
        using var slow = client.SendAsync(TestServer.Post(
            "/translate", """{"text": "red", "min_length": 10000, "max_length": 10000}"""));
        await Task.Delay(100);
        var clock = Stopwatch.StartNew();
        CommandLine.Signal(process, signal);
        var result = CommandLine.Finish(process);
        Assert.Equal((0, ""), (result.Code, result.Output));
        Assert.Equal($"serving {tiny.Model}; Ctrl+C ends\n", result.Error);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10); // a second, unless the machine is very busy
        await slow.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public void A_port_that_another_program_listens_to_is_refused()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(
            $"engine: --port {port} is taken by another program; choose another, or leave --port out.",
            CommandLine.Run("serve", "--model", tiny.Model, "--port", port).Mistake());
    }

    [Theory]
    [InlineData("--port is 65536; it must be 0 to 65535.", "--port", "65536")]
    [InlineData("--port is -1; it must be 0 to 65535.", "--port=-1")]
    [InlineData("--threads 0: must be 1 to 1024", "--threads", "0")]
    [InlineData("option --port: 'x' is not a whole number", "--port", "x")]
    public void An_option_outside_its_range_is_refused(string mistake, params string[] options) =>
        Assert.StartsWith(
            "engine: " + mistake, CommandLine.Run(["serve", "--model", tiny.Model, .. options]).Mistake());

    [Fact]
    public void A_folder_without_a_model_is_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.StartsWith(
            "engine: nowhere: there is no such folder", CommandLine.Run("serve", "--model", "nowhere").Mistake());
        Assert.StartsWith(
            $"engine: {folder.Path}: not a model folder", CommandLine.Run("serve", "--model", folder.Path).Mistake());
    }
}
