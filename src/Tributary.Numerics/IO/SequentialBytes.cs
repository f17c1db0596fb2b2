// SPDX-License-Identifier: Apache-2.0
namespace Tributary.Numerics.IO;

/// <summary>The bytes of one array in the order of the file.</summary>
internal abstract class SequentialBytes : IDisposable
{
    /// <summary>Fills the whole span.</summary>
    /// <remarks>Throws the exception of the format when the bytes end too early or are damaged.</remarks>
    public abstract void Fill(Span<byte> destination);

    public void Skip(int count)
    {
        Span<byte> skipped = stackalloc byte[256];
        for (; count > 0; count -= Math.Min(count, skipped.Length))
        {
            Fill(skipped[..Math.Min(count, skipped.Length)]);
        }
    }

    /// <summary>Checks, after the last needed byte, that nothing follows and that the checksum matches.</summary>
    public virtual void Finish()
    {
    }

    public void Dispose() => Release();

    protected virtual void Release()
    {
    }
}
