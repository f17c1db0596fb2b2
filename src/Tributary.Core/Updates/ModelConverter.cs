// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The conversion of models between formats and the check of their values, through the spool, so that no model has to fit into memory.</summary>
public sealed class ModelConverter(IUpdateSpool spool)
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
        Decode(source, from, limits, options, values => to.Write(values, destination, cancellationToken), cancellationToken);
    }

    /// <summary>Reads all values of a model, to find out whether sessions can train from it.</summary>
    /// <exception cref="ParameterFormatException">The values cannot be read; the message names the array.</exception>
    public void Check(ByteSource source, IParameterCodec format, DecodeLimits limits, DecodeOptions options, CancellationToken cancellationToken) =>
        Decode(source, format, limits, options, _ => { }, cancellationToken);

    private void Decode(
        ByteSource source, IParameterCodec format, DecodeLimits limits, DecodeOptions options, Action<ParameterSet> use, CancellationToken cancellationToken)
    {
        using var reader = format.Open(source, limits);
        using var values = spool.Decode(reader, reader.Layout, options, cancellationToken);
        use(values);
    }
}
