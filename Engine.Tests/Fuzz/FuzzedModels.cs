using Engine.Cli;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Fuzz;

/// <summary>Targets that put an input into the place of one file of a model folder, and use the folder.</summary>
/// <param name="fixtures">The folder Engine.Tests/Fixtures, which holds model folders.</param>
/// <param name="scratch">An empty folder; each target copies its model folder into it.</param>
internal sealed class FuzzedModels(string fixtures, string scratch)
{
    /// <summary>A target that loads a model and answers a line.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="fixture">The model folder.</param>
    /// <param name="file">The file that is fuzzed.</param>
    public FuzzTarget Target(string name, string fixture, string file)
    {
        var folder = Copy(fixture, name);
        return new(name, [File.ReadAllBytes(Path.Combine(fixtures, fixture, file))], bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, file), bytes);
            var served = ServedModel.Load(folder);
            _ = ModelDescription.Of(served);
            if (served.Model is ClassificationModel classifier) classifier.Classify(["red"]);
            else ((TranslationModel)served.Model).Translate(["red green"]);
        }) { IsJson = file.EndsWith(".json", StringComparison.Ordinal) };
    }

    /// <summary>A target that takes up a run from its saved state, and trains on to the run's end.</summary>
    /// <param name="name">The target's name.</param>
    public FuzzTarget StateTarget(string name)
    {
        var folder = Copy("half-finished", name);
        var file = Path.Combine(folder, ModelFolder.TrainingState);
        Trainer? trainer = null;
        return new(name, [File.ReadAllBytes(file)], bytes =>
        {
            File.WriteAllBytes(file, bytes);
            using var curve = new LearningCurve(folder);
            trainer ??= Trainer(curve);
            trainer.Resume();
            var resumed = trainer;
            trainer = null;
            try
            {
                resumed.Run(CancellationToken.None);
            }
            catch (DivergenceException said)
            {
                throw new InputException(said.Message, said); // the verb ends with a line, too
            }
            finally
            {
                Copy("half-finished", name);
            }
        });

        Trainer Trainer(LearningCurve curve)
        {
            var model = TranslationModel.Load(folder);
            var text = ParallelCorpus.Read(Path.Combine(fixtures, "text.zh"), Path.Combine(fixtures, "text.en"));
            return new Trainer(model, new TrainingPairs(model, text), text, folder, new ThreadTeam(1), curve);
        }
    }

    /// <summary>A target that begins the embeddings of a model with word vectors.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="seed">Vectors of words that the model knows.</param>
    public FuzzTarget VectorsTarget(string name, byte[] seed)
    {
        var path = Path.Combine(scratch, name);
        var model = new Lazy<TranslationModel>(() => TranslationModel.Load(Path.Combine(fixtures, "half-finished")));
        return new(name, [seed], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            InitialEmbeddings.OfTarget(model.Value, path);
        });
    }

    /// <summary>A model folder for requests, with the logs that requests ask for.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="fixture">The model folder.</param>
    /// <param name="gradients">The log of gradient norms.</param>
    public string Served(string name, string fixture, byte[] gradients)
    {
        var folder = Copy(fixture, name);
        File.WriteAllBytes(Path.Combine(folder, ModelFolder.Gradients), gradients);
        return folder;
    }

    /// <summary>A target that learns vocabularies from a text, encodes the text, and scores it.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="texts">Good texts.</param>
    public FuzzTarget CorpusTarget(string name, IReadOnlyList<byte[]> texts)
    {
        Directory.CreateDirectory(Path.Combine(scratch, name));
        var text = Path.Combine(scratch, name, "text");
        var configuration = TrainingConfiguration.Preset("toy") with
        {
            DModel = 4, Heads = 1, DFf = 4, Layers = 1, BpeMerges = 20, TargetTokenizer = "bpe", Nfkc = true,
            Lowercase = true,
        };
        return new(name, texts, bytes =>
        {
            File.WriteAllBytes(text, bytes);
            Run("score", "--hypothesis", text, "--reference", text, "--lowercase");
            var corpus = ParallelCorpus.Read(text, text);
            var model = TranslationModel.Create(configuration, corpus);
            foreach (var (source, target) in corpus.Pairs) model.Encode(source, target);
        });
    }

    /// <summary>Runs a verb, which answers for what is wrong with its input by its exit code and a line.</summary>
    public static void Run(params string[] arguments)
    {
        var error = new StringWriter();
        var code = Program.Run(arguments, new CommandStreams(Stream.Null, TextWriter.Null, error));
        if (code is < 0 or > 2) throw new InvalidOperationException($"exit code {code}: {error}");
    }

    /// <summary>A fresh copy of a model folder.</summary>
    public string Copy(string fixture, string name)
    {
        var folder = Path.Combine(scratch, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(fixtures, fixture)))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }
}
