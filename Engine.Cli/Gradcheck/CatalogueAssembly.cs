using System.Reflection;
using System.Runtime.Loader;
using Engine.Storage;
using Engine.Verification;

namespace Engine.Cli;

/// <summary>
/// The catalogue entries of a user's own assembly: the values of the public static properties and fields of its public
/// types whose type is <see cref="CatalogueEntry"/> or a collection of entries. A generic type of one type parameter,
/// such as a layer, counts with double.
/// </summary>
internal sealed class CatalogueAssembly
{
    private static readonly Assembly Engine = typeof(CatalogueEntry).Assembly;

    private readonly string path;

    private CatalogueAssembly(string path)
    {
        this.path = path;
        Entries = [.. EntriesOf(Load()).Distinct()];
        if (Entries.Count == 0)
            throw new InputException(
                $"{path}: no catalogue entries; give a public class a public static property of type CatalogueEntry");
    }

    /// <summary>The entries, each once, in the order of their declaration.</summary>
    public IReadOnlyList<CatalogueEntry> Entries { get; }

    /// <summary>Loads an assembly beside the program, with the program's Engine.</summary>
    /// <exception cref="InputException">There is no such assembly, it was built for another Engine, it has no entries,
    /// or a property throws.</exception>
    public static CatalogueAssembly Read(string path) => new(path);

    /// <summary>Checks an entry of the assembly.</summary>
    /// <exception cref="InputException">The entry has no cases, or one of its cases throws.</exception>
    public SweepResult Check(CatalogueEntry entry, long seed, int rounds) =>
        Guarded($"the check of {entry}", () => GradientSweep.Check(entry, seed, rounds));

    private Assembly Load()
    {
        if (!File.Exists(path))
            throw new InputException(
                $"{path}: no such file; build the project of your operations, and give the .dll that 'dotnet build' "
                + "names");
        Assembly assembly;
        try
        {
            assembly = new BesideProgram(Path.GetFullPath(path)).Load();
        }
        catch (BadImageFormatException failure)
        {
            throw new InputException($"{path}: not a .NET assembly; give the .dll that 'dotnet build' names", failure);
        }
        var built = assembly.GetReferencedAssemblies().FirstOrDefault(name => name.Name == Engine.GetName().Name);
        return built is null || built.Version == Engine.GetName().Version ? assembly : throw OtherEngine(
            $"it was built for Engine {built.Version}, and this program has Engine {Engine.GetName().Version}");
    }

    private IEnumerable<CatalogueEntry> EntriesOf(Assembly assembly) =>
        from type in Guarded("the assembly", assembly.GetExportedTypes)
        let closed = Closed(type)
        where closed is not null
        from member in closed.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let read = Reader(member)
        where read is not null
        from entry in Guarded($"{type.Name}.{member.Name}", () => Values(read()))
        select entry;

    /// <summary>A generic type with double in place of its type parameter; null where that is no type.</summary>
    private static Type? Closed(Type type)
    {
        if (!type.IsGenericTypeDefinition) return type;
        try
        {
            return type.GetGenericArguments().Length == 1 ? type.MakeGenericType(typeof(double)) : null;
        }
        catch (ArgumentException)
        {
            return null; // double does not fit the constraint
        }
    }

    /// <summary>Reads a member whose type is an entry or a collection of entries; null for other members.</summary>
    private static Func<object?>? Reader(MemberInfo member) => member switch
    {
        PropertyInfo { GetMethod.IsPublic: true } property when Holds(property.PropertyType) =>
            () => property.GetValue(null),
        FieldInfo field when Holds(field.FieldType) => () => field.GetValue(null),
        _ => null,
    };

    private static bool Holds(Type type) =>
        type == typeof(CatalogueEntry) || type.IsAssignableTo(typeof(IEnumerable<CatalogueEntry>));

    private static CatalogueEntry[] Values(object? value) =>
        [.. value is CatalogueEntry one ? [one] : (IEnumerable<CatalogueEntry>?)value
            ?? throw new InvalidOperationException("it is null")];

    /// <summary>Runs code of the assembly. What the code throws becomes a message of one line.</summary>
    private T Guarded<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is not InputException)
        {
            var cause = failure;
            while (cause is TargetInvocationException or TypeInitializationException
                && cause.InnerException is { } inner)
                cause = inner;
            var told = $"{cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}";
            throw cause is MissingMemberException or TypeLoadException
                ? OtherEngine($"{what} does not fit this program's Engine ({told})")
                : new InputException($"{path}: {what} throws {told}", failure);
        }
    }

    private InputException OtherEngine(string why) =>
        new($"{path}: {why}; build the project again, with a reference to this Engine");

    /// <summary>
    /// Loads the assembly and what it alone needs. Engine, and what Engine needs, are the program's own, so that an
    /// entry of the assembly is an entry for the program.
    /// </summary>
    private sealed class BesideProgram(string file) : AssemblyLoadContext("gradcheck")
    {
        private readonly AssemblyDependencyResolver resolver = new(file);

        public Assembly Load() => LoadFromAssemblyPath(file);

        protected override Assembly? Load(AssemblyName name) =>
            name.Name == Engine.GetName().Name ? Engine
            : Engine.GetReferencedAssemblies().All(shared => shared.Name != name.Name)
                && resolver.ResolveAssemblyToPath(name) is { } found ? LoadFromAssemblyPath(found)
            : null;
    }
}
