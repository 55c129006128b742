namespace Engine.Lab;

/// <summary>
/// Clicks of users on items, made up: the log-odds of a click follow a latent taste (a product of vectors of user
/// and item) plus exceptions, pairs of an app that the user has and an item, to be memorised.
/// </summary>
internal sealed class Clicks
{
    /// <summary>The sizes of the vocabularies.</summary>
    public const int Users = 300, Apps = 20, Items = 100;

    private const int Taste = 4; // dimensions
    private const double Exceptions = 0.1, Strength = 3;

    /// <summary>Draws examples.</summary>
    /// <param name="count">How many.</param>
    /// <param name="world">Draws tastes and exceptions; the same for training and test.</param>
    /// <param name="random">Draws examples.</param>
    public Clicks(int count, RandomStream world, RandomStream random)
    {
        double[] Vector() => [.. Enumerable.Range(0, Taste).Select(_ => world.NextNormal())];
        double[][] Vectors(int size) => [.. Enumerable.Range(0, size).Select(_ => Vector())];
        var (users, items) = (Vectors(Users), Vectors(Items));
        var apps = Enumerable.Range(0, Users).Select(_ => world.NextInteger(Apps)).ToArray();
        double[] exceptions =
        [
            .. Enumerable.Range(0, Apps * Items).Select(_ => world.NextUniform() is var u && u < Exceptions ? Strength
                : u < 2 * Exceptions ? -Strength : 0),
        ];
        (User, App, Item, Clicked) = (new int[count], new int[count], new int[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            (User[i], Item[i]) = (random.NextInteger(Users), random.NextInteger(Items));
            App[i] = apps[User[i]];
            var odds = users[User[i]].Zip(items[Item[i]], (u, v) => u * v).Sum() - 1 + exceptions[Cross(i)];
            Clicked[i] = random.NextUniform() < 1 / (1 + Math.Exp(-odds));
        }
    }

    /// <summary>The user, the user's app and the item of each example.</summary>
    public int[] User { get; }

    /// <inheritdoc cref="User"/>
    public int[] App { get; }

    /// <inheritdoc cref="User"/>
    public int[] Item { get; }

    /// <summary>Whether the user clicked.</summary>
    public bool[] Clicked { get; }

    /// <summary>The id of an example's pair of app and item, the crossed feature.</summary>
    public int Cross(int example) => (App[example] * Items) + Item[example];
}
