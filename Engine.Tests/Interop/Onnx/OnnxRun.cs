using Microsoft.ML.OnnxRuntime;

namespace Engine.Tests.Interop;

/// <summary>Exported graphs that run on ONNX Runtime, a batch of sentences in a padded rectangle at a time.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly Dictionary<string, OrtValue> state = [];
    private readonly RunOptions run = new();
    private readonly InferenceSession reader; // the encoder, or the classifier
    private readonly InferenceSession? decoder;

    /// <summary>Opens the graphs of a folder.</summary>
    public OnnxRun(string folder)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        var classifier = Path.Combine(folder, "classifier.onnx");
        reader = new InferenceSession(
            File.Exists(classifier) ? classifier : Path.Combine(folder, "encoder.onnx"), options);
        if (!File.Exists(classifier)) decoder = new InferenceSession(Path.Combine(folder, "decoder.onnx"), options);
    }

    /// <summary>The logits of the labels of sentences, [sentences, labels].</summary>
    public float[] Classify(IReadOnlyList<int[]> sources)
    {
        Read(sources);
        return state["logits"].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Encodes sentences, and makes empty caches for their translations.</summary>
    public void Begin(IReadOnlyList<int[]> sources)
    {
        Read(sources);
        foreach (var (name, metadata) in decoder!.InputMetadata)
        {
            if (name == "input_ids" || state.ContainsKey(name)) continue;
            var shape = Array.ConvertAll(metadata.Dimensions, size => (long)size); // [batch, heads, past, features]
            (shape[0], shape[2]) = (sources.Count, 0);
            state[name] = Own(OrtValue.CreateAllocatedTensorValue(
                OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, shape));
        }
    }

    /// <summary>A step: reads a token of each translation, and gives the logits of the next, [sentences, vocabulary].
    /// </summary>
    public float[] Step(int[] tokens)
    {
        state["input_ids"] = Ids([.. tokens.Select(id => (long)id)], tokens.Length, 1);
        var found = Own(decoder!.Run(
            run, decoder.InputNames.ToDictionary(name => name, name => state[name]), decoder.OutputNames));
        foreach (var (name, value) in decoder.OutputNames.Zip(found))
            state[name.Replace("present.", "past.", StringComparison.Ordinal)] = value;
        return found[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        Forget();
        reader.Dispose();
        decoder?.Dispose();
        run.Dispose();
    }

    private void Read(IReadOnlyList<int[]> sources)
    {
        Forget();
        var length = sources.Max(ids => ids.Length);
        // What stands in padding must not matter.
        const long Padding = 5;
        state["input_ids"] = Ids(
            [.. sources.SelectMany(ids => Enumerable.Range(0, length).Select(i => i < ids.Length ? ids[i] : Padding))],
            sources.Count, length);
        state["attention_mask"] = Ids(
            [.. sources.SelectMany(ids => Enumerable.Range(0, length).Select(i => i < ids.Length ? 1L : 0L))],
            sources.Count, length);
        var found = Own(reader.Run(
            run, reader.InputNames.ToDictionary(name => name, name => state[name]), reader.OutputNames));
        foreach (var (name, value) in reader.OutputNames.Zip(found)) state[name] = value;
    }

    private void Forget()
    {
        state.Clear();
        foreach (var value in owned) value.Dispose();
        owned.Clear();
    }

    private OrtValue Ids(long[] values, int rows, int columns) =>
        Own(OrtValue.CreateTensorValueFromMemory(values, [rows, columns]));

    private TValue Own<TValue>(TValue value)
        where TValue : IDisposable
    {
        owned.Add(value);
        return value;
    }
}
