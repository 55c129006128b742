using System.Text.Json.Nodes;

namespace Engine.Tests.Text;

/// <summary>Scores that sacreBLEU gave, from Golden/bleu.json; Recorders/bleu.py writes the file.</summary>
internal static class SacreBleuCases
{
    private static readonly JsonNode File = JsonNode.Parse(System.IO.File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Golden", "bleu.json")))!;

    public static string Tool => (string)File["tool"]!;

    public static IEnumerable<JsonObject> All => File["cases"]!.AsArray().Select(one => one!.AsObject());

    public static string[] Lines(JsonObject one, string key) =>
        [.. one[key]!.AsArray().Select(line => (string)line!)];

    public static JsonObject Named(string name) => All.Single(one => (string)one["name"]! == name);
}
