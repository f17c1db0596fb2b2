// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Tributary.Numerics.IO;
using Tributary.Numerics.Kernels;
using Tributary.Numerics.Parameters;

namespace Tributary.Numerics.Formats;

/// <summary>A reader of formats whose arrays can be read one by one, in any order and by several threads.</summary>
internal abstract class ArrayReader(ImmutableArray<EncodedArray> arrays) : ParameterReader
{
    public override ParameterLayout Layout { get; } = new([.. arrays.Select(array => array.Spec)]);

    public override void ReadInto(ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        RequireLayout(destination);
        using var lease = destination.Acquire();
        var order = Enumerable.Range(0, arrays.Length);
        if (options.MaxDegreeOfParallelism > 1)
        {
            // The largest array first: taken last, it would keep one thread busy alone.
            order = order.OrderByDescending(i => arrays[i].Spec.ByteLength);
        }

        ParallelLoop.Run([.. order], options.MaxDegreeOfParallelism, i => ReadArray(i, destination, options, cancellationToken), cancellationToken);
    }

    /// <summary>Opens the bytes of one array, starting with its header if it has one.</summary>
    protected abstract SequentialBytes OpenArray(int index);

    /// <summary>Returns the number of bytes before the first element.</summary>
    protected virtual int HeaderLength(int index) => 0;

    private void ReadArray(int index, ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken)
    {
        using var bytes = OpenArray(index);
        bytes.Skip(HeaderLength(index));
        ArrayDecoder.Decode(bytes, arrays[index], destination, destination.Layout.IndexOf(arrays[index].Spec.Name), options, cancellationToken);
        bytes.Finish();
    }
}
