using System.Globalization;
using Engine.Layers;
using Engine.Training;

namespace Engine.Cli;

/// <summary>What <c>--help</c> prints: by hand, to fit a screen; a test holds it to the options that exist.</summary>
internal static class Help
{
    private const string Translates =
        """
        engine translate: translate with a model that 'engine train' saved, one sentence a line.

        Usage: engine translate --model DIR [options]

          --model DIR        the model's folder (required)
          --input F          text to translate; standard input by default, with a prompt on a terminal
          --output F         where translations go, written whole or not at all; standard output by default
          --decoder NAME     greedy (default): the most likely word at each step. beam: the most likely
                             of several translations that are pursued side by side. sample: by chance
        beam
          --beam N           how many are pursued (default 4)
          --length-penalty X the more, the longer: scores are log-probability / ((5 + length) / 6)^X
                             (default 0.6)
          --early-stopping width|never   end when as many have ended as are pursued (default), or only
                             when none can be better
        sample
          --temperature X    below 1 more sure, above 1 more daring (default 1)
          --top-k N  --top-p X   draw from the N likeliest words; from the fewest that reach probability X
          --seed N           the same seed draws the same (default 1)
        all decoders
          --n-best N         beam, sample: list N of each line, as 'line ||| translation ||| score', lines
                             counted from 0; the best, or as drawn
          --min-length N  --max-length N   tokens of a translation (default: none, twice the source and 10)
          --repetition-penalty X   above 1, words that are there already become less likely (default 1)
          --no-repeat-ngram N      no N words in that order come twice
          --replace-unknown  copy the word of the source that was looked at for <unk> (word tokenizers)
          --threads N        threads to use; all processors by default. The translations do not depend on it

        An empty line gives an empty line. Text is UTF-8.

        Examples:
          echo 我现在爱你 | engine translate --model runs/zh-en-1
          engine translate --model runs/zh-en-1 --input data/zh-en/test.zh --output test.translated
          engine translate --model runs/zh-en-1 --decoder beam --beam 5 --n-best 5
          engine translate --model runs/zh-en-1 --decoder sample --temperature 0.7 --top-p 0.9 --n-best 3
        """;

    private const string Classifies =
        """
        engine classify: label text with a model that was trained to classify, a label a line.

        Usage: engine classify --model DIR [options]

          --model DIR        the model's folder (required)
          --input F          text to label; standard input by default, with a prompt on a terminal
          --output F         where labels go, written whole or not at all; standard output by default
          --threads N        threads to use; all processors by default. The labels do not depend on it

        An empty line gives an empty line. Text is UTF-8.

        Examples:
          engine train --task classify
          echo the film was not very good | engine classify --model runs/sentiment-1
        """;

    private const string Evaluates =
        """
        engine evaluate: translate text with a model, and compare the translations with references.

        Usage: engine evaluate --model DIR --source F --target F [options]

          --model DIR        the model's folder (required)
          --source F         text to translate, one sentence a line (required)
          --target F         the references: line n translates line n of the source (required)
          --output F         where the translations go, if they are wanted
          --tokenize NAME    as of 'engine score': 13a (default), none, zh, char or intl
          --lowercase        BLEU and chrF ignore case
          --chrf-word-order N   0 (default): chrF. 2: chrF++
          --json             print one JSON object
          --threads N        threads to use; all processors by default. The scores do not depend on it
        how to translate, as in 'engine help translate'
          --decoder greedy|beam|sample  --min-length N  --max-length N  --repetition-penalty X
          --no-repeat-ngram N  --replace-unknown
          --beam N  --length-penalty X  --early-stopping width|never      beam
          --temperature X  --top-k N  --top-p X  --seed N                 sample

        BLEU, chrF and exact match are those of the translations. Token accuracy and perplexity tell how
        well the model foresees each token of the references from those before it; blank lines have none.

        Examples:
          engine evaluate --model runs/zh-en-1 --source data/zh-en/test.zh --target data/zh-en/test.en
          engine evaluate --model runs/de-en --source test.de --target test.en --decoder beam --json
        """;

    private const string Scores =
        """
        engine score: BLEU and chrF of translations, exactly as sacreBLEU computes them.

        Usage: engine score --hypothesis F --reference F [options]

          --hypothesis F     the translations, one sentence a line (required)
          --reference F      line n translates the same sentence as line n of the hypotheses (required);
                             give it again for further references
          --tokenize NAME    how BLEU cuts lines into words. 13a (default): punctuation off words. none: at
                             white space, for text that is tokenised already. zh: each Chinese character.
                             char: each character. intl: all of Unicode's punctuation off words
          --lowercase        ignore case
          --effective-order  for single sentences: leave out n-grams that are longer than the sentence
          --chrf-word-order N   0 (default): chrF. 2: chrF++, which counts words and pairs of words too
          --json             print one JSON object

        The signature is what others need to compute the same. Text is UTF-8.

        Examples:
          engine score --hypothesis test.translated --reference data/zh-en/test.en
          engine score --hypothesis out.de --reference test.de --tokenize none --chrf-word-order 2 --json
        """;

    private static readonly string Corpora =
        $"""
        engine corpus: write a toy parallel corpus: train, valid and test files of both sides.

        Usage: engine corpus --out DIR [options]

          --out DIR          the folder to write (required)
          --task NAME        {CorpusVerb.DefaultTask} (default), dates, numbers, reverse, copy, sort or sentiment
          --pairs N          pairs in all (default {CorpusVerb.DefaultPairs}): 90% to train, 5% to validate, 5% to test
          --seed N           the same seed writes the same files (default {CorpusVerb.DefaultSeed})
          --overwrite        replace files that are there with other content

        Examples:
          engine corpus --out data/zh-en
          engine corpus --task reverse --pairs 5000 --out /tmp/reverse
        """;

    private const string Gradients =
        """
        engine gradcheck: check every gradient against finite differences in double.

        Usage: engine gradcheck [options]

          --filter NAME      only operations (or cases) whose name contains NAME
          --cases N          how often each operation's cases are drawn anew (default 1)
          --seed N           chooses the points and directions (default 1)
          --reference DIR    compare with the recorded cases (*.safetensors) of a folder instead
          --json             print one JSON array

        Exit code 1 means that a gradient is wrong, or that a case differs.

        Examples:
          engine gradcheck
          engine gradcheck --filter attention --cases 5
        """;

    public static string Translate => Translates;

    public static string Classify => Classifies;

    public static string Evaluate => Evaluates;

    public static string Score => Scores;

    public static string Corpus => Corpora;

    public static string Gradcheck => Gradients;

    /// <summary>The verbs, as lines, with all that concerns all of them.</summary>
    public static string Overview(string verbs) =>
        $"""
        engine: train small translation models on the CPU, check their gradients, translate with them.

        Usage: engine VERB [options]

        {verbs}
          help        this text; 'engine help VERB' or 'engine VERB --help' for a verb's options

          --version   the version

        Results go to standard output, progress and mistakes to standard error.
        Exit code 0: done. 1: what was asked did not hold. 2: bad usage or bad input.

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
