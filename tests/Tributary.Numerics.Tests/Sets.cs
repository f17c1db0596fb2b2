// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Tributary.Numerics.Tests;

/// <summary>Small parameter sets, and what tests do with them.</summary>
internal static class Sets
{
    public static ParameterLayout Layout(params ImmutableArray<ArraySpec> arrays) => new(arrays);

    public static ParameterSet Vector<T>(ElementType type, params T[] values)
        where T : unmanaged => Array("0", type, [values.Length], values);

    public static ParameterSet Array<T>(string name, ElementType type, ImmutableArray<long> shape, params T[] values)
        where T : unmanaged
    {
        var set = ParameterSet.Allocate(Layout(new ArraySpec(name, type, shape)));
        values.CopyTo(set.Values<T>(0));
        return set;
    }

    public static ParameterSet Random(ParameterLayout layout, int seed)
    {
        var random = new Random(seed);
        var set = ParameterSet.Allocate(layout);
        for (var i = 0; i < layout.Arrays.Length; i++)
        {
            var bytes = AllBytes(set, i);
            random.NextBytes(bytes);
            if (layout.Arrays[i].Type == ElementType.Boolean)
            {
                foreach (ref var value in bytes)
                {
                    value &= 1;
                }
            }
        }

        return set;
    }

    /// <summary>Random values near 1 in every float array, anything in integer arrays: sums stay finite.</summary>
    public static ParameterSet RandomFinite(ParameterLayout layout, int seed)
    {
        var random = new Random(seed);
        var set = Random(layout, seed);
        for (var i = 0; i < layout.Arrays.Length; i++)
        {
            switch (layout.Arrays[i].Type)
            {
                case ElementType.Float16: Fill(set.Values<Half>(i), () => (Half)Next()); break;
                case ElementType.BFloat16: Fill(set.Values<ushort>(i), () => (ushort)(BitConverter.SingleToUInt32Bits((float)Next()) >> 16)); break;
                case ElementType.Float32: Fill(set.Values<float>(i), () => (float)Next()); break;
                case ElementType.Float64: Fill(set.Values<double>(i), Next); break;
                default: break;
            }
        }

        return set;

        double Next() => (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-12, 4));
    }

    /// <summary>Up to five arrays of any type and small shape, zero dimensions included.</summary>
    public static ParameterLayout RandomLayout(int seed, Func<ElementType, bool> allowed)
    {
        var random = new Random(seed);
        var types = Enum.GetValues<ElementType>().Where(allowed).ToArray();
        var names = new[] { "0", "1", "fc1.weight", "naïve/β", "a\"b\\c", "", "x.npy" };
        random.Shuffle(names);
        return new ParameterLayout([.. Enumerable.Range(0, random.Next(6)).Select(i => new ArraySpec(
            names[i], types[random.Next(types.Length)], [.. Enumerable.Range(0, random.Next(4)).Select(_ => (long)random.Next(7))]))]);
    }

    public static Span<byte> AllBytes(ParameterSet set, int array) => set.Bytes(array, 0, (int)set.Layout.Arrays[array].ByteLength);

    public static byte[] Encode(IParameterCodec codec, ParameterSet set)
    {
        using var stream = new MemoryStream();
        codec.Write(set, stream, CancellationToken.None);
        return stream.ToArray();
    }

    public static ParameterSet Decode(IParameterCodec codec, byte[] bytes, DecodeOptions? options = null, DecodeLimits? limits = null)
    {
        using var source = ByteSource.FromMemory(bytes);
        using var reader = codec.Open(source, limits ?? DecodeLimits.Default);
        return ReadInto(reader, reader.Layout, options);
    }

    public static ParameterSet DecodeAs(IParameterCodec codec, byte[] bytes, ParameterLayout layout, DecodeOptions? options = null)
    {
        using var source = ByteSource.FromMemory(bytes);
        using var reader = codec.Open(source, DecodeLimits.Default);
        return ReadInto(reader, layout, options);
    }

    public static ParameterFormatException Refused(IParameterCodec codec, byte[] bytes, DecodeOptions? options = null, DecodeLimits? limits = null) =>
        Assert.Throws<ParameterFormatException>(() => Decode(codec, bytes, options, limits).Dispose());

    public static void AssertSame(ParameterSet expected, ParameterSet actual)
    {
        Assert.Equal(expected.Layout, actual.Layout);
        for (var i = 0; i < expected.Layout.Arrays.Length; i++)
        {
            Assert.True(AllBytes(expected, i).SequenceEqual(AllBytes(actual, i)), $"Array {expected.Layout.Arrays[i]} differs.");
        }
    }

    public static ParameterSet Fold(IReadOnlyList<ParameterSet> updates, double[] weights, int threads = 1)
    {
        var mean = ParameterSet.Allocate(WeightedMean.ResultLayout(updates[0].Layout, updates.Count));
        WeightedMean.Fold(updates, weights, mean, threads, CancellationToken.None);
        return mean;
    }

    public static ParameterSet Reference(IReadOnlyList<ParameterSet> updates, double[] weights)
    {
        var mean = ParameterSet.Allocate(WeightedMean.ResultLayout(updates[0].Layout, updates.Count));
        WeightedMeanReference.Fold(updates, weights, mean);
        return mean;
    }

    private static ParameterSet ReadInto(ParameterReader reader, ParameterLayout layout, DecodeOptions? options)
    {
        var set = ParameterSet.Allocate(layout);
        try
        {
            reader.ReadInto(set, options ?? DecodeOptions.Default, CancellationToken.None);
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    private static void Fill<T>(Span<T> values, Func<T> next)
    {
        foreach (ref var value in values)
        {
            value = next();
        }
    }
}
