using System.Globalization;

namespace Engine.Text;

/// <summary>Translates numbers below a million to English words: "2019" becomes "two thousand nineteen".</summary>
internal sealed class NumbersTask : IToyTask
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public string Name => "numbers";

    public string SourceLanguage => "digits";

    public string TargetLanguage => "en";

    public string SourceTokenizer => "char";

    public string TargetTokenizer => "word";

    public IReadOnlyList<(string Source, string Target)> HeldOut => [];

    public IEnumerable<(string Source, string Target)> Generate(RandomStream random)
    {
        while (true)
        {
            var limit = 1000;
            for (var more = random.NextInteger(4); more > 0; more--)
                limit *= 10;
            var number = random.NextInteger(limit);
            yield return (number.ToString(CultureInfo.InvariantCulture), InWords(number));
        }
    }

    private static string InWords(int number) => number switch
    {
        < 20 => Small[number],
        < 100 => Tens[number / 10] + Rest(number % 10),
        < 1000 => $"{Small[number / 100]} hundred{Rest(number % 100)}",
        _ => $"{InWords(number / 1000)} thousand{Rest(number % 1000)}",
    };

    private static string Rest(int number) => number == 0 ? "" : $" {InWords(number)}";
}
