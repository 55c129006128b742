using System.Globalization;

namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class WeightViewTests(Toy toy)
{
    private const string Sentence = "我现在爱你";

    // What the record has of the weight that the view shows: weight, score, and the score that the softmax reads.
    private const string Recorded = """
        async sentence => {
            const pass = await (await fetch('/pass', {
                method: 'POST', headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ source: sentence }),
            })).json();
            const at = name => document.querySelector(`[data-name=${name}] select`).selectedIndex;
            const layer = pass.values.filter(value => value.name === 'weights')[at('path')];
            return ['weights', 'scores', 'masked scores'].map(name => {
                const value = pass.values.find(one => one.path === layer.path && one.name === name);
                return value.values[(at('head') * value.shape[1] + at('query')) * value.shape[2] + at('key')];
            });
        }
        """;

    [Fact]
    public async Task A_weight_that_is_chosen_with_the_keyboard_is_the_recorded_weight()
    {
        await using var page = await Open();
        await page.Page.FocusAsync("#panel svg.heat");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(2, await page.Get<int>("document.querySelector('[data-name=query] select').selectedIndex"));
        var recorded = await page.Page.EvaluateFunctionAsync<double[]>(Recorded, Sentence);
        var shown = await page.Get<double[]>(
            "['weight', 'score', 'masked', 'result'].map(name => "
            + "Number(document.querySelector(`.weight-steps [data-name=${name}]`).dataset.value))");
        Assert.Equal([.. recorded, recorded[0]], shown);
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Each_formula_gives_the_number_that_it_shows()
    {
        await using var page = await Open();
        var products = await Numbers(page, ".step:nth-of-type(1) tbody tr:last-child td");
        var score = await Number(page, "[data-name=score]");
        Assert.Equal(16, products.Length);
        Assert.Equal(score, products.Sum(), 0.01);
        Assert.Equal(score / 4, await Number(page, "[data-name=scaled]"), 0.001);
        var powers = await Numbers(page, ".step:nth-of-type(4) tbody td:nth-of-type(2)");
        var weights = await Numbers(page, ".step:nth-of-type(4) tbody td:nth-of-type(3)");
        Assert.All(powers.Zip(weights), row => Assert.Equal(row.First / powers.Sum(), row.Second, 0.001));
        var outputs = await Numbers(page, ".step:nth-of-type(5) tfoot td");
        for (var i = 0; i < 16; i++)
        {
            var column = await Numbers(page, $".step:nth-of-type(5) tbody td:nth-of-type({i + 1})");
            Assert.Equal(outputs[i], column.Sum(), 0.006);
        }
    }

    [Fact]
    public async Task A_later_token_is_hidden_by_the_causal_mask()
    {
        await using var page = await Open();
        await Pick(page, "path", 2);
        await Pick(page, "key", 1);
        Assert.Contains("Hidden: key 1 comes after query 0.", await page.Text(".step:nth-of-type(3)"));
        Assert.Equal("−∞", await page.Text("[data-name=masked]"));
        Assert.Equal(0, await Number(page, "[data-name=weight]"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_line_of_the_source_is_named()
    {
        await using var page = await Open();
        await page.Until("document.querySelector('#panel .view').innerText.includes('MultiHeadAttention.cs:')");
    }

    private Task<OpenPage> Open() => toy.Open($"language=en&view=weight&text={Sentence}");

    private static async Task Pick(OpenPage page, string name, int index)
    {
        await page.Page.EvaluateFunctionAsync(
            """
            (name, index) => {
                const select = document.querySelector(`[data-name=${name}] select`);
                select.selectedIndex = index;
                select.dispatchEvent(new Event('change'));
            }
            """, name, index);
        await page.Until($"document.activeElement.matches('[data-name={name}] select')");
    }

    private static async Task<double> Number(OpenPage page, string selector) =>
        (await Numbers(page, $".weight-steps {selector}"))[0];

    /// <summary>The numbers that readers see.</summary>
    private static async Task<double[]> Numbers(OpenPage page, string selector) =>
        [.. (await page.Texts(selector)).Select(text =>
            double.Parse(text.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture))];
}
