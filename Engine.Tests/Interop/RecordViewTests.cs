using System.Globalization;

namespace Engine.Tests.Interop;

/// <summary>Views of passes, tokens, positions and the run.</summary>
[Collection(nameof(Toy))]
public sealed class RecordViewTests(Toy toy)
{
    private const string Ask = """
        (path, body) => fetch(path, body === '' ? {} : {
            method: 'POST', headers: { 'Content-Type': 'application/json' }, body,
        }).then(answer => answer.json()).then(
        """;

    [Fact]
    public async Task Teacher_forcing_shows_the_loss_of_each_token_and_the_first_difference()
    {
        await using var page = await toy.Open("language=en&view=forcing&text=我现在爱你&target=I+love+him+now");
        var losses = await page.Page.EvaluateFunctionAsync<double[]>(
            Ask + "pass => [...pass.predictions.map(one => -one.log_probability), pass.loss])", "/pass",
            """{"source":"我现在爱你","target":"I love him now"}""");
        Assert.Equal(losses, (await page.Get<string[]>(
            "[...document.querySelectorAll('[data-name=loss], [data-name=mean]')].map(one => one.dataset.value)"))
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)));
        Assert.Contains("The first difference is at position 2, marked ≠.", await page.Text("#panel .view"));
        Assert.Equal(["≠ him", "≠ you"], await page.Texts(".first-difference"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Tokens_have_their_ids_and_unknown_ones_are_marked()
    {
        await using var page = await toy.Open("language=en&view=tokens&text=我㐀爱你&target=I+love+pterodactyls");
        var ids = await page.Page.EvaluateFunctionAsync<int[]>(
            Ask + "answer => answer.tokens.map(one => one.id))", "/tokenize", """{"side":"source","text":"我㐀爱你"}""");
        Assert.Equal(
            ids.Select(id => id == 1 ? "? 1" : id.ToString(CultureInfo.InvariantCulture)),
            await page.Texts("[data-side=source] .token-id"));
        Assert.Contains("1 of them are unknown", (await page.Texts("#panel .result"))[1]);
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Positions_are_a_map_and_their_dot_products_fall_with_the_distance()
    {
        await using var page = await toy.Open("language=en&view=positions");
        await page.Page.FocusAsync("#panel svg.heat");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        // Position 0, feature 1: cos 0.
        Assert.Equal("0 → 1: 1.000", await page.Text("#panel .readout"));
        Assert.Contains("depends on their distance alone", await page.Text("#panel .view"));
        Assert.True(await page.Get<int>("document.querySelectorAll('#panel svg.lines polyline').length") == 1);
    }

    [Fact]
    public async Task Checkpoints_show_the_same_sentence_as_the_model_emerges()
    {
        await using var page = await toy.Open("language=en&view=checkpoints&text=我现在爱你");
        var updates = await page.Page.EvaluateFunctionAsync<int[]>(Ask + "model => model.checkpoints)", "/model", "");
        Assert.Equal(5, updates.Length);
        Assert.Equal(
            updates.Select(update => FormattableString.Invariant($"update {update}")).Append("final model"),
            await page.Texts("#panel tbody th"));
        var losses = (await page.Get<string[]>(
            "[...document.querySelectorAll('#panel [data-value]')].map(one => one.dataset.value)"))
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(losses[0] > 3 && losses[^1] < 1, string.Join(' ', losses));
        var before = await page.Text("#panel .result");
        await page.Page.FocusAsync("#panel input[type=range]");
        await page.Page.Keyboard.PressAsync("End");
        Assert.NotEqual(before, await page.Text("#panel .result"));
        Assert.Contains("I love you now", await page.Text("#panel .result"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task A_run_that_logged_no_gradients_says_how_to_log_them()
    {
        await using var page = await toy.Open("language=en&view=gradients");
        Assert.Contains("engine train --monitor gradients", await page.Text("#panel .view"));
    }
}
