namespace Engine.Lab;

/// <summary>The derivative of a softmax, row by row of its Jacobian, from the tape.</summary>
internal static class SoftmaxJacobian
{
    /// <summary>The softmax of some logits.</summary>
    public static double[] Softmax(double[] logits)
    {
        using var tape = new Tape<double>(Mode.Inference);
        return Op.Softmax(tape.Constant([1, logits.Length], logits)).ToArray();
    }

    /// <summary>The Frobenius norm of diag(y) - y yᵀ.</summary>
    public static double Norm(double[] logits)
    {
        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            using var tape = new Tape<double>();
            var x = tape.Variable(Tensor<double>.From([1, logits.Length], [.. logits]));
            var gradients = tape.Backward(Op.Sum(Op.Slice(Op.Softmax(x), 1, i, 1)));
            foreach (var derivative in gradients[x]) sum += derivative * derivative;
        }
        return Math.Sqrt(sum);
    }
}
