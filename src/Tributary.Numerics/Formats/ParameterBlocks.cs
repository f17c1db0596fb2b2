// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>The elements of one array as consecutive blocks of bytes. Each block holds whole elements.</summary>
internal ref struct ParameterBlocks(ParameterSet parameters, int array)
{
    public const int BlockBytes = 256 << 10;

    private long _position;

    public ReadOnlySpan<byte> Current { get; private set; }

    public static void CopyTo(Stream destination, ParameterSet parameters, int array, CancellationToken cancellationToken)
    {
        foreach (var block in new ParameterBlocks(parameters, array))
        {
            cancellationToken.ThrowIfCancellationRequested();
            destination.Write(block);
        }
    }

    public readonly ParameterBlocks GetEnumerator() => this;

    public bool MoveNext()
    {
        var remaining = parameters.Layout.Arrays[array].ByteLength - _position;
        if (remaining == 0)
        {
            return false;
        }

        Current = parameters.ReadOnlyBytes(array, _position, (int)Math.Min(BlockBytes, remaining));
        _position += Current.Length;
        return true;
    }
}
