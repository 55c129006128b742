using Engine.Text;

namespace Engine.Tests.Text;

public sealed class ConfusionMatrixTests
{
    // What scikit-learn's confusion_matrix and classification_report(zero_division=0) say of these labels.
    private static readonly ConfusionMatrix Matrix = new(
        ["cat", "cat", "dog", "dog", "dog", "owl", "new"], ["cat", "dog", "dog", "dog", "cat", "cat", "dog"],
        ["owl", "dog", "cat", "fox"]);

    [Fact]
    public void It_counts_each_pair_of_labels()
    {
        Assert.Equal(["owl", "dog", "cat", "new"], Matrix.Labels); // no line has or gets the label fox
        int[][] expected = [[0, 0, 1, 0], [0, 2, 1, 0], [0, 1, 1, 0], [0, 1, 0, 0]];
        for (var i = 0; i < 4; i++)
            Assert.Equal(expected[i], Enumerable.Range(0, 4).Select(j => Matrix[i, j]));
        Assert.Equal((7, 3, 3.0 / 7), (Matrix.Lines, Matrix.Right, Matrix.Accuracy));
    }

    [Theory]
    [InlineData("owl", 1, 0, 0.0, 0.0, 0.0)]
    [InlineData("dog", 3, 4, 0.5, 2.0 / 3, 4.0 / 7)]
    [InlineData("cat", 2, 3, 1.0 / 3, 0.5, 0.4)]
    [InlineData("new", 1, 0, 0.0, 0.0, 0.0)]
    public void Each_label_has_precision_recall_and_F1(
        string label, int support, int predicted, double precision, double recall, double f1)
    {
        var score = Matrix.Scores.Single(one => one.Label == label);
        Assert.Equal((support, predicted), (score.Support, score.Predicted));
        Assert.Equal(precision, score.Precision, 1e-15);
        Assert.Equal(recall, score.Recall, 1e-15);
        Assert.Equal(f1, score.F1, 1e-15);
    }

    [Fact]
    public void Lists_of_different_lengths_are_refused() => Assert.Equal(
        "ConfusionMatrix: 1 references and 2 predictions; give both lists the same number of labels, at least 1",
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(["a"], ["a", "b"], [])).Message);
}
