using System.Diagnostics;

namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class TranslationViewTests(Toy toy)
{
    private const string Target = ".translation-target .token-text";
    private const string Current = ".translation-target [aria-current=step]";

    [Fact]
    public async Task A_sentence_that_is_typed_is_translated_token_by_token()
    {
        await using var page = await toy.Open();
        await page.Get<object>(
            "(window.seen = [], new MutationObserver(() => "
            + $"seen.push(document.querySelector('{Current}')?.innerText))"
            + ".observe(document.querySelector('#panel'), { subtree: true, childList: true, attributes: true }))");
        await page.Run("他们比小明忙");
        await page.Until($"document.querySelector('{Current}')?.innerText === '<eos>'");
        var tokens = await page.Texts(Target);
        Assert.Equal(["they", "are", "busier", "than", "Xiaoming", "<eos>"], tokens);
        var seen = await page.Get<string[]>("[...new Set(seen.slice(seen.indexOf('they')))].filter(Boolean)");
        Assert.Equal(tokens, seen);
        Assert.Equal(10, (await page.Texts(".bar")).Length);
        Assert.Matches("log-probability −\\d", await page.Text(".translation-score"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Steps_go_back_and_forth_by_buttons_and_arrow_keys()
    {
        await using var page = await toy.Open();
        await page.Page.ClickAsync("[aria-label='First step']");
        Assert.Equal("I", await page.Text(Current));
        await page.Page.ClickAsync("[aria-label='Step forward']");
        Assert.Equal("love", await page.Text(Current));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("you", await page.Text(Current));
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("love", await page.Text(Current));
        Assert.Equal("love", await page.Text(".bar.chosen .bar-label"));
        await page.Page.ClickAsync("[aria-label='Last step']");
        Assert.Equal("<eos>", await page.Text(Current));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Playing_can_be_paused()
    {
        await using var page = await toy.Open("language=en&text=害怕老虎的医生很高");
        await page.Page.ClickAsync("[aria-label='First step']");
        await page.Page.ClickAsync("[aria-label='Play']");
        await page.Until($"document.querySelector('{Current}').innerText !== 'the'");
        await page.Page.ClickAsync("[aria-label='Pause']");
        var paused = await page.Text(Current);
        await Task.Delay(700);
        Assert.Equal(paused, await page.Text(Current));
        Assert.NotEqual("<eos>", paused);
    }

    [Fact]
    public async Task A_temperature_changes_the_bars_at_once_from_the_kept_logits()
    {
        await using var page = await toy.Open();
        await page.Page.ClickAsync("[aria-label='First step']");
        var asked = page.Requests.Count;
        var before = await page.Text(".bar.chosen .bar-text");
        await page.Get<object>(Slide("Temperature", "3"));
        var after = await page.Text(".bar.chosen .bar-text");
        Assert.True(Share(after) < Share(before) / 2, $"{before} became {after}");
        await page.Get<object>(Slide("Top-k", "3"));
        Assert.Equal(7, (await page.Texts(".bar.cut")).Length);
        Assert.StartsWith("cut by top-k", (await page.Texts(".bar-mark"))[9]);
        Assert.Equal(asked, page.Requests.Count); // greedy decoding reads none of these, so nobody was asked
    }

    [Fact]
    public async Task Settings_that_the_decoder_reads_ask_the_server_for_another_translation()
    {
        await using var page = await toy.Open();
        await page.Click("beam", ".settings");
        await page.Until("document.querySelectorAll('.hypotheses li').length === 4");
        await page.Until("document.querySelector('.translation-score').innerText.startsWith('score')");
        await page.Click("sample", ".settings");
        await page.Get<object>(Slide("Temperature", "3"));
        await page.Until("!document.querySelector('.hypotheses')");
        await page.Until(
            "document.querySelector('.translation-target')?.innerText.replaceAll('\\n', ' ')"
            + " !== 'I love you now <eos>'");
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task What_penalties_changed_and_forbade_is_shown()
    {
        await using var page = await toy.Open();
        await page.Click("Penalties and lengths", ".settings");
        await page.Get<object>(Slide("Minimum length", "6"));
        await page.Until("document.querySelectorAll('.translation-target .token').length >= 7");
        await page.Page.ClickAsync(".translation-target li:nth-child(5) button"); // where the sentence would end
        Assert.Contains((await page.Texts(".bar.cut")).Select(bar => bar.Split('\n')[0]), text => text == "<eos>");
        Assert.Contains("forbidden", string.Join(' ', await page.Texts(".bar.cut .bar-mark")));
        await page.Get<object>(Slide("Repetition penalty", "2"));
        await page.Until("/logit −?[\\d.]+ → −?[\\d.]+/.test(document.querySelector('.bars').innerText)");
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_first_step_stops_what_plays_there()
    {
        await using var page = await toy.Open();
        await page.Page.ClickAsync("[aria-label='First step']");
        await page.Page.ClickAsync("[aria-label='Play']");
        Assert.False(await page.Get<bool>("document.querySelector(\"[aria-label='First step']\").disabled"));
        await page.Page.ClickAsync("[aria-label='First step']"); // at the first step still
        Assert.True(await page.Get<bool>("document.querySelector(\"[aria-label='First step']\").disabled"));
        Assert.True(await page.Get<bool>("!!document.querySelector(\"[aria-label='Play']\")"));
        await Task.Delay(600); // two steps of what plays
        Assert.StartsWith("Step 1 ", await page.Text(".counter"));
    }

    [Fact]
    public async Task A_bar_says_its_logit_to_those_who_point_at_it_or_focus_it()
    {
        await using var page = await toy.Open();
        await page.Page.ClickAsync("[aria-label='First step']");
        await page.Page.HoverAsync(".bar:nth-child(2)");
        Assert.Matches("logit −?\\d", await page.Text(".likely .readout"));
        var second = await page.Text(".likely .readout");
        await page.Page.FocusAsync(".bar:nth-child(3)");
        Assert.NotEqual(second, await page.Text(".likely .readout"));
    }

    [Fact]
    public async Task The_first_translation_is_there_half_a_second_after_the_server_is_ready()
    {
        const double Seconds = 0.5;
        var (best, slowdown) = (double.PositiveInfinity, 1.0);
        for (var i = 0; i < 8 && best > Seconds * slowdown; i++) // what else the machine does disturbs some attempts
        {
            using var server = Server.Start(toy.Model);
            var page = await toy.Browser.NewPageAsync();
            var before = Slowdown();
            var watch = Stopwatch.StartNew();
            await page.GoToAsync(server.Address);
            await page.WaitForExpressionAsync("!!document.querySelector('.translation-score')?.innerText");
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            slowdown = Math.Max(slowdown, (before + Slowdown()) / 2);
            await page.CloseAsync();
        }
        Assert.InRange(best, 0, Seconds * slowdown);
    }

    /// <summary>How much longer a computation takes than its time on a processor: 1 on a quiet machine.</summary>
    private static double Slowdown()
    {
        var (watch, begun) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        while ((Environment.CpuUsage.TotalTime - begun).TotalMilliseconds < 50) Thread.SpinWait(1000);
        return Math.Max(1, watch.Elapsed.TotalMilliseconds / 50);
    }

    private static string Slide(string label, string value) =>
        $"(() => {{ const input = document.getElementById([...document.querySelectorAll('.slider label')]"
        + $".find(one => one.innerText === '{label}').htmlFor); input.value = {value};"
        + " input.dispatchEvent(new Event('input', { bubbles: true })); })()";

    private static double Share(string percent) =>
        double.Parse(percent.TrimStart('<').TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture);
}
