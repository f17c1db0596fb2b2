// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Rounds;

/// <summary>The reader of the models from which rounds train, for the strategies that need them.</summary>
public sealed class RoundModelReader(IModelDataStore models, ModelFormats formats, IUpdateSpool spool, IOptions<CombinerOptions> options)
{
    /// <summary>Returns the arrays of a model.</summary>
    /// <exception cref="InvalidOperationException">The model is not in the store.</exception>
    /// <exception cref="Numerics.Formats.ParameterFormatException">The model cannot be read.</exception>
    internal async Task<ParameterLayout> ReadLayoutAsync(ModelId model, string format, CancellationToken cancellationToken)
    {
        using var source = await models.OpenAsync(model, cancellationToken) ?? throw Missing(model);
        using var reader = formats.GetCodec(format).Open(source, options.Value.Limits());
        return reader.Layout;
    }

    /// <summary>Decodes a model as if it were an update.</summary>
    /// <exception cref="InvalidOperationException">The model is not in the store.</exception>
    /// <exception cref="Numerics.Formats.ParameterFormatException">The model cannot be read in the layout.</exception>
    internal async Task<ParameterSet> ReadAsync(
        ModelId model, string format, ParameterLayout layout, StrategyScratch scratch, CancellationToken cancellationToken)
    {
        using var source = await models.OpenAsync(model, cancellationToken) ?? throw Missing(model);
        using var reader = formats.GetCodec(format).Open(source, options.Value.Limits());
        return scratch.Keep(spool.Decode(reader, layout, options.Value.Decoding(), cancellationToken));
    }

    private static InvalidOperationException Missing(ModelId model) => new($"Model {model} was staged, but is no longer in the store.");
}
