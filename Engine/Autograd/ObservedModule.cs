using System.Numerics;

namespace Engine;

/// <summary>
/// A module's computation on a tape: tells the tape's observer, if it has one, where it begins and ends.
/// </summary>
public readonly struct ObservedModule<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal ObservedModule(TapeObserver<T>? observer, object module)
    {
        Observer = observer;
        observer?.Entered(module);
    }

    /// <summary>The tape's observer; null, as usual, for none.</summary>
    public TapeObserver<T>? Observer { get; }

    /// <summary>The module has finished.</summary>
    public void Dispose() => Observer?.Left();

    /// <summary>Shows the observer a value of the module.</summary>
    internal void Show(string name, Tensor<T> value) => Observer?.Saw(name, value.Shape, value.ToArray());

    /// <summary>Whether the observer leaves a part of the module out.</summary>
    internal bool Omits(string part) => Observer is not null && Observer.Omits(part);
}
