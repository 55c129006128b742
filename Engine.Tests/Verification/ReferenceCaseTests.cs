using System.Runtime.InteropServices;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Verification;

namespace Engine.Tests.Verification;

public class ReferenceCaseTests
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Golden");

    private static readonly string[] WithoutOperation =
    [
    ];

    private static readonly Lazy<Dictionary<string, ReferenceResult>> Results =
        new(() => ReferenceCases.Run(Golden).ToDictionary(result => result.Name));

    public static TheoryData<string> Names => new(
        Directory.GetFiles(Golden, "*.safetensors").Select(file => Path.GetFileNameWithoutExtension(file))
            .Except(WithoutOperation).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_case_recorded_from_PyTorch_agrees(string name)
    {
        // A folder with this case alone, so that the test's coverage is the coverage of this case.
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Golden, name + ".safetensors"), folder[name + ".safetensors"]);
        var result = Assert.Single(ReferenceCases.Run(folder.Path));
        Assert.True(result.Outcome == ReferenceOutcome.Agrees, result.ToString());
        Assert.InRange(result.WorstError, 0, ReferenceCases.Tolerance);
        Assert.NotEmpty(result.WorstTensor);
    }

    [Fact]
    public void The_cases_without_an_operation_are_exactly_the_known_ones()
    {
        Assert.Equal(85, Results.Value.Count);
        Assert.Equal(85, ReferenceCases.Count(Golden));
        Assert.Equal(WithoutOperation, Results.Value.Values
            .Where(result => result.Outcome == ReferenceOutcome.WithoutOperation)
            .Select(result => result.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cases_come_in_the_order_of_their_names() =>
        Assert.Equal(
            Results.Value.Keys.Order(StringComparer.Ordinal), ReferenceCases.Run(Golden).Select(result => result.Name));

    [Theory]
    [InlineData("linear", "out.y")]
    [InlineData("linear", "grad_in.x")]
    [InlineData("linear", "grad_param.bias")]
    [InlineData("attention.causal", "grad_in.k")]
    [InlineData("multi_head_attention.cross", "out.weights")]
    [InlineData("transformer.pre", "grad_param.decoder.norm.weight")]
    [InlineData("batch_norm.channels.train", "state_after.running_var")]
    [InlineData("optimizer.adamw", "out.values")]
    [InlineData("clip_grad_norm.0.5", "out.norm")]
    public void One_wrong_number_is_found_in_its_tensor(string name, string tensor)
    {
        var result = RunCopy(name, (copy, numbers) =>
        {
            if (copy == tensor) numbers[^1] += 1e-6 * numbers.Max(Math.Abs);
            return copy;
        });
        Assert.Equal(ReferenceOutcome.Differs, result.Outcome);
        Assert.Equal(tensor, result.WorstTensor);
        Assert.InRange(result.WorstError, 0.9e-6, 1.1e-6);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_never_agrees(double value)
    {
        var result = RunCopy("linear", (copy, numbers) =>
        {
            if (copy == "grad_in.x") numbers[3] = value;
            return copy;
        });
        Assert.Equal(ReferenceOutcome.Differs, result.Outcome);
        Assert.Equal("grad_in.x", result.WorstTensor);
        Assert.True(double.IsNaN(result.WorstError));
    }

    [Theory]
    [InlineData("linear", "grad_in.x", "grad_in.w")]
    [InlineData("linear", "grad_param.bias", "grad_param.scale")]
    [InlineData("linear", "grad_out.y", "grad_out.z")]
    [InlineData("multi_head_attention.cross", "out.weights", "out.scores")]
    public void A_gradient_or_output_that_is_not_computed_is_a_mismatch(string name, string tensor, string renamed)
    {
        var result = RunCopy(name, (copy, _) => copy == tensor ? renamed : copy);
        Assert.Equal(ReferenceOutcome.Differs, result.Outcome);
        Assert.EndsWith("is not computed", result.WorstTensor, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_another_shape_is_a_mismatch()
    {
        var result = RunCopy("exp", Same, shape: Transposed("out.y"));
        Assert.Equal(ReferenceOutcome.Differs, result.Outcome);
        Assert.Equal("out.y: is [5, 8] instead of [8, 5]", result.WorstTensor);
    }

    [Fact]
    public void Tensors_that_the_operation_refuses_are_a_mismatch_with_its_reason()
    {
        var result = RunCopy("matmul.2d", Same, shape: Transposed("in.z"));
        Assert.Equal(ReferenceOutcome.Differs, result.Outcome);
        Assert.StartsWith("MatMul: inner dimensions differ", result.WorstTensor, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fourier_transform", "{}")]
    [InlineData("gelu", """{"approximate": "sigmoid"}""")]
    [InlineData("binary_cross_entropy_with_logits", """{"reduction": "none"}""")]
    public void An_operation_that_the_engine_lacks_is_reported(string operation, string attributes)
    {
        var result = RunCopy("gelu", Same, operation, attributes);
        Assert.Equal(new ReferenceResult("gelu", operation, ReferenceOutcome.WithoutOperation, 0, ""), result);
    }

    [Fact]
    public void A_mask_with_holes_is_computed_by_composed_operations_alone()
    {
        // The first sequence's last key is hidden. If its first key is hidden instead, no layout can express the mask.
        var result = RunCopy("attention.padding", (copy, numbers) =>
        {
            if (copy is "in.k" or "in.v" or "grad_in.k" or "grad_in.v" or "in.key_padding_mask")
                SwapKeys(copy, numbers);
            return copy;
        });
        Assert.True(result.Outcome == ReferenceOutcome.Agrees, result.ToString());
    }

    [Fact]
    public void A_missing_attribute_is_named() => Assert.Contains(
        "operation 'softmax' needs the attribute 'dim'",
        ErrorOf(() => RunCopy("softmax", Same, attributes: "{}")), StringComparison.Ordinal);

    [Fact]
    public void A_missing_attribute_with_a_default_takes_it() =>
        Assert.Equal(ReferenceOutcome.Agrees, RunCopy("layer_norm", Same, attributes: "{}").Outcome);

    [Theory]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{", "is not valid JSON")]
    [InlineData("""{"dim": "last"}""", "attribute 'dim' must be a number")]
    [InlineData("""{"dim": 0.5}""", "attribute 'dim' must be an integer")]
    public void Malformed_attributes_are_refused_with_a_reason(string attributes, string message) =>
        Assert.Contains(
            message, ErrorOf(() => RunCopy("softmax", Same, attributes: attributes)), StringComparison.Ordinal);

    [Fact]
    public void A_missing_input_is_named() => Assert.Contains(
        "needs a floating-point tensor 'in.x'",
        ErrorOf(() => RunCopy("exp", (copy, _) => copy == "in.x" ? "in.z" : copy)), StringComparison.Ordinal);

    [Fact]
    public void A_parameter_of_another_shape_is_named() => Assert.Contains(
        "tensor 'param.bias' is [8, 1]",
        ErrorOf(() => RunCopy("layer_norm", Same, shape: (name, shape) => name == "param.bias" ? [8, 1] : shape)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("in.other", "operation 'embedding' needs a tensor of integers 'in.indices'")]
    [InlineData("out.indices", "tensor 'out.indices' must be floating-point to be compared")]
    public void Integers_that_are_missing_or_out_of_place_are_named(string renamed, string message) => Assert.Contains(
        message, ErrorOf(() => RunCopy("embedding", (copy, _) => copy == "in.indices" ? renamed : copy)),
        StringComparison.Ordinal);

    [Fact]
    public void An_integer_beyond_32_bits_is_refused() => Assert.Contains(
        "tensor 'in.indices' holds an integer beyond 32 bits",
        ErrorOf(() => RunCopy("embedding", (copy, numbers) =>
        {
            if (copy == "in.indices") numbers[0] = 1e12;
            return copy;
        })),
        StringComparison.Ordinal);

    [Fact]
    public void Gradients_that_are_not_those_of_steps_are_refused() => Assert.Contains(
        "tensor 'in.gradients' is [480] where [steps, ...] of [5, 8] is needed",
        ErrorOf(() => RunCopy("optimizer.adamw", Same, shape: (name, shape) => name == "in.gradients" ? [480] : shape)),
        StringComparison.Ordinal);

    [Fact]
    public void A_Transformer_with_an_activation_that_PyTorchs_has_not_is_reported() => Assert.Equal(
        ReferenceOutcome.WithoutOperation,
        RunCopy(
            "transformer.pre", Same,
            attributes: """
                {"num_heads": 2, "encoder_layers": 2, "decoder_layers": 2, "norm_first": true, "activation": "tanh"}
                """).Outcome);

    [Fact]
    public void A_file_without_outputs_is_refused() => Assert.Contains(
        "has no output out.*",
        ErrorOf(() => RunCopy("exp", (copy, _) => copy == "out.y" ? "y" : copy)), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_no_case_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        SafeTensorsWriter.Write(folder["model.safetensors"], [Record("weight", [1], [1.0])]);
        Assert.StartsWith(
            $"{folder["model.safetensors"]}: its metadata have no 'op'",
            ErrorOf(() => ReferenceCases.Run(folder.Path).Count()), StringComparison.Ordinal);

        File.WriteAllText(folder["model.safetensors"], "no tensors");
        var message = ErrorOf(() => ReferenceCases.Run(folder.Path).Count());
        Assert.StartsWith(folder["model.safetensors"], message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_or_a_file_is_refused_at_once()
    {
        using var folder = new TemporaryFolder();
        var message = ErrorOf(() => ReferenceCases.Run(folder.Path));
        Assert.Contains("holds no *.safetensors file", message, StringComparison.Ordinal);
        File.WriteAllText(folder["file"], "");
        foreach (var path in (string[])[folder["missing"], folder["file"], ""])
            Assert.Contains("is not a folder", ErrorOf(() => ReferenceCases.Run(path)), StringComparison.Ordinal);
    }

    private static string ErrorOf(Action run)
    {
        var message = Assert.Throws<InputException>(run).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static string Same(string tensor, double[] numbers) => tensor;

    private static Func<string, int[], int[]> Transposed(string tensor) =>
        (name, shape) => name == tensor ? [shape[1], shape[0]] : shape;

    /// <summary>Runs a copy of a golden file; each tensor may be renamed, its numbers changed, or reshaped.</summary>
    private static ReferenceResult RunCopy(
        string name, Func<string, double[], string> change, string? operation = null, string? attributes = null,
        Func<string, int[], int[]>? shape = null)
    {
        using var folder = new TemporaryFolder();
        using (var file = SafeTensorsFile.Open(Path.Combine(Golden, name + ".safetensors")))
        {
            var records = new List<TensorRecord>();
            foreach (var entry in file.Entries.Values)
            {
                var isNumber = entry.Type == SafeTensorsType.F64;
                var values = isNumber
                    ? file.ReadNumbers<double>(entry.Name)
                    : Array.ConvertAll(file.ReadIntegers(entry.Name), value => (double)value);
                var newName = change(entry.Name, values);
                var sizes = shape?.Invoke(entry.Name, entry.Shape.ToArray()) ?? entry.Shape.ToArray();
                records.Add(Record(newName, sizes, values, entry.Type));
            }
            SafeTensorsWriter.Write(folder[name + ".safetensors"], records, new Dictionary<string, string>
            {
                ["op"] = operation ?? file.Metadata["op"],
                ["attributes"] = attributes ?? file.Metadata["attributes"],
            });
        }
        return Assert.Single(ReferenceCases.Run(folder.Path));
    }

    private static TensorRecord Record(
        string name, int[] shape, double[] values, SafeTensorsType type = SafeTensorsType.F64) =>
        new(name, shape, type, stream => stream.Write(type switch
        {
            SafeTensorsType.BOOL => Array.ConvertAll(values, value => (byte)value),
            SafeTensorsType.I64 => MemoryMarshal.AsBytes<long>(Array.ConvertAll(values, value => (long)value)),
            _ => MemoryMarshal.AsBytes<double>(values),
        }));

    /// <summary>Swaps the first and the last of the 4 keys: rows of 8 numbers, or single flags.</summary>
    private static void SwapKeys(string tensor, double[] values)
    {
        const int Keys = 4;
        var width = tensor.EndsWith("mask", StringComparison.Ordinal) ? 1 : 8;
        for (var start = 0; start < values.Length; start += Keys * width)
        {
            for (var i = start; i < start + width; i++)
            {
                var last = i + ((Keys - 1) * width);
                (values[i], values[last]) = (values[last], values[i]);
            }
        }
    }
}
