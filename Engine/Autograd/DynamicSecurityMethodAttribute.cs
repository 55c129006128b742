namespace System.Security;

/// <summary>
/// Keeps the caller of a method on the stack, in a process that has run for long too. In the code of Engine its name is
/// <c>KeepsCallerFrame</c> (see Engine.csproj).
/// </summary>
/// <remarks>
/// A recorded step names the line that called an operation (see <see cref="Engine.TapeObserver{T}.Recorded"/>), and
/// finds the line on the stack. Small methods, as layers are, vanish from the stack once the just-in-time compiler
/// inlines them, or turns their last call into a jump. The compiler does neither to a method that calls a marked one.
/// So the operations are marked, once each, and every layer keeps its line, a layer of a program that uses Engine too.
/// Nothing is computed for it. The compilers know the attribute by its full name, and .NET's own is internal: this
/// declaration stands for it.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DynamicSecurityMethodAttribute : Attribute;
