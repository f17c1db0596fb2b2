// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;

namespace Tributary.Core.Updates;

/// <summary>The conversion of models between formats, by way of the spool, so that no model has to fit into memory.</summary>
public sealed class ModelConverter(IUpdateSpool spool, IdSource ids)
{
    /// <summary>Reads a model in one format and writes it in another.</summary>
    /// <param name="source">The bytes of the model.</param>
    /// <param name="from">The format of the model.</param>
    /// <param name="limits">The highest sizes that the model may claim.</param>
    /// <param name="options">The options for decoding the values.</param>
    /// <param name="to">The format to write.</param>
    /// <param name="destination">The stream to write to; it stays open.</param>
    /// <param name="cancellationToken">Cancels the conversion; the destination may hold a part of the model then.</param>
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
