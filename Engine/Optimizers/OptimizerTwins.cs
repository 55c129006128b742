namespace Engine.Optimizers;

/// <summary>
/// Each optimizer as its paper writes it, for one number θ in double: the reference implementations of the
/// <c>IStepRule</c>s. A rule gets θ and its gradient g, and gives the new θ; what it keeps, it keeps in the object.
/// </summary>
/// <remarks>
/// Weight decay as L2 adds λ θ to the gradient, g = g + λ θ, before the rule sees it: <see cref="WithL2"/>. AdamW and
/// Lion decouple it and take λ themselves.
/// </remarks>
internal static class OptimizerTwins
{
    /// <summary>θ after a step, from θ before it and its gradient.</summary>
    public delegate double Rule(double theta, double g);

    /// <summary>A rule on g + λ θ.</summary>
    public static Rule WithL2(Rule rule, double lambda) => (theta, g) => rule(theta, g + (lambda * theta));

    /// <summary>θ = θ - lr g (Cauchy 1847).</summary>
    public static Rule Sgd(double lr) => (theta, g) => theta - (lr * g);

    /// <summary>The heavy ball, b = μ b + g, θ = θ - lr b (Polyak 1964).</summary>
    public static Rule Momentum(double lr, double mu)
    {
        var b = 0.0;
        return (theta, g) =>
        {
            b = (mu * b) + g;
            return theta - (lr * b);
        };
    }

    /// <summary>b = μ b + g, θ = θ - lr (g + μ b) (Nesterov 1983).</summary>
    public static Rule Nesterov(double lr, double mu)
    {
        var b = 0.0;
        return (theta, g) =>
        {
            b = (mu * b) + g;
            return theta - (lr * (g + (mu * b)));
        };
    }

    /// <summary>s = s + g², θ = θ - lr g / (√s + ε) (Duchi, Hazan and Singer 2011).</summary>
    public static Rule Adagrad(double lr, double epsilon)
    {
        var s = 0.0;
        return (theta, g) =>
        {
            s += g * g;
            return theta - (lr * g / (Math.Sqrt(s) + epsilon));
        };
    }

    /// <summary>
    /// v = ρ v + (1 - ρ) g², Δ = √(u + ε) / √(v + ε) g, u = ρ u + (1 - ρ) Δ², θ = θ - lr Δ (Zeiler 2012).
    /// </summary>
    public static Rule Adadelta(double lr, double rho, double epsilon)
    {
        var (v, u) = (0.0, 0.0);
        return (theta, g) =>
        {
            v = (rho * v) + ((1 - rho) * g * g);
            var delta = Math.Sqrt(u + epsilon) / Math.Sqrt(v + epsilon) * g;
            u = (rho * u) + ((1 - rho) * delta * delta);
            return theta - (lr * delta);
        };
    }

    /// <summary>
    /// v = α v + (1 - α) g², b = μ b + g / (√v + ε), θ = θ - lr b (Tieleman and Hinton 2012).
    /// </summary>
    public static Rule RmsProp(double lr, double alpha, double epsilon, double mu)
    {
        var (v, b) = (0.0, 0.0);
        return (theta, g) =>
        {
            v = (alpha * v) + ((1 - alpha) * g * g);
            b = (mu * b) + (g / (Math.Sqrt(v) + epsilon));
            return theta - (lr * b);
        };
    }

    /// <summary>
    /// Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019) with a decay λ above 0: m = β1 m + (1 - β1) g,
    /// v = β2 v + (1 - β2) g², mHat = m / (1 - β1ᵗ), vHat = v / (1 - β2ᵗ),
    /// θ = θ - lr λ θ - lr mHat / (√vHat + ε).
    /// </summary>
    /// <remarks>
    /// Why the hats: m starts at 0, and unrolled it is m = (1 - β1) Σ_i β1^(t - i) gᵢ over i = 1 .. t. The weights
    /// of this sum add up to 1 - β1ᵗ; divided by that, m is a mean. The same holds for v.
    /// </remarks>
    public static Rule Adam(double lr, double beta1, double beta2, double epsilon, double lambda = 0)
    {
        var (m, v, t) = (0.0, 0.0, 0);
        return (theta, g) =>
        {
            t++;
            m = (beta1 * m) + ((1 - beta1) * g);
            v = (beta2 * v) + ((1 - beta2) * g * g);
            var mHat = m / (1 - Math.Pow(beta1, t));
            var vHat = v / (1 - Math.Pow(beta2, t));
            return theta - (lr * lambda * theta) - (lr * mHat / (Math.Sqrt(vHat) + epsilon));
        };
    }

    /// <summary>
    /// NAdam (Dozat 2016): Adam's m and v, a momentum μᵗ = β1 (1 - 0.96^(tψ) / 2), Π = μ¹ μ² ... μᵗ, and
    /// θ = θ - lr ((1 - μᵗ) / (1 - Π) g + μᵗ⁺¹ / (1 - Π μᵗ⁺¹) m) / (√vHat + ε).
    /// </summary>
    public static Rule NAdam(double lr, double beta1, double beta2, double epsilon, double psi)
    {
        var (m, v, product, t) = (0.0, 0.0, 1.0, 0);
        double Mu(int step) => beta1 * (1 - (0.5 * Math.Pow(0.96, step * psi)));
        return (theta, g) =>
        {
            t++;
            m = (beta1 * m) + ((1 - beta1) * g);
            v = (beta2 * v) + ((1 - beta2) * g * g);
            product *= Mu(t);
            var vHat = v / (1 - Math.Pow(beta2, t));
            var ahead = ((1 - Mu(t)) / (1 - product) * g) + (Mu(t + 1) / (1 - (product * Mu(t + 1))) * m);
            return theta - (lr * ahead / (Math.Sqrt(vHat) + epsilon));
        };
    }

    /// <summary>
    /// c = β1 m + (1 - β1) g, θ = θ - lr λ θ - lr sign(c), m = β2 m + (1 - β2) g (Chen et al. 2023).
    /// </summary>
    public static Rule Lion(double lr, double beta1, double beta2, double lambda)
    {
        var m = 0.0;
        return (theta, g) =>
        {
            var c = (beta1 * m) + ((1 - beta1) * g);
            m = (beta2 * m) + ((1 - beta2) * g);
            return theta - (lr * lambda * theta) - (lr * Math.Sign(c));
        };
    }
}
