using System.Buffers.Binary;
using System.Text;
using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>Safetensors files made by hand, right or wrong.</summary>
internal static class SafeTensorsBytes
{
    public static byte[] File(string header, params ReadOnlySpan<byte> data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return WithLength((ulong)json.Length, [.. json, .. data]);
    }

    public static byte[] WithLength(ulong headerBytes, params ReadOnlySpan<byte> rest)
    {
        var bytes = new byte[8 + rest.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerBytes);
        rest.CopyTo(bytes.AsSpan(8));
        return bytes;
    }

    /// <summary>A file of one vector <c>x</c>.</summary>
    public static SafeTensorsFile Vector(string dtype, int length, params ReadOnlySpan<byte> data)
    {
        var offsets = $"[0,{data.Length}]";
        return Open(File(
            $$$"""{"x":{"dtype":"{{{dtype}}}","shape":[{{{length}}}],"data_offsets":{{{offsets}}}}}""", data));
    }

    public static SafeTensorsFile Open(byte[] bytes) => SafeTensorsFile.Read(new MemoryStream(bytes), "m.safetensors");

    public static string ErrorOf(byte[] bytes)
    {
        var message = Assert.Throws<InputException>(() => Open(bytes)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    public static string ErrorOf(Action read) => Assert.Throws<InputException>(read).Message;

    /// <summary>Reads every tensor of the file by its type.</summary>
    public static void ReadAll(SafeTensorsFile file)
    {
        foreach (var entry in file.Entries.Values)
        {
            if (entry.Type.IsNumber)
                file.ReadNumbers<float>(entry.Name);
            else
                file.ReadIntegers(entry.Name);
        }
    }
}
