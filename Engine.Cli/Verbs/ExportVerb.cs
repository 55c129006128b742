using CommandLine;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine export</c>.</summary>
[Verb("export")]
internal sealed class ExportOptions
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("onnx", Required = true, MetaValue = "DIR")]
    public string Onnx { get; set; } = "";

    [Option("overwrite")]
    public bool Overwrite { get; set; }
}

/// <summary><c>engine export</c>: writes a model as graphs of ONNX, and a program that runs them.</summary>
internal static class ExportVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        $"""
        engine export: write a model as ONNX, which ONNX Runtime and other programs run without engine.

        Usage: engine export --onnx DIR [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model
          --onnx DIR         the folder to write (required)
          --overwrite        replace files with other content

        A model that translates becomes two graphs: encoder.onnx reads a source line once, and decoder.onnx
        makes one step of a translation, with caches of keys and values (or the state of a recurrent network)
        as inputs and outputs. A classifier becomes classifier.onnx. All sizes but the model's own are free:
        lines of any number and length. The numbers are in single precision, the operations of opset {OnnxFile.Opset}.

        The folder also gets the vocabularies, config.json, with bpe tokenizer.json for Hugging Face's tokenizers,
        and a C# program, translate.cs or classify.cs, which tokenizes as the model does, runs the graphs with
        ONNX Runtime, and answers greedily. The .NET 10 SDK runs the program without a project. Names, types and
        shapes of inputs and outputs: Engine.Cli/README.md.

        Architectures transformer, rnn, gru and lstm can be exported, with all their options; conv cannot.

        Examples:
          engine export --model runs/zh-en-1 --onnx zh-en
          echo 我现在爱你 | dotnet run zh-en/translate.cs
        """;

    /// <summary>Writes the folder, prints its files, and returns the exit code.</summary>
    /// <exception cref="InputException">
    /// There is no such model, its network has no graph, or the folder cannot be written or has other files.
    /// </exception>
    public static int Run(ExportOptions options, CommandStreams streams)
    {
        var folder = LatestRun.Model(options.Model, streams);
        if (FullPath(options.Onnx) == FullPath(folder))
            throw new InputException($"{options.Onnx}: is the model's folder; name another folder for --onnx");
        RunFolder.RequireWritable(options.Onnx);
        var model = ModelFolder.Load(folder);
        OnnxExport.RequireKnown(folder, model.Configuration);
        foreach (var (path, bytes) in OnnxFolder.Write(folder, model, options.Onnx, options.Overwrite))
            streams.Output.WriteLine(Printable.Of(FormattableString.Invariant($"{path}: {bytes:N0} bytes")));
        return ExitCode.Done;
    }

    private static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
}
