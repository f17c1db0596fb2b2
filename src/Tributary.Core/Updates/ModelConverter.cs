// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;

namespace Tributary.Core.Updates;

/// <summary>Writes models in another format. Their decoded values are in the spool meanwhile, so that no model has to fit into memory.</summary>
public sealed class ModelConverter(IUpdateSpool spool, IdSource ids)
{
    /// <summary>Reads a model in one format and writes it in another.</summary>
    /// <param name="source">The bytes of the model.</param>
    /// <param name="from">The format that it has.</param>
    /// <param name="limits">The highest sizes that the model may claim.</param>
    /// <param name="options">The values that are taken.</param>
    /// <param name="to">The format that is written.</param>
    /// <param name="destination">The stream that is written to; it stays open.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ParameterFormatException">The values cannot be read.</exception>
    public void Convert(
        ByteSource source,
        IParameterCodec from,
        DecodeLimits limits,
        DecodeOptions options,
        IParameterCodec to,
        Stream destination,
        CancellationToken cancellationToken)
    {
        using var reader = from.Open(source, limits);
        var name = $"passing.{ids.Next()}";
        var values = spool.Decode(IUpdateSpool.NoRound, name, reader, reader.Layout, options, cancellationToken);
        try
        {
            to.Write(values, destination, cancellationToken);
        }
        finally
        {
            values.Dispose();
            spool.RemoveParameters(IUpdateSpool.NoRound, name);
        }
    }
}
