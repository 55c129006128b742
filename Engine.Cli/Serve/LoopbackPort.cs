using System.Net;
using System.Net.Sockets;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>A port of this machine that nobody listens to.</summary>
/// <param name="Number">The port.</param>
/// <param name="Addresses">The loopback addresses that this machine has: 127.0.0.1, and mostly ::1.</param>
internal sealed record LoopbackPort(int Number, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>The first port that is tried if none is asked for.</summary>
    public const int Usual = 5000;

    private const int Tried = 100;

    /// <summary>A free port.</summary>
    /// <param name="asked">The port that must be free; 0 for any; null for <see cref="Usual"/> or one after it.</param>
    /// <exception cref="InputException">The port is not free, or may not be used.</exception>
    public static LoopbackPort Find(int? asked)
    {
        if (asked is null)
        {
            for (var port = Usual; port < Usual + Tried; port++)
            {
                if (Try(port, out _) is { } found) return found;
            }
        }
        // Any port that is free at one address may be taken at the other.
        for (var attempt = 0; asked is null or 0 && attempt < Tried; attempt++)
        {
            if (Try(0, out _) is { } found) return found;
        }
        return Try(asked ?? 0, out var problem) ?? throw Refusal(asked, problem);
    }

    /// <summary>Says why a port cannot be had.</summary>
    internal static InputException Refusal(int? asked, SocketError problem) => new(problem switch
    {
        SocketError.AccessDenied =>
            $"--port {asked} may not be used by this user; choose one from 1024 on, or leave --port out.",
        _ => $"--port {asked} is taken by another program; choose another, or leave --port out.",
    });

    private static LoopbackPort? Try(int port, out SocketError problem)
    {
        var addresses = new List<IPAddress>();
        problem = Probe(IPAddress.Loopback, ref port);
        if (problem != SocketError.Success) return null;
        addresses.Add(IPAddress.Loopback);
        if (Socket.OSSupportsIPv6)
        {
            problem = Probe(IPAddress.IPv6Loopback, ref port);
            // A machine may know IPv6 and have no such address.
            var isThere = problem is not (SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported);
            if (isThere && problem != SocketError.Success) return null;
            if (isThere) addresses.Add(IPAddress.IPv6Loopback);
        }
        return new LoopbackPort(port, addresses);
    }

    private static SocketError Probe(IPAddress address, ref int port)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            return SocketError.Success;
        }
        catch (SocketException failure)
        {
            return failure.SocketErrorCode;
        }
    }
}
