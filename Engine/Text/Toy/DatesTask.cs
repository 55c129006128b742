using System.Globalization;

namespace Engine.Text;

/// <summary>Translates dates in usual formats to ISO 8601: "3 May 2019" becomes "2019-05-03".</summary>
internal sealed class DatesTask : IToyTask
{
    private static readonly string[] Formats =
        ["d MMMM yyyy", "MMMM d, yyyy", "dddd, d MMM yyyy", "MMM d, yyyy", "d.M.yyyy", "M/d/yyyy", "yyyy年M月d日"];

    private static readonly DateOnly First = new(1950, 1, 1);

    private static readonly int Days = new DateOnly(2050, 1, 1).DayNumber - First.DayNumber;

    public string Name => "dates";

    public string SourceLanguage => "text";

    public string TargetLanguage => "iso";

    public string SourceTokenizer => "char";

    public string TargetTokenizer => "char";

    public IReadOnlyList<(string Source, string Target)> HeldOut => [];

    public IEnumerable<(string Source, string Target)> Generate(RandomStream random)
    {
        while (true)
        {
            var date = First.AddDays(random.NextInteger(Days));
            var format = random.NextInteger(Formats.Length);
            yield return (date.ToString(Formats[format], CultureInfo.InvariantCulture),
                date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }
}
