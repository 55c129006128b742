using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Engine.Storage;

namespace Engine.Training;

/// <summary>Writes the events of training to a file that TensorBoard opens.</summary>
/// <remarks>
/// The file is a TFRecord of Event messages. They need five fields and three wire types of Protocol Buffers; the code
/// for these is shorter than a description for a library would be.
/// </remarks>
public sealed class TensorBoardLog : ITrainingObserver, IDisposable
{
    // A message SessionLog whose field 1, the status, is START.
    private static readonly byte[] SessionStart = [0x08, 0x01];

    private readonly string folder;
    private readonly TimeProvider time;
    private readonly FolderLog file;

    /// <summary>A log in <paramref name="folder"/>, which is created when training starts.</summary>
    public TensorBoardLog(string folder, TimeProvider? time = null) =>
        (this.folder, this.time, file) = (folder, time ?? TimeProvider.System, new FolderLog(folder));

    /// <inheritdoc/>
    /// <remarks>
    /// A run that goes on writes a file of its own, which begins with the start of a session: from its step on,
    /// TensorBoard drops the steps of the files before.
    /// </remarks>
    /// <exception cref="InputException">The file cannot be created.</exception>
    public void Started(TrainingPlan plan)
    {
        // The name must contain "tfevents"; TensorBoard reads a folder's files in the order of their names.
        var seconds = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), LatestFile() + 1);
        file.Begin(FormattableString.Invariant($"{ModelFolder.EventsPrefix}{seconds:D10}.{Guid.NewGuid():N}"));
        Write(0, message => Text(message, 3, "brain.Event:2"));
        if (plan.ResumedAt is { } update) Write(update + 1, message => Bytes(message, 7, SessionStart));
        file.Append();
    }

    /// <inheritdoc/>
    public void FolderTaken() => file.Taken();

    /// <inheritdoc/>
    public void Updated(UpdateReport report) => Scalars(
        report.Update,
        [
            ("train/loss", report.Loss), ("train/learning_rate", report.LearningRate),
            ("train/gradient_norm", report.GradientNorm), ("train/tokens_per_second", report.TokensPerSecond),
            .. report.LayerGradients.Select(layer => ($"gradient_norm/{layer.Layer}", layer.Norm)),
        ]);

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        List<(string, double)> scalars =
        [
            ("valid/loss", report.Loss.Plain), ("valid/smoothed_loss", report.Loss.Smoothed),
            ("valid/perplexity", report.Perplexity),
        ];
        if (report.Bleu is { } bleu) scalars.Add(("valid/bleu", bleu));
        if (report.Accuracy is { } accuracy) scalars.Add(("valid/accuracy", accuracy));
        Scalars(report.Update, scalars);
        file.Append();
    }

    /// <summary>Writes what is buffered.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Dispose() => file.Dispose();

    private void Scalars(long step, IEnumerable<(string Tag, double Value)> scalars)
    {
        using var summary = new MemoryStream();
        Span<byte> single = stackalloc byte[4];
        foreach (var (tag, value) in scalars)
        {
            using var scalar = new MemoryStream();
            Text(scalar, 1, tag);
            Key(scalar, 2, wireType: 5);
            BinaryPrimitives.WriteSingleLittleEndian(single, (float)value);
            scalar.Write(single);
            Bytes(summary, 1, scalar.ToArray());
        }
        Write(step, message => Bytes(message, 5, summary.ToArray()));
    }

    /// <summary>One Event as a record: its length, that length's checksum, the message, its checksum.</summary>
    private void Write(long step, Action<Stream> content)
    {
        if (!file.HasBegun) return;
        using var message = new MemoryStream();
        Key(message, 1, wireType: 1);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(number, time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        message.Write(number);
        Key(message, 2, wireType: 0);
        VarInt(message, (ulong)step);
        content(message);
        var bytes = message.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(number, bytes.Length);
        file.Buffer.Write(number);
        Checksum(file.Buffer, number);
        file.Buffer.Write(bytes);
        Checksum(file.Buffer, bytes);
        file.AppendIfLarge();
    }

    /// <summary>The seconds in the name of the folder's last file; 0 if there is none.</summary>
    private long LatestFile() =>
        !Directory.Exists(folder) ? 0
        : Directory.EnumerateFiles(folder, ModelFolder.EventsPrefix + "*")
            .Select(path => Path.GetFileName(path)[ModelFolder.EventsPrefix.Length..].Split('.')[0])
            .Select(text => text.Length <= 10 && long.TryParse(text, NumberStyles.None, null, out var seconds)
                ? seconds : 0)
            .DefaultIfEmpty().Max();

    /// <summary>
    /// CRC-32C, masked as TFRecord demands: rotated, and a constant added, since a checksum over data that contain
    /// checksums would be weak.
    /// </summary>
    private static void Checksum(Stream stream, ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = BitOperations.Crc32C(crc, value);
        Span<byte> masked = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(
            masked, unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8u));
        stream.Write(masked);
    }

    private static void Text(Stream stream, int field, string text) =>
        Bytes(stream, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(Stream stream, int field, byte[] bytes)
    {
        Key(stream, field, wireType: 2);
        VarInt(stream, (ulong)bytes.Length);
        stream.Write(bytes);
    }

    private static void Key(Stream stream, int field, int wireType) =>
        VarInt(stream, (ulong)((field << 3) | wireType));

    private static void VarInt(Stream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}
