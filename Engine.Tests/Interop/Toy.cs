using PuppeteerSharp;

namespace Engine.Tests.Interop;

/// <summary>The tests that share a toy model, its server and a browser.</summary>
[CollectionDefinition(nameof(Toy), DisableParallelization = true)]
public sealed class ToyCollection : ICollectionFixture<Toy>;

/// <summary>A toy model that was trained for these tests, a server of it, and Debian's Chromium.</summary>
public sealed class Toy : IAsyncLifetime
{
    /// <summary>The window of a desktop, and of a phone.</summary>
    public const int Wide = 1280, Narrow = 390;

    private readonly string folder = Directory.CreateTempSubdirectory("engine-interop-").FullName;
    private Server? server;

    /// <summary>The folder of the model.</summary>
    public string Model => Path.Combine(folder, "toy");

    /// <summary>A folder for files of the tests.</summary>
    public string Files => folder;

    internal Server Server => server!;

    internal IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        using var training = Server.Run("train", "--epochs", "6", "--out", Model);
        var output = training.StandardOutput.ReadToEndAsync();
        var error = await training.StandardError.ReadToEndAsync();
        await output;
        await training.WaitForExitAsync();
        Assert.True(training.ExitCode == 0, error);
        server = Server.Start(Model);
        Browser = await Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--lang=en"],
        });
    }

    public async Task DisposeAsync()
    {
        if (Browser is not null) await Browser.DisposeAsync();
        server?.Dispose();
        Directory.Delete(folder, true);
    }

    /// <summary>Opens the page of the toy model.</summary>
    /// <param name="hash">What the address remembers, such as <c>view=attention</c>.</param>
    /// <param name="width">The width of the window.</param>
    /// <param name="scheme">The colour scheme: <c>light</c> or <c>dark</c>.</param>
    internal Task<OpenPage> Open(string hash = "language=en", int width = Wide, string scheme = "light") =>
        OpenPage.Open(Browser, $"{Server.Address}#{hash}", width, scheme);
}
