// SPDX-License-Identifier: Apache-2.0

using Tributary.Client;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Commands;

/// <summary>Models as npz files.</summary>
internal static class ModelFile
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    public static void Save(ParameterSet model, string path, CancellationToken cancellationToken)
    {
        using var file = File.Create(path);
        Npz.Write(model, file, cancellationToken);
    }

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

    /// <summary>Fetches a model; a download that breaks leaves no file and harms none that was there.</summary>
    public static async Task DownloadAsync(ControllerClient controller, string modelId, string path, CancellationToken cancellationToken)
    {
        var partial = $"{path}.partial";
        try
        {
            await using (var file = File.Create(partial))
            {
                await controller.Models.DownloadAsync(modelId, file, cancellationToken);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
