// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits;

/// <summary>The reader and writer of models in npz files.</summary>
public static class ModelFile
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    /// <summary>Writes a model to a file.</summary>
    public static void Save(ParameterSet model, string path, CancellationToken cancellationToken)
    {
        using var file = File.Create(path);
        Npz.Write(model, file, cancellationToken);
    }

    /// <summary>Reads a model, which the caller disposes.</summary>
    public static ParameterSet Load(string path, CancellationToken cancellationToken)
    {
        using var source = ByteSource.FromFile(path);
        using var reader = Npz.Open(source, DecodeLimits.Default);
        var model = ParameterSet.Allocate(reader.Layout);
        try
        {
            reader.ReadInto(model, DecodeOptions.Default, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
