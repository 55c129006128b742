using System.Globalization;
using System.Text.Json;

namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class BeamViewTests(Toy toy)
{
    [Fact]
    public async Task The_tree_has_the_hypotheses_of_the_trace_and_their_scores()
    {
        await using var page = await toy.Open("language=en&view=beam&text=我现在爱你");
        using var trace = JsonDocument.Parse(await page.Get<string>(
            """
            fetch('/trace', {
                method: 'POST', headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ text: '我现在爱你', decoder: 'beam' }),
            }).then(answer => answer.text())
            """));
        var candidates = trace.RootElement.GetProperty("steps").EnumerateArray()
            .SelectMany(step => step.GetProperty("rows").EnumerateArray())
            .SelectMany(row => row.GetProperty("candidates").EnumerateArray()).ToArray();
        int Count(string fate) => candidates.Count(one => one.GetProperty("fate").GetString() == fate);
        Assert.Equal(
            Count("kept") + 1, await page.Get<int>("document.querySelectorAll('.beam-tree .node.kept').length"));
        Assert.Equal(
            Count("finished"), await page.Get<int>("document.querySelectorAll('.beam-tree .node.finished').length"));
        var scores = candidates.Select(one => one.GetProperty("score"))
            .Where(score => score.ValueKind == JsonValueKind.Number).Select(score => score.GetDouble())
            .OrderDescending().ToArray();
        Assert.Equal(scores, (await page.Get<string[]>(
            "[...document.querySelectorAll('#panel tbody td[data-value]')].map(cell => cell.dataset.value)"))
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)));
        // log-probability / penalty = score, as shown
        foreach (var row in await page.Texts("#panel tbody tr"))
        {
            var numbers = row.Replace('−', '-').Split('\t')[^3..]
                .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(numbers[2], numbers[0] / numbers[1], 0.002);
        }
        Assert.Equal(
            trace.RootElement.GetProperty("translations")[0].GetProperty("text").GetString(),
            await page.Text("#panel .result strong"));
        Assert.StartsWith("★", (await page.Texts("#panel tbody th"))[0]);
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Arrow_keys_walk_along_the_tree_and_the_list_has_the_same()
    {
        await using var page = await toy.Open("language=en&view=beam&text=我现在爱你");
        await page.Page.FocusAsync("#panel .beam-tree");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Contains("empty hypothesis", await page.Text("#beam-detail"));
        await page.Page.Keyboard.PressAsync("ArrowRight");
        var first = await page.Text("#beam-detail");
        Assert.StartsWith("Step 0:", first);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        Assert.NotEqual(first, await page.Text("#beam-detail"));
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Contains("empty hypothesis", await page.Text("#beam-detail"));
        await page.Click("The tree as a list", "#panel");
        Assert.Contains(first, (await page.Texts("#panel details li li")).Select(text => text.Replace("★ ", "")));
    }

    [Fact]
    public async Task A_narrower_beam_keeps_fewer_hypotheses()
    {
        await using var page = await toy.Open("language=en&view=beam&text=我现在爱你");
        await page.Page.FocusAsync("#panel .settings input");
        for (var i = 0; i < 3; i++) await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.Until("document.querySelectorAll('.beam-tree .node.kept').length > 0 && "
            + "document.querySelectorAll('.beam-tree .node.kept').length === new Set([...document"
            + ".querySelectorAll('.beam-tree .node.kept rect')].map(box => box.getAttribute('x'))).size");
        Assert.Single(await page.Texts("#panel tbody tr"));
    }
}
