namespace Engine.Tests.Tensors;

/// <summary>What tensors say of shapes that do not fit.</summary>
public class MessageTests
{
    [Fact]
    public void A_shape_says_why_it_cannot_be()
    {
        Says("Shape: [1, 1, 1, 1, 1, 1, 1] has 7 dimensions; at most 6 are supported. Merge neighbouring ones with " +
            "Reshape.",
            () => _ = new Shape([1, 1, 1, 1, 1, 1, 1]));
        Says("Shape: dimension 1 of [2, 0] is 0; each must be at least 1.", () => _ = new Shape([2, 0]));
        Says("Shape: dimension 0 of [-1] is -1; each must be at least 1.", () => _ = new Shape([-1]));
        Says("Shape: [65536, 32768] has more than 2147483527 elements; split it.", () => _ = new Shape([65536, 32768]));
        Says("Shape: [2, 3] has no dimension 2.", () => _ = new Shape([2, 3])[2]);
        Says("Shape: [2, 3] has no dimension ^3.", () => _ = new Shape([2, 3])[^3]);
    }

    [Fact]
    public void A_tensor_counts_its_values()
    {
        Says("Tensor.From: [2, 3] holds 6 numbers; 5 were given.", () => Tensor<float>.From([2, 3], new float[5]));
        using var tape = new Tape<float>();
        Says("Constant: [2, 3] holds 6 numbers; 7 were given.", () => tape.Constant([2, 3], new float[7]));
        Says("Mask: [2, 3] holds 6 elements; 1 were given.", () => _ = new Mask([2, 3], [true]));
    }

    [Fact]
    public void Item_wants_a_single_number() =>
        Says("Item: [2] holds 2 numbers, not one; index it, or use ToArray.", () => Tensor<float>.Zeros([2]).Item());

    [Fact]
    public void An_index_outside_is_named_with_the_range()
    {
        var x = Tensor<float>.Zeros([2, 3]);
        Says("Tensor [2, 3]: 1 indices given for 2 dimensions.", () => _ = x[1]);
        Says("Tensor [2, 3]: index 3 of dimension 1 is not in 0 to 2.", () => _ = x[1, 3]);
        Says("Tensor [2, 3]: index -1 of dimension 0 is not in 0 to 1.", () => _ = x[-1, 0]);
    }

    [Fact]
    public void Data_of_a_view_that_is_out_of_order_points_to_ToArray() =>
        Assert.Equal(
            "Tensor [2, 3]: its elements do not lie in order; use ToArray.",
            Assert.Throws<InvalidOperationException>(() =>
                Samples.Transposed(Samples.Normal(2, 3)).Data.Length).Message);

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named_with_the_dimension() =>
        Says(
            "Add: shapes [4, 3] and [2, 1] do not broadcast: dimension -2 is 4 and 2; they must be equal, or one " +
            "of them 1. " +
            "Reshape or transpose one?",
            () => Broadcasting.Combine("Add", [4, 3], [2, 1]));

    [Fact]
    public void A_layout_names_the_sequence_whose_length_cannot_be()
    {
        Says("SequenceLayout: sequence 1 has length 5; it must be in 0 to 4.", () => SequenceLayout.Padded(4, [4, 5]));
        Says("SequenceLayout: sequence 0 has length 3; it must be in 0 to 0.", () => SequenceLayout.Padded(0, [3]));
        Says("SequenceLayout: sequence 0 has length -1; it must not be negative.", () =>
            SequenceLayout.Padded(4, [-1]));
        Says("SequenceLayout: sequence 1 has length -2; it must not be negative.", () =>
            SequenceLayout.Packed([3, -2]));
    }

    [Fact]
    public void A_parameter_refuses_what_belongs_to_a_step_or_is_a_view()
    {
        const string message = "Parameter weight: its value must be a tensor of its own, not a view or part of a step.";
        using var tape = new Tape<double>();
        Assert.Equal(message, Assert.Throws<ArgumentException>(
            () => new Parameter<double>("weight", tape.Constant(Samples.Normal(2)))).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(
            () => new Parameter<double>("weight", Samples.Transposed(Samples.Normal(2, 3)))).Message);
    }

    [Fact]
    public void A_parameter_counts_its_versions()
    {
        var p = new Parameter<float>("bias", Tensor<float>.Zeros([3]));
        p.Update()[1] = 5;
        Assert.Equal((1, 3, "bias [3]"), (p.Version, p.Count, p.ToString()));
        p.Update();
        Assert.Equal(2, p.Version);
        Assert.Equal([0, 5, 0], p.Value.ToArray());
    }

    private static void Says(string message, Action use) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(use).Message);
}
