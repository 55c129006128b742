using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>A standard input that was closed before the program began.</summary>
internal sealed class ClosedInput : ForwardStream
{
    public override int Read(Span<byte> buffer) =>
        throw new InputException("standard input is closed; pipe text in, or name a file with --input");
}
