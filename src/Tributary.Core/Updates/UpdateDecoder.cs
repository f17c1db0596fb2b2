// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Aggregation;
using Tributary.Core.Combiners;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The decoder of updates into the spool: names, shapes, types and finiteness are held against the rule of their scope.</summary>
public sealed class UpdateDecoder(IUpdateSpool spool, IOptions<CombinerOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots =
        new(options.Value.ConcurrentDecodes > 0 ? options.Value.ConcurrentDecodes : Environment.ProcessorCount);

    private readonly DecodeLimits _limits = options.Value.Limits();
    private readonly DecodeOptions _decoding = options.Value.Decoding();

    /// <summary>Decodes an update once a slot is free; nothing remains when that fails.</summary>
    /// <exception cref="ParameterFormatException">The values cannot be read, or the rule refuses them.</exception>
    public async Task<ParameterSet> DecodeAsync(IParameterCodec codec, UpdateRule rule, ByteSource source, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return Decode(codec, rule, source, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Decodes once more, at a restart, an update that the ledger holds; returns null when that fails.</summary>
    public ParameterSet? Reopen(AcceptedUpdate update, IParameterCodec codec, UpdateRule rule)
    {
        using var source = spool.OpenUpload(update.Upload);
        try
        {
            return source is null || source.Length != update.Bytes ? null : Decode(codec, rule, source, CancellationToken.None);
        }
        catch (ParameterFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private ParameterSet Decode(IParameterCodec codec, UpdateRule rule, ByteSource source, CancellationToken cancellationToken)
    {
        using var reader = codec.Open(source, _limits);
        return spool.Decode(reader, rule.Require(reader.Layout), _decoding, cancellationToken);
    }
}
