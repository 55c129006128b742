using System.IO.Compression;
using System.Text;
using Engine.Cli;
using Engine.Lab;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Fuzz;

/// <summary>The readers of files, options and requests, with good inputs.</summary>
internal static class FuzzTargets
{
    /// <summary>All targets, which work in a folder.</summary>
    /// <param name="fixtures">The folder Engine.Tests/Fixtures.</param>
    /// <param name="scratch">An empty folder for files that are read.</param>
    public static IReadOnlyList<FuzzTarget> All(string fixtures, string scratch)
    {
        var models = new FuzzedModels(fixtures, scratch);
        var exercises = new FuzzedExercises(scratch);
        var drawn = new FuzzedReports(models);
        return
        [
            new("safetensors", [File.ReadAllBytes(Path.Combine(fixtures, "classifier", ModelFolder.Weights))], Tensors),
            models.Target("weights", "gru", ModelFolder.Weights),
            models.Target("configuration", "transformer", ModelFolder.Configuration),
            models.Target("vocabulary", "transformer", "source_vocab.json"),
            models.Target("merges", "bpe", "merges.txt"),
            models.Target("bpe-vocabulary", "bpe", "vocab.json"),
            models.Target("labels", "classifier", ModelFolder.Labels),
            models.StateTarget("training-state"),
            drawn.RunTarget("run-report"),
            drawn.CurveTarget("curve", CurveSeed()),
            drawn.GradientTarget("gradients", GradientSeed),
            new("lines", Texts(fixtures), bytes =>
            {
                foreach (var line in TextLines.Read(new MemoryStream(bytes), "text")) _ = line.Length;
            }),
            models.CorpusTarget("corpus", Texts(fixtures)),
            drawn.SampleTarget("samples", SampleSeed),
            models.VectorsTarget("word-vectors", "3 4\nthe 0.25 -1 1 0\nhe 1e-3 2 0 1\n</s> 0 0 0 0\n"u8.ToArray()),
            OfFile("own-configuration", [OwnConfiguration], isJson: true, path => FuzzedModels.Run(
                "train", "--config", path, "--dry-run", "--source", Path.Combine(fixtures, "text.zh"),
                "--target", Path.Combine(fixtures, "text.en"))),
            exercises.CaseTarget("reference-case", [Golden("attention.causal"), Golden("cross_entropy.ls0.1.mean")]),
            exercises.InputsTarget("exercise"),
            exercises.AnswerTarget("answer"),
            OfFile("lab-results", [LabSeed], isJson: true, path =>
            {
                foreach (var (_, text) in BookDocuments.Of(
                    LabCatalogue.All, [.. LabJson.Read(path)], LabLanguage.Of("both"))) _ = text.Length;
            }),
            new("log", [SampleSeed, GradientSeed], bytes =>
            {
                foreach (var line in LogCut.Lines(new MemoryStream(bytes))) _ = line.End - line.Start;
            }),
            new("options", OptionSeeds(), Options),
            FuzzedRequests.ToTranslator("requests", models.Served("requests", "half-finished", GradientSeed)),
            FuzzedRequests.ToClassifier("label-requests", models.Served("label-requests", "classifier", GradientSeed)),
        ];

        // A reader that opens its file by name.
        FuzzTarget OfFile(string name, byte[][] seeds, bool isJson, Action<string> read) => new(name, seeds, bytes =>
        {
            var path = Path.Combine(scratch, name);
            File.WriteAllBytes(path, bytes);
            read(path);
        }) { IsJson = isJson };

        byte[] Golden(string name) =>
            File.ReadAllBytes(Path.Combine(fixtures, "..", "Golden", name + ".safetensors"));
    }

    private static void Tensors(byte[] bytes)
    {
        using var file = SafeTensorsFile.Read(new MemoryStream(bytes), "file");
        foreach (var (name, entry) in file.Entries)
        {
            if (entry.Type is SafeTensorsType.F32) _ = file.ReadNumbers<float>(name);
            else if (entry.Type is SafeTensorsType.I64) _ = file.ReadIntegers(name);
        }
    }

    private static byte[] CurveSeed()
    {
        const string Points = """{"train":[[1,6.5],[2,6.25]],"valid":[[2,6]],"bleu":[],"rate":[[1,0.001]]}""";
        return Encoding.UTF8.GetBytes(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata>{Points}</metadata></svg>\n");
    }

    private static byte[] GradientSeed =>
        """
        {"update":1,"layers":{"encoder.layers.0":1.5,"decoder.layers.0":0.25}}
        {"update":2,"layers":{"encoder.layers.0":1.25,"decoder.layers.0":2.5e-7}}

        """u8.ToArray();

    private static byte[] SampleSeed => Encoding.UTF8.GetBytes(
        """{"update":3,"loss":2.5,"bleu":10,"averaged":0,"best":true,"samples":[""" +
        """{"source":"a","reference":"b","translation":"c"}]}""" + "\n" +
        """{"update":6,"loss":2.25,"bleu":null,"averaged":2,"best":false,"samples":[],"accuracy":50}""" + "\n");

    private static byte[] LabSeed => Encoding.UTF8.GetBytes(
        """{"name":"sigmoid-cost","seed":1,"size":"small","version":"1","computed":"2026-01-02T03:04:05+00:00" """ +
        """, "parameters":{"cost":30},"tables":[{"title":{"chinese":"表","english":"t"},"columns":""" +
        """[{"chinese":"a","english":"a"},{"chinese":"b","english":"b"}],"rows":""" +
        """[{"name":{"chinese":"c","english":"c"},"values":[null]}]}],"pictures":[{"kind":"heat","title":""" +
        """{"chinese":"图","english":"p"},"columns":[],"rows":[]}],"verdict":"holds","because":""" +
        """{"chinese":"因","english":"d"}}""" + "\n");

    private static byte[] OwnConfiguration =>
        """
        {
          // Comments and a comma at the end may stand in a file of one's own.
          "architecture": "lstm", "dModel": 32, "layers": 2, "dropout": 0.25, "updates": 100,
        }
        """u8.ToArray();

    // Plain, compressed, with marks and separators: each way in which a text is read.
    private static byte[][] Texts(string fixtures)
    {
        var chinese = File.ReadAllBytes(Path.Combine(fixtures, "text.zh"));
        var mixed = Encoding.UTF8.GetBytes("\uFEFFa b\r\nc\u200Dd\n\n\u2028e\rf 𝟙\n");
        return
        [
            chinese, mixed, Gzip(chinese), Encoding.Unicode.GetBytes("red\ngreen\n"),
            [0x28, 0xB5, 0x2F, 0xFD, 0x24], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "PK\u0003\u0004"u8.ToArray(),
        ];
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    // An option a line, then its value: each option of the table with a value that it has in a preset.
    private static byte[][] OptionSeeds() =>
    [
        .. OptionTable.All.Select(option => Encoding.UTF8.GetBytes(
            $"--{option.Name}\n{option.TextIn(TrainingConfiguration.Preset("tiny"))}")),
        "--preset\ntoy\n--updates\n10\n--seed\n7"u8.ToArray(),
    ];

    private static void Options(byte[] bytes) =>
        TrainOptions.Parse(Encoding.UTF8.GetString(bytes).Split('\n')).Configuration();
}
