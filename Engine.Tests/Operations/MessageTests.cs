
namespace Engine.Tests.Operations;

/// <summary>Messages about operands that do not fit name the operation, the shapes, the rule and the remedy.</summary>
public class MessageTests
{
    [Fact]
    public void MatMul_names_both_inner_dimensions() =>
        Says(
            "MatMul: inner dimensions differ: [32, 16, 128] x [64, 128]; the last dimension of the first (128) " +
            "must equal the " +
            "second-last of the second (64). Transpose the second?",
            tape => Op.MatMul(Zeros(tape, 32, 16, 128), Zeros(tape, 64, 128)));

    [Fact]
    public void MatMul_asks_for_matrices() =>
        Says(
            "MatMul: [3] x [3, 2]: each operand needs at least two dimensions; reshape a vector to [1, n] or [n, 1].",
            tape => Op.MatMul(Zeros(tape, 3), Zeros(tape, 3, 2)));

    [Fact]
    public void MatMul_names_batches_that_do_not_broadcast() =>
        Says(
            "MatMul: shapes [2, 1, 1] and [3, 1, 1] do not broadcast: dimension -3 is 2 and 3; they must be equal, " +
            "or one of " +
            "them 1. Reshape or transpose one?",
            tape => Op.MatMul(Zeros(tape, 2, 4, 5), Zeros(tape, 3, 5, 6)));

    [Fact]
    public void Element_by_element_operations_name_the_dimension_that_does_not_broadcast()
    {
        foreach (var (name, f) in ((string, Func<Tensor<float>, Tensor<float>, Tensor<float>>)[])
            [("Add", Op.Add), ("Subtract", Op.Subtract), ("Multiply", Op.Multiply), ("Divide", Op.Divide)])
        {
            Says(
                $"{name}: shapes [2, 3] and [2, 4] do not broadcast: dimension -1 is 3 and 4; they must be equal, " +
                "or one of " +
                "them 1. Reshape or transpose one?",
                tape => f(Zeros(tape, 2, 3), Zeros(tape, 2, 4)));
        }
    }

    [Fact]
    public void Linear_states_what_weight_and_bias_must_be()
    {
        Says(
            "Linear: x [2, 3] needs a weight of [outputs, 3] and a bias of [outputs], not [3, 4] and none. " +
            "Transpose the weight?",
            tape => Op.Linear(Zeros(tape, 2, 3), Zeros(tape, 3, 4)));
        Says(
            "Linear: x [2, 3] needs a weight of [outputs, 3] and a bias of [outputs], not [4, 3] and [3]. " +
            "Transpose the weight?",
            tape => Op.Linear(Zeros(tape, 2, 3), Zeros(tape, 4, 3), Zeros(tape, 3)));
        Says("Linear: a single number, [], has no dimensions; Reshape it to [1]?", tape =>
            Op.Linear(Zeros(tape), Zeros(tape, 4, 3)));
    }

    [Fact]
    public void Reshape_names_both_numbers_of_elements() =>
        Says("Reshape: [2, 3] holds 6 numbers and [4, 2] 8; they must be equal.", tape =>
            Op.Reshape(Zeros(tape, 2, 3), [4, 2]));

    [Fact]
    public void Permute_wants_each_dimension_once()
    {
        const string remedy = "is not an order of the dimensions of [2, 3]; name each of 0 to 1 once.";
        Says($"Permute: [0, 0] {remedy}", tape => Op.Permute(Zeros(tape, 2, 3), 0, 0));
        Says($"Permute: [0, 2] {remedy}", tape => Op.Permute(Zeros(tape, 2, 3), 0, 2));
        Says($"Permute: [1, 0, 2] {remedy}", tape => Op.Permute(Zeros(tape, 2, 3), 1, 0, 2));
        Says($"Permute: [1] {remedy}", tape => Op.Permute(Zeros(tape, 2, 3), 1));
        Says($"Permute: [] {remedy}", tape => Op.Permute(Zeros(tape, 2, 3)));
    }

    [Fact]
    public void A_missing_dimension_is_named_with_the_dimensions_that_exist()
    {
        Says("Transpose: [3] has no dimension -2; use -1 to 0.", tape => Op.Transpose(Zeros(tape, 3)));
        Says("Slice: [2, 3] has no dimension 2; use -2 to 1.", tape => Op.Slice(Zeros(tape, 2, 3), 2, 0, 1));
        Says("Sum: [2, 3] has no dimension 2; use -2 to 1.", tape => Op.Sum(Zeros(tape, 2, 3), 2));
        Says("Mean: [2, 3] has no dimension -3; use -2 to 1.", tape => Op.Mean(Zeros(tape, 2, 3), -3));
        Says("Max: [2, 3] has no dimension 2; use -2 to 1.", tape => Op.Max(Zeros(tape, 2, 3), 2));
        Says("Concatenate: [2, 3] has no dimension 2; use -2 to 1.", tape => Op.Concatenate([Zeros(tape, 2, 3)], 2));
        Says("Softmax: a single number, [], has no dimensions; Reshape it to [1]?", tape => Op.Softmax(Zeros(tape)));
        Says("LogSoftmax: a single number, [], has no dimensions; Reshape it to [1]?", tape =>
            Op.LogSoftmax(Zeros(tape)));
        Says("LayerNorm: a single number, [], has no dimensions; Reshape it to [1]?", tape =>
            Op.LayerNorm(Zeros(tape), Zeros(tape), Zeros(tape)));
    }

    [Fact]
    public void Slice_names_the_indices_that_lie_outside()
    {
        Says("Slice: indices 2 to 4 do not lie within dimension 1 of [2, 4].", tape =>
            Op.Slice(Zeros(tape, 2, 4), 1, 2, 3));
        Says("Slice: indices -1 to 0 do not lie within dimension 0 of [2, 4].", tape =>
            Op.Slice(Zeros(tape, 2, 4), 0, -1, 2));
        Says("Slice: indices 1 to 0 do not lie within dimension 0 of [2, 4].", tape =>
            Op.Slice(Zeros(tape, 2, 4), 0, 1, 0));
    }

    [Fact]
    public void Concatenate_names_the_parts_that_differ()
    {
        Says(
            "Concatenate: [2, 3] and [4, 4] differ in more than dimension 1.",
            tape => Op.Concatenate([Zeros(tape, 2, 3), Zeros(tape, 4, 4)], 1));
        Says(
            "Concatenate: [2, 3] and [2] differ in more than dimension 1.",
            tape => Op.Concatenate([Zeros(tape, 2, 3), Zeros(tape, 2)], 1));
        Says("Concatenate: there is nothing to put together; give at least one tensor.", _ =>
            Op.Concatenate<float>([], 0));
    }

    [Fact]
    public void MaskedFill_says_that_the_mask_does_not_fit()
    {
        Says(
            "MaskedFill: a mask of [2, 3] does not broadcast to [3].",
            tape => Op.MaskedFill(Zeros(tape, 3), new Mask([2, 3], _ => true), 0));
        Says(
            "MaskedFill: shapes [3] and [2] do not broadcast: dimension -1 is 3 and 2; they must be equal, or one " +
            "of them 1. " +
            "Reshape or transpose one?",
            tape => Op.MaskedFill(Zeros(tape, 3), new Mask([2], _ => true), 0));
    }

    [Fact]
    public void LayerNorm_says_what_gamma_and_beta_must_be() =>
        Says(
            "LayerNorm: the last dimension of [2, 3] is 3; gamma [3] and beta [2] must be [3].",
            tape => Op.LayerNorm(Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 2)));

    [Fact]
    public void Embedding_names_the_index_that_is_outside()
    {
        Says(
            "Embedding: index 4 at position 1 is outside the table [4, 2]; it must be in 0 to 3.",
            tape => Op.Embedding(Zeros(tape, 4, 2), [0, 4]));
        Says(
            "Embedding: index -1 at position 0 is outside the table [4, 2]; it must be in 0 to 3.",
            tape => Op.Embedding(Zeros(tape, 4, 2), [-1]));
        Says("Embedding: the table must be a matrix [count, dModel], not [4].", tape =>
            Op.Embedding(Zeros(tape, 4), [0]));
        Says(
            "Embedding: there is no index to look up in the table [4, 2]; give at least one.",
            tape => Op.Embedding(Zeros(tape, 4, 2), []));
    }

    [Fact]
    public void CrossEntropy_names_the_target_that_is_not_a_class()
    {
        Says(
            "CrossEntropy: target 5 of row 1 is not a class of [2, 5]; it must be in 0 to 4, or -1 to be ignored.",
            tape => Op.CrossEntropy(Zeros(tape, 2, 5), [0, 5]));
        Says(
            "CrossEntropy: target -2 of row 0 is not a class of [2, 5]; it must be in 0 to 4, or 3 to be ignored.",
            tape => Op.CrossEntropy(Zeros(tape, 2, 5), [-2, 3], 3));
        Says(
            "CrossEntropy: 3 targets need logits of [3, classes], not [2, 5].",
            tape => Op.CrossEntropy(Zeros(tape, 2, 5), [0, 0, 0]));
        Says("CrossEntropy: 1 targets need logits of [1, classes], not [5].", tape =>
            Op.CrossEntropy(Zeros(tape, 5), [0]));
    }

    [Fact]
    public void ResidualDropout_wants_one_shape() =>
        Says(
            "ResidualDropout: x [2, 3] and z [3, 2] must have one shape; a sublayer gives back the shape that it is " +
            "given.",
            tape => Op.ResidualDropout(Zeros(tape, 2, 3), Zeros(tape, 3, 2), 0.1));

    [Fact]
    public void ProjectionCrossEntropy_says_what_x_and_weight_must_be()
    {
        Says(
            "ProjectionCrossEntropy: x [2, 3] and weight [3, 4] must be [rows, dModel] and [classes, dModel]. "
            + "Transpose the weight?",
            tape => Op.ProjectionCrossEntropy(Zeros(tape, 2, 3), Zeros(tape, 3, 4), [0, 0]));
        Says(
            "ProjectionCrossEntropy: x [3] and weight [4, 3] must be [rows, dModel] and [classes, dModel]. "
            + "Transpose the weight?",
            tape => Op.ProjectionCrossEntropy(Zeros(tape, 3), Zeros(tape, 4, 3), [0]));
    }

    [Fact]
    public void ProjectionRDrop_says_what_x_weight_and_targets_must_be()
    {
        Says(
            "ProjectionRDrop: x [2, 3] and weight [3, 4] must be [rows, dModel] and [classes, dModel]. "
            + "Transpose the weight?",
            tape => Op.ProjectionRDrop(Zeros(tape, 2, 3), Zeros(tape, 3, 4), [0], 1));
        Says(
            "ProjectionRDrop: 2 targets need x of [4, dModel], a row for each in either pass, not [2, 3].",
            tape => Op.ProjectionRDrop(Zeros(tape, 2, 3), Zeros(tape, 4, 3), [0, 0], 1));
        Says(
            "ProjectionRDrop: target 4 of row 0 is not a class of [1, 4]; it must be in 0 to 3, or -1 to be ignored.",
            tape => Op.ProjectionRDrop(Zeros(tape, 2, 3), Zeros(tape, 4, 3), [4], 1));
    }

    [Fact]
    public void Attention_over_too_long_a_sequence_is_refused_before_memory_is_taken()
    {
        var layout = SequenceLayout.Full(1, 40_000);
        Says(
            "Attention: the weights of 2 heads for 40000 queries and 40000 keys are too many for one tensor; shorten "
            + "the sequences or use smaller batches.",
            tape => Attend(
                Zeros(tape, 40_000, 2), Zeros(tape, 40_000, 2), Zeros(tape, 40_000, 2), 2, layout, layout, 2));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Dropout_wants_a_probability_below_one(double probability)
    {
        using var tape = new Tape<float>();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Op.Dropout(Zeros(tape, 3), probability));
        Assert.StartsWith("Dropout: the probability must be in [0, 1).", error.Message);
    }

    [Fact]
    public void Attention_names_what_does_not_fit()
    {
        var (two, three) = (SequenceLayout.Full(1, 2), SequenceLayout.Full(1, 3));
        Says(
            "Attention: dModel 4 must be a multiple of the number of heads 3.",
            tape => Attend(Zeros(tape, 2, 4), Zeros(tape, 2, 4), Zeros(tape, 2, 4), 3, two, two));
        Says(
            "Attention: dModel 4 must be a multiple of the number of heads 0.",
            tape => Attend(Zeros(tape, 2, 4), Zeros(tape, 2, 4), Zeros(tape, 2, 4), 0, two, two));
        Says(
            "Attention: 1 sequences of queries attend to 2 of keys; there must be one for each.",
            tape => Attend(Zeros(tape, 2, 4), Zeros(tape, 2, 4), Zeros(tape, 2, 4), 2, two, SequenceLayout.Full(2, 1)));
        Says(
            "Attention: queries are columns 0 to 3 of [2, 4], but the layout has 3 rows; they must lie in a matrix " +
            "[3, ...].",
            tape => Attend(Zeros(tape, 2, 4), Zeros(tape, 3, 4), Zeros(tape, 3, 4), 2, three, three));
        Says(
            "Attention: keys are columns 1 to 4 of [2, 4], but the layout has 2 rows; they must lie in a matrix " +
            "[2, ...].",
            tape => Attend(Zeros(tape, 2, 4), new(Zeros(tape, 2, 4), 1), Zeros(tape, 2, 4), 2, two, two));
        Says(
            "Attention: values are columns 0 to 3 of [2, 2, 2], but the layout has 2 rows; they must lie in a " +
            "matrix [2, ...].",
            tape => Attend(Zeros(tape, 2, 4), Zeros(tape, 2, 4), Zeros(tape, 2, 2, 2), 2, two, two));
        Says(
            "Attention: queries [2, 4] must lie in order; Reshape a transposed view first.",
            tape => Attend(Op.Transpose(Zeros(tape, 4, 2)), Zeros(tape, 2, 4), Zeros(tape, 2, 4), 2, two, two));
    }

    [Fact]
    public void Operands_must_be_on_one_tape()
    {
        using var first = new Tape<float>();
        using var second = new Tape<float>();
        Assert.Equal(
            "Add: its operands are on two tapes; a step has one.",
            Assert.Throws<InvalidOperationException>(() => Op.Add(Zeros(first, 2), Zeros(second, 2))).Message);
        Assert.Equal(
            "Exp: none of its operands is on a tape; bring the data in with tape.Constant.",
            Assert.Throws<InvalidOperationException>(() => Op.Exp(Tensor<float>.Zeros([2]))).Message);
    }

    [Fact]
    public void The_tape_of_a_tensor_is_the_one_it_was_made_on()
    {
        using var tape = new Tape<float>();
        Assert.Same(tape, tape.Constant([], [1]).Tape);
        Assert.Same(tape, Op.Exp(Zeros(tape, 2)).Tape);
        Assert.Equal(
            "Tensor [2, 3]: it is on no tape; bring the data in with tape.Constant.",
            Assert.Throws<InvalidOperationException>(() => Tensor<float>.Zeros([2, 3]).Tape).Message);
    }

    [Fact]
    public void A_tape_that_has_ended_is_refused()
    {
        var tape = new Tape<float>();
        var x = Zeros(tape, 2);
        tape.Dispose();
        Assert.StartsWith(
            "Tensor [2]: its tape has ended, and its memory serves other steps now.",
            Assert.Throws<ObjectDisposedException>(() => x.Tape).Message);
    }

    private static Tensor<float> Attend(
        ColumnBlock<float> q, ColumnBlock<float> k, ColumnBlock<float> v, int heads, SequenceLayout queries,
        SequenceLayout keys, int dModel = 4) =>
        Op.Attention(q, k, v, heads, dModel, queries, keys);

    private static Tensor<float> Zeros(Tape<float> tape, params ReadOnlySpan<int> sizes) =>
        tape.Variable(Tensor<float>.Zeros(new Shape(sizes)));

    private static void Says(string message, Action<Tape<float>> use)
    {
        using var tape = new Tape<float>();
        Assert.Equal(message, Assert.Throws<ShapeException>(() => use(tape)).Message);
    }
}
