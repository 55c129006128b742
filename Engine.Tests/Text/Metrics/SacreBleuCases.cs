using System.Text.Json.Nodes;

namespace Engine.Tests.Text;

/// <summary>
/// Scores that sacreBLEU gave, from Golden/bleu.json and Golden/significance.json; Recorders/bleu.py and
/// Recorders/significance.py write the files.
/// </summary>
internal static class SacreBleuCases
{
    private static readonly JsonNode File = Read("bleu.json"), Significance = Read("significance.json");

    public static string Tool => (string)File["tool"]!;

    public static IEnumerable<JsonObject> All => Items(File["cases"]!);

    /// <summary>The cases of a part of significance.json: random, tokens, ter or bootstrap.</summary>
    public static IEnumerable<JsonObject> Part(string name) => Items(Significance[name]!);

    public static string[] Lines(JsonObject one, string key) => Strings(one[key]!);

    public static string[][] Sets(JsonObject one, string key) => [.. one[key]!.AsArray().Select(set => Strings(set!))];

    private static JsonNode Read(string name) =>
        JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name)))!;

    private static IEnumerable<JsonObject> Items(JsonNode list) => list.AsArray().Select(one => one!.AsObject());

    private static string[] Strings(JsonNode list) => [.. list.AsArray().Select(line => (string)line!)];

    public static JsonObject Named(string name) => All.Single(one => (string)one["name"]! == name);
}
