using System.Text.RegularExpressions;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>Where the book's links lead.</summary>
/// <param name="Page">The address of a page by its name; null for a page that is not there.</param>
/// <param name="Contents">The address of the contents.</param>
/// <param name="HasViews">Whether the page is served beside the views of a model.</param>
internal sealed partial record BookLinks(Func<string, string?> Page, string Contents, bool HasViews = false)
{
    /// <summary>A file of the repository: a link where the program knows the repository's address.</summary>
    public static string File(string path) => ModelDescription.Repository() is { } repository
        ? $"<a href=\"{Html.Text(repository + path)}\"><code>{Html.Text(path)}</code></a>"
        : $"<code>{Html.Text(path)}</code>";

    /// <summary>The file with a page's experiment, as a path within the repository.</summary>
    public static string ExperimentOf(LabEntry entry)
    {
        var type = entry.Run.Method.DeclaringType!;
        while (type.DeclaringType is { } outer) type = outer; // a lambda has a type of its own
        return $"Engine/Lab/{entry.Group}/{type.Name}.cs";
    }

    /// <summary>The name of a view of the inside.</summary>
    /// <param name="id">The view's id.</param>
    public static Bilingual View(string id)
    {
        var declared = $"export const id = \"{id}\"";
        var module = PageFiles.Modules.Select(PageFiles.Text).First(text => text.Contains(declared));
        var title = Title().Match(module);
        return new(title.Groups["zh"].Value, title.Groups["en"].Value);
    }

    /// <summary>A paper, with a link to it where arXiv has it.</summary>
    public static string Paper(LabPaper paper) => paper.ArXiv is { } number
        ? $"<a href=\"https://arxiv.org/abs/{number}\">{Html.Text(paper.Name)}, arXiv {number}</a>"
        : Html.Text(paper.Name);

    [GeneratedRegex("""export const title = \["(?<en>[^"]*)", "(?<zh>[^"]*)"\]""")]
    private static partial Regex Title();
}
