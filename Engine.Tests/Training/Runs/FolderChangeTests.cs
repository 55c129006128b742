using System.Runtime.Versioning;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A folder changes from one whole model to another.</summary>
public sealed class FolderChangeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_save_over_another_model_that_ends_at_any_action_leaves_one_of_both_whole()
    {
        var (old, other) = (Model("one two", "word"), Model("three four five", "bpe"));
        int Changes() => FaultyDisk.Count(() =>
        {
            Begin(old);
            other.Save(folder["m"]);
        });
        var before = FaultyDisk.Count(() => Begin(old));
        var all = Changes();
        Assert.Equal(["config.json", "merges.txt", "model.safetensors", "vocab.json"], Files());
        var (olds, others) = (0, 0);
        for (var n = before + 1; n <= all; n++)
        {
            using (new FaultyDisk(n, DiskFault.Kill))
            {
                Begin(old);
                Assert.Throws<KilledException>(() => other.Save(folder["m"]));
            }
            var found = TranslationModel.Load(folder["m"]);
            if (found.Configuration == old.Configuration) olds++;
            else others++;
            Assert.Equal(found.Configuration == old.Configuration ? old.SourceTokens : other.SourceTokens,
                found.SourceTokens);
            RunFiles.Recover(folder["m"]);
            Assert.Equal(
                found.Network.Parameters.Select(parameter => parameter.Value.ToArray()),
                TranslationModel.Load(folder["m"]).Network.Parameters.Select(parameter => parameter.Value.ToArray()));
            Assert.Empty(Directory.GetFileSystemEntries(folder["m"], ".engine-*"));
        }
        Assert.True(olds > 5 && others > 5, $"{olds} old, {others} new");
    }

    [Theory]
    [InlineData("word")]
    [InlineData("bpe")]
    public void A_save_after_a_change_that_was_killed_is_the_model_that_is_read(string tokenizer)
    {
        var (old, other) = (Model("one two", "word"), Model("three four five", "bpe"));
        Begin(old);
        using (Disk.Observe((action, _) =>
        {
            if (Directory.Exists(folder["m/.engine-ready"])) throw new KilledException();
        }))
        {
            Assert.Throws<KilledException>(() => other.Save(folder["m"]));
        }
        var last = tokenizer == "bpe" ? other : old;
        last.Network.Parameters[0].Update()[0] = 0.5f;
        last.Save(folder["m"]);
        Assert.Equal(0.5f, TranslationModel.Load(folder["m"]).Network.Parameters[0].Value[0, 0]);
        Assert.Empty(Directory.GetFileSystemEntries(folder["m"], ".engine-*"));
    }

    [Fact]
    public void A_recovered_folder_has_the_files_of_the_new_run_alone_and_whatever_is_no_runs()
    {
        Directory.CreateDirectory(folder["m/.engine-ready"]);
        string[] old =
        [
            "checkpoint-5.safetensors", "events.out.tfevents.12.ab", "training_state.safetensors", "run.json",
            "source_vocab.json", "merges.txt", "labels.json", "curve.svg", "model.safetensors",
            "gradients.jsonl", "samples.jsonl", "report.html", "kept-checkpoint-0.safetensors",
        ];
        string[] kept = ["notes.txt", "checkpoint-5.txt", "checkpoint-best.safetensors", "log.jsonl"];
        string[] written = ["model.safetensors", "vocab.json", "events.out.tfevents.13.cd"];
        foreach (var name in (string[])[.. old, .. kept]) File.WriteAllText(folder["m/" + name], "old");
        foreach (var name in written) File.WriteAllText(folder["m/.engine-ready/" + name], "new");
        Assert.Equal("new", File.ReadAllText(ModelFolder.PathOf(folder["m"], "model.safetensors")));
        RunFiles.Recover(folder["m"]);
        Assert.Equal([.. kept.Concat(written).Order(StringComparer.Ordinal)], Files());
        Assert.All(written, name => Assert.Equal("new", File.ReadAllText(folder["m/" + name])));
        RunFiles.Recover(folder["none"]);
        Assert.False(Path.Exists(folder["none"]));
    }

    [Fact]
    public void Files_of_a_change_that_was_never_committed_go_at_the_next_start()
    {
        Directory.CreateDirectory(folder["m/.engine-next"]);
        File.WriteAllText(folder["m/.engine-next/model.safetensors"], "half");
        RunFiles.Recover(folder["m"]);
        Assert.Empty(Directory.GetFileSystemEntries(folder["m"]));
    }

    [LinuxFact]
    public void A_link_in_the_place_of_a_sub_folder_is_removed_and_its_target_stays()
    {
        Directory.CreateDirectory(folder["m"]);
        Directory.CreateDirectory(folder["outside"]);
        File.WriteAllText(folder["outside/model.safetensors"], "theirs");
        foreach (var name in (string[])[".engine-next", ".engine-ready"])
        {
            Directory.CreateSymbolicLink(folder["m/" + name], folder["outside"]);
            RunFiles.Recover(folder["m"]);
            Assert.Empty(Directory.GetFileSystemEntries(folder["m"]));
            Assert.Equal("theirs", File.ReadAllText(folder["outside/model.safetensors"]));
        }
    }

    [LinuxFact]
    [UnsupportedOSPlatform("windows")]
    public void A_new_model_has_the_permissions_of_the_model_that_it_replaces()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Begin(Model("one two", "word"));
        foreach (var name in (string[])["model.safetensors", "config.json"])
            File.SetUnixFileMode(folder["m/" + name], Own);
        Model("three four five", "word").Save(folder["m"]);
        Assert.Equal(Own, File.GetUnixFileMode(folder["m/model.safetensors"]));
        Assert.Equal(Own, File.GetUnixFileMode(folder["m/config.json"]));
        Assert.NotEqual(Own, File.GetUnixFileMode(folder["m/source_vocab.json"]));
    }

    [LinuxFact]
    public void While_a_new_model_is_written_nobody_else_may_look()
    {
        if (OperatingSystem.IsWindows()) return;
        Begin(Model("one two", "word"));
        File.SetUnixFileMode(folder["m/model.safetensors"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var modes = new List<UnixFileMode>();
        using (Disk.Observe((action, path) =>
        {
            if (!OperatingSystem.IsWindows() && action == DiskAction.Write
                && path.Contains(".engine-next", StringComparison.Ordinal))
                modes.Add(File.GetUnixFileMode(folder["m/.engine-next"]));
        }))
        {
            Model("three four five", "word").Save(folder["m"]);
        }
        Assert.NotEmpty(modes);
        Assert.All(modes, mode => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, mode));
    }

    [Fact]
    public void A_folder_whose_run_has_saved_no_model_says_so()
    {
        var model = Model("one two", "word");
        ModelFolder.WriteDescription(folder["m"], model);
        Assert.Equal(
            $"{folder["m"]}: the run in this folder has not saved a model yet; wait for its first validation, or begin "
            + "it anew.",
            Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
        File.WriteAllText(folder["m/training_state.safetensors"], "");
        Assert.EndsWith(
            "continue the run with Trainer.Resume.",
            Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
        Assert.NotNull(TranslationModel.Load(folder["m"], needsWeights: false));
    }

    [Fact]
    public void A_file_system_without_modes_takes_the_new_model_too()
    {
        var other = Model("three four five", "bpe");
        Begin(Model("one two", "word"));
        var refused = 0;
        using (Disk.Observe((action, path) =>
        {
            if (action != DiskAction.SetMode || !path.EndsWith(".engine-next", StringComparison.Ordinal)) return;
            throw ++refused == 1 ? new IOException("Operation not supported", 95) : new UnauthorizedAccessException();
        }))
        {
            other.Save(folder["m"]);
        }
        Assert.Equal(OperatingSystem.IsWindows() ? 0 : 2, refused);
        Assert.Equal(other.SourceTokens, TranslationModel.Load(folder["m"]).SourceTokens);
    }

    private void Begin(TextModel model)
    {
        if (Directory.Exists(folder["m"])) Directory.Delete(folder["m"], recursive: true);
        model.Save(folder["m"]);
    }

    private string[] Files() =>
        [.. Directory.GetFiles(folder["m"]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private TranslationModel Model(string text, string tokenizer)
    {
        File.WriteAllText(folder["text"], text + "\n");
        var corpus = ParallelCorpus.Read(folder["text"], folder["text"]);
        return TranslationModel.Create(
            new TrainingConfiguration
            {
                DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2, SourceTokenizer = tokenizer,
                TargetTokenizer = tokenizer, BpeMerges = 3,
                Sharing = tokenizer == "bpe" ? Engine.Models.EmbeddingSharing.All
                    : Engine.Models.EmbeddingSharing.None,
            }, corpus);
    }
}
