// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The decoded values of a model that is only passed on in another format: in the spool for as long as that takes, for no round.</summary>
public sealed class TransientParameters : IDisposable
{
    /// <summary>Where they are in the spool: rounds are numbered from 1.</summary>
    public const long NoRound = 0;

    private readonly IUpdateSpool _spool;
    private readonly string _name;

    private TransientParameters(IUpdateSpool spool, string name, ParameterSet values) => (_spool, _name, Values) = (spool, name, values);

    /// <summary>The values.</summary>
    public ParameterSet Values { get; }

    /// <summary>Reads all values, under a name that nobody else uses.</summary>
    /// <exception cref="ParameterFormatException">The values cannot be read.</exception>
    public static TransientParameters Decode(
        IUpdateSpool spool, IdSource ids, ParameterReader reader, DecodeOptions options, CancellationToken cancellationToken)
    {
        var name = $"passing.{ids.Next()}";
        return new(spool, name, spool.Decode(NoRound, name, reader, reader.Layout, options, cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Values.Dispose();
        _spool.RemoveParameters(NoRound, _name);
    }
}
