// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace Tributary.Numerics;

/// <summary>A reader of a format whose arrays can be read one by one, in any order, by several threads.</summary>
internal abstract class ArrayReader(ImmutableArray<EncodedArray> arrays) : ParameterReader
{
    public override ParameterLayout Layout { get; } = new([.. arrays.Select(array => array.Spec)]);

    public override void ReadInto(ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        DestinationLayout.Require(Layout, destination);
        using var lease = destination.Acquire();
        if (options.MaxDegreeOfParallelism == 1 || arrays.Length == 1)
        {
            for (var i = 0; i < arrays.Length; i++)
            {
                ReadArray(i, destination, options, cancellationToken);
            }

            return;
        }

        // The largest first, or a thread that takes it last works alone.
        var order = Enumerable.Range(0, arrays.Length).OrderByDescending(i => arrays[i].Spec.ByteLength).ToArray();
        try
        {
            Parallel.ForEach(
                order,
                new ParallelOptions { MaxDegreeOfParallelism = options.MaxDegreeOfParallelism, CancellationToken = cancellationToken },
                i => ReadArray(i, destination, options, cancellationToken));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>The elements of one array.</summary>
    protected abstract SequentialBytes OpenArray(int index);

    private void ReadArray(int index, ParameterSet destination, DecodeOptions options, CancellationToken cancellationToken)
    {
        using var bytes = OpenArray(index);
        ArrayDecoder.Decode(bytes, arrays[index], destination, destination.Layout.IndexOf(arrays[index].Spec.Name), options, cancellationToken);
        bytes.Finish();
    }
}
