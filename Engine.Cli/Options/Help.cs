using System.Globalization;
using Engine.Layers;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The help of the program and of <c>engine train</c>; the other verbs have their own.</summary>
internal static class Help
{
    /// <summary>The help of the program.</summary>
    /// <param name="verbs">A line for each verb.</param>
    public static string Overview(string verbs) =>
        $"""
        engine: train small translation models on the CPU, check their gradients, translate with them.

        Usage: engine VERB [options]

        {verbs}
          help        this text; 'engine help VERB' or 'engine VERB --help' for a verb's options

          --version   the version

        Results go to standard output, progress and error messages to standard error.
        Exit code 0: done. 1: what was asked does not hold. 2: bad usage or bad input.

        Examples:
          engine train                                        a Chinese-English toy, in a minute or two
          engine translate --model runs/zh-en-1               talk to it
          engine train --source train.de --target train.en    your own text
          engine gradcheck                                    are the gradients right?
        """;

    /// <summary>The options of training, with the presets' values beside them.</summary>
    public static string Train =>
        $"""
        engine train: train a model that translates or labels, and save it as a folder.

        Usage: engine train [options]     With no options: a Chinese-English toy model from data/zh-en.

        Text and files
          --source F  --target F              line n of one translates line n of the other (UTF-8, .gz too)
          --valid-source F  --valid-target F  by default valid|val|dev.* beside train.*, or 5% (500 at most)
          --tokenizer word|char|bpe|auto      both sides; --source-tokenizer, --target-tokenizer: one
          {Of("--bpe-merges N", c => c.BpeMerges)}    --bpe-dropout X   --punctuation split|keep   (bpe)
          --lowercase [true|false]  --nfkc [true|false]   before text is cut, in training and in use
          --max-source-length N  --max-target-length N  --max-ratio X   drop pairs of more tokens (0: none)
          --window N      read the text anew each epoch, N pairs at a time (0: hold all)
          --out DIR       the model's folder (the next free runs/NAME-N)  --overwrite  replace it, and --log
          --resume        go on with the run that is there   --from DIR   begin with that model's weights
          --config F      JSON, as config.json in a model's folder   --threads N   all processors by default
          --log F.jsonl   what happens, one JSON object a line       --json   the result as JSON
          --monitor gradients   show and log layers' gradient norms   --anomaly   name what first makes NaN

        Model and training: --preset, then --config, then the options; values of the presets
          --preset            {Row("toy", "tiny", "base")}{Of("--seed N", c => c.Seed)}
          --task translate|classify  --pooling last|mean|max|attention   classify: target lines are labels
          --architecture transformer|rnn|gru|lstm|conv     d-ff, activation, norms, positions: transformer
          --d-model N         {Of(c => c.DModel)}{Of("--kernel N", c => c.Kernel)} (conv)
          --d-ff N            {Of(c => c.DFf)}--activation NAME    see below
          --heads N           {Of(c => c.Heads)}--sharing none|target|all    embeddings
          --layers N          {Of(c => c.Layers)}--norm-first [true|false]
          --dropout X         {Of(c => c.Dropout)}{Of("--vocab-size N", c => c.VocabSize)}
          --learning-rate X   {Of(c => c.LearningRate)}{Of("--momentum X", c => c.Momentum)}   --nesterov (sgd)
          --warmup N          {Of(c => c.Warmup)}{Of("--beta1 X", c => c.Beta1)}
          --batch-tokens N    {Of(c => c.BatchTokens)}{Of("--beta2 X", c => c.Beta2)}
          --epochs N          {Of(c => c.Epochs)}{Of("--epsilon X", c => c.Epsilon)}
          --updates N         {Of(c => c.Updates)}{Of("--weight-decay X", c => c.WeightDecay)}
          --minutes X         {Of(c => c.Minutes)}{Of("--clip-norm X", c => c.ClipNorm)}
          --valid-every N     {Of(c => c.ValidEvery)}{Of("--label-smoothing X", c => c.LabelSmoothing)}
          --early-stopping N  {Of(c => c.EarlyStopping)}validations with nothing better (0: go on)
          --average N         {Of(c => c.Average)}last checkpoints; --checkpoint-every N
          --valid-sentences N {Of(c => c.ValidSentences)}for BLEU (0: all); --best loss|bleu: what to keep
          --accumulate N      {Of(c => c.Accumulate)}batches an update; --ema X; --r-drop X (5, say)
          --optimizer NAME    {string.Join("|", OptimizerChoice.Names)}
          --schedule NAME     {string.Join("|", ScheduleChoice.Names)}: after the warm-up;
                              --decay-every N (step), --patience N (plateau), --decay-factor X (both)
          --l1 X  --l2 X  add X times weights' magnitudes, half squares; --clip-value X  cut gradients to X
          --attention-dropout X  --embedding-dropout X  --activation-dropout X   there, for --dropout
          --positions sinusoidal|learned|relative|rotary|none  {Of("--max-length N", c => c.MaxLength)} (learned)
          --normalization layer|rms|batch|instance|group  {Of("--norm-groups N", c => c.NormGroups)}
        Activations: {ActivationNames}
        Any of --epochs, --updates and --minutes replaces all three (0: no limit). Ctrl+C saves.

        Examples:
          engine train --source train.de --target train.en --preset tiny --out runs/de-en
        """;

    private static string ActivationNames =>
        string.Join('|', Enum.GetValues<Activation>().Select(choice => ConfigurationFile.NameOf(choice)));

    private static string Of<TValue>(Func<TrainingConfiguration, TValue> value) where TValue : IFormattable
    {
        var presets = TrainingConfiguration.Presets.Select(TrainingConfiguration.Preset);
        var values = presets.Select(preset => Text(value(preset))).ToArray();
        return Row(values[0], values[1], values[2]);
    }

    private static string Of<TValue>(string option, Func<TrainingConfiguration, TValue> value)
        where TValue : IFormattable =>
        $"{option,-22}{Text(value(new TrainingConfiguration()))}";

    private static string Row(string toy, string tiny, string large) => $"{toy,-8}{tiny,-8}{large,-10}";

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
