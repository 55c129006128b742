using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Plans of small runs, for observers of training.</summary>
internal static class Plans
{
    /// <summary>The plan of a run into a folder.</summary>
    public static TrainingPlan Of(string folder, int? resumedAt = null)
    {
        var corpus = ParallelCorpus.Of([("one two", "one two")]);
        var model = TranslationModel.Create(
            new TrainingConfiguration { DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2 }, corpus);
        return new TrainingPlan(model, 1, 1, 1, folder) { ResumedAt = resumedAt };
    }
}
