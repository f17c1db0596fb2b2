// SPDX-License-Identifier: Apache-2.0

using System.IO.Compression;
using Tributary.Numerics.Formats;
using Tributary.Numerics.IO;
using Tributary.Numerics.Parameters;

namespace Tributary.Testing;

/// <summary>Small models of one float32 vector "0", as npz bytes.</summary>
public static class NpzModel
{
    public static byte[] Encode(params float[] values) => Encode(("0", ElementType.Float32, values));

    public static byte[] Encode(params (string Name, ElementType Type, float[] Values)[] arrays)
    {
        var layout = new ParameterLayout([.. arrays.Select(a => new ArraySpec(a.Name, a.Type, [a.Values.Length]))]);
        using var set = ParameterSet.Allocate(layout);
        for (var i = 0; i < arrays.Length; i++)
        {
            if (arrays[i].Type == ElementType.Float64)
            {
                Array.ConvertAll(arrays[i].Values, v => (double)v).CopyTo(set.Values<double>(i));
            }
            else
            {
                arrays[i].Values.CopyTo(set.Values<float>(i));
            }
        }

        using var stream = new MemoryStream();
        ParameterCodecs.Get("npz").Write(set, stream, CancellationToken.None);
        return stream.ToArray();
    }

    /// <summary>The same model, its arrays deflated: other bytes of another length.</summary>
    public static byte[] Compress(byte[] model)
    {
        using var stream = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(model)))
        using (var target = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in source.Entries)
            {
                using var from = entry.Open();
                using var to = target.CreateEntry(entry.FullName).Open();
                from.CopyTo(to);
            }
        }

        return stream.ToArray();
    }

    /// <summary>The first array of a model, as npz unless another codec is given.</summary>
    public static float[] Decode(byte[] model, IParameterCodec? codec = null)
    {
        using var reader = (codec ?? ParameterCodecs.Get("npz")).Open(ByteSource.FromMemory(model), DecodeLimits.Default);
        using var set = ParameterSet.Allocate(reader.Layout);
        reader.ReadInto(set, DecodeOptions.Default, CancellationToken.None);
        return [.. set.Values<float>(0)];
    }
}
