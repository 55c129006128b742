using System.Globalization;
using System.Text.Json;

namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class StepViewTests(Toy toy)
{
    private const string Tape = "#panel svg.tape";

    [Fact]
    public async Task The_tape_runs_forward_to_the_loss_and_back_to_the_first_operation()
    {
        await using var page = await Open();
        var nodes = await Operations(page);
        Assert.Equal((2 * nodes.Length) - 1, await Attribute(page, "aria-valuemax"));
        await page.Page.FocusAsync(Tape);
        for (var i = 0; i < 3; i++) await page.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(3, await Attribute(page, "aria-valuenow"));
        Assert.Equal($"#{nodes[3].Index} {nodes[3].Operation}", await page.Text(".tape-name"));
        Assert.Equal(nodes[3].Value, await Fact(page, "value"));
        Assert.Empty(await page.Texts("[data-name=gradient]"));
        await page.Page.Keyboard.PressAsync("End");
        Assert.Equal($"#{nodes[0].Index} {nodes[0].Operation}", await page.Text(".tape-name"));
        Assert.Equal(nodes[0].Gradient, await Fact(page, "gradient"));
        await page.Page.Keyboard.PressAsync("Home");
        Assert.Contains("Forward, node 1 of", await page.Text("#panel .view"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_last_operation_is_the_loss()
    {
        await using var page = await Open();
        var nodes = await Operations(page);
        await page.Page.FocusAsync(Tape);
        await page.Page.Keyboard.PressAsync("End");
        // Going back from the end of the way back, the loss is the first node of the way back.
        for (var i = 1; i < nodes.Length; i++) await page.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal($"#{nodes[^1].Index} {nodes[^1].Operation}", await page.Text(".tape-name"));
        Assert.Equal(await Fact(page, "loss"), await Fact(page, "value"));
        Assert.Equal(1, await Fact(page, "gradient"));
        Assert.Contains("CrossEntropy", await page.Text(".tape-formula"));
    }

    [Fact]
    public async Task Filters_leave_the_nodes_of_an_operation_and_of_a_module()
    {
        await using var page = await Open();
        var nodes = await Operations(page);
        await Pick(page, "Operation", "Attention");
        Assert.Equal(
            (2 * nodes.Count(node => node.Operation == "Attention")) - 1, await Attribute(page, "aria-valuemax"));
        await Pick(page, "Module", "decoder.layers.0");
        Assert.Equal(
            (2 * nodes.Count(node => node.Operation == "Attention" && node.Path.StartsWith("decoder.layers.0."))) - 1,
            await Attribute(page, "aria-valuemax"));
        Assert.Contains("softmax(Q K^T / sqrt(dK))", await page.Text(".tape-formula"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Play_walks_along_the_tape_until_it_is_paused()
    {
        await using var page = await Open();
        await page.Page.ClickAsync(".step-buttons button:nth-child(3)");
        await page.Until($"Number(document.querySelector('{Tape}').getAttribute('aria-valuenow')) >= 2");
        await page.Page.ClickAsync(".step-buttons button:nth-child(3)");
        var at = await Attribute(page, "aria-valuenow");
        await Task.Delay(1200);
        Assert.Equal(at, await Attribute(page, "aria-valuenow"));
        await page.Page.ClickAsync(".step-buttons button:nth-child(4)");
        Assert.Equal(at + 1, await Attribute(page, "aria-valuenow"));
    }

    [Fact]
    public async Task The_outline_goes_to_a_node()
    {
        await using var page = await Open();
        await page.Page.EvaluateExpressionAsync(
            "[...document.querySelectorAll('.step-outline button')].find(one => one.innerText.includes('LayerNorm')"
            + " || one.textContent.includes('LayerNorm')).click()");
        Assert.Contains("LayerNorm", await page.Text(".tape-name"));
        Assert.Contains("LayerNorm", await page.Text(".step-outline [aria-current]"));
        Assert.Matches(@"Called by\s+Engine/\S+\.cs:\d+", await page.Text(".node-facts"));
    }

    private Task<OpenPage> Open() => toy.Open("language=en&view=step&text=我现在爱你&target=i+love+you");

    private static Task<int> Attribute(OpenPage page, string name) =>
        page.Get<int>($"Number(document.querySelector('{Tape}').getAttribute('{name}'))");

    private static async Task<double> Fact(OpenPage page, string name) => double.Parse(
        await page.Get<string>($"document.querySelector('#panel [data-name={name}]').dataset.value"),
        CultureInfo.InvariantCulture);

    private static async Task Pick(OpenPage page, string label, string option) => await page.Page.EvaluateFunctionAsync(
        """
        (label, option) => {
            const { control } = [...document.querySelectorAll('#panel label')].find(one => one.innerText === label);
            control.selectedIndex = [...control.options].findIndex(one => one.text === option);
            control.dispatchEvent(new Event('change'));
        }
        """, label, option);

    private static async Task<(int Index, string Operation, string Path, double Value, double Gradient)[]> Operations(
        OpenPage page)
    {
        using var step = JsonDocument.Parse(await page.Get<string>(
            """
            fetch('/step', {
                method: 'POST', headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify({ source: '我现在爱你', target: 'i love you' }),
            }).then(answer => answer.text())
            """));
        return
        [
            .. step.RootElement.GetProperty("nodes").EnumerateArray()
                .Where(node => node.GetProperty("operation").GetString() != "parameter")
                .Select(node => (
                    node.GetProperty("index").GetInt32(), node.GetProperty("operation").GetString()!,
                    node.GetProperty("path").GetString()!, node.GetProperty("value_norm").GetDouble(),
                    node.GetProperty("gradient_norm").GetDouble())),
        ];
    }
}
