// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

public sealed class RawAndRegistryTests : FolderTests
{
    [Theory]
    [InlineData("raw-float32", 4)]
    [InlineData("raw-float64", 8)]
    public void Raw_PartialValueAtTheEnd_IsRefused(string name, int size)
    {
        for (var extra = 1; extra < size; extra++)
        {
            Assert.Equal(ParameterFormatError.Truncated, Sets.Refused(ParameterCodecs.Get(name), new byte[size + extra]).Code);
        }
    }

    [Fact]
    public void Raw_Empty_IsAnEmptyVector()
    {
        using var set = Sets.Decode(ParameterCodecs.Get("raw-float32"), []);
        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.Float32, [0])), set.Layout);
    }

    [Fact]
    public void Raw_OtherType_IsNotWritten()
    {
        using var set = Sets.Vector(ElementType.Float64, 1.0);
        Assert.Throws<ArgumentException>(() => Sets.Encode(ParameterCodecs.Get("raw-float32"), set));
    }

    [Fact]
    public void Raw_Limits_AreHeld() => Assert.Equal(
        ParameterFormatError.LimitExceeded,
        Sets.Refused(ParameterCodecs.Get("raw-float32"), new byte[8], limits: new DecodeLimits { MaxTotalBytes = 7 }).Code);

    [Fact]
    public void Get_EveryName_IsThatCodec()
    {
        Assert.Equal(["json", "npy", "npz", "raw-float32", "raw-float64", "safetensors"], ParameterCodecs.Names);
        foreach (var name in ParameterCodecs.Names)
        {
            Assert.Equal(name, ParameterCodecs.Get(name).Name);
        }
    }

    [Fact]
    public void Get_UnknownName_ListsTheNames()
    {
        Assert.False(ParameterCodecs.TryGet("pickle", out _));
        var exception = Assert.Throws<ArgumentException>(() => ParameterCodecs.Get("pickle"));
        Assert.StartsWith("There is no parameter codec 'pickle'. Codecs: json, npy, npz,", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadInto_Cancelled_Stops()
    {
        using var set = Sets.Vector(ElementType.Float32, 1f);
        foreach (var name in new[] { "npz", "npy", "raw-float32", "safetensors" })
        {
            using var source = ByteSource.FromMemory(Sets.Encode(ParameterCodecs.Get(name), set));
            using var reader = ParameterCodecs.Get(name).Open(source, DecodeLimits.Default);
            Assert.ThrowsAny<OperationCanceledException>(() => reader.ReadInto(set, DecodeOptions.Default, new CancellationToken(canceled: true)));
        }
    }

    [Fact]
    public void FromFile_ReadsLikeFromMemory()
    {
        var path = Folder.Combine("file");
        File.WriteAllBytes(path, Convert.FromBase64String(NpzFixtureTests.N3));
        using var source = ByteSource.FromFile(path);
        using var reader = ParameterCodecs.Get("npz").Open(source, DecodeLimits.Default);
        using var set = ParameterSet.Allocate(reader.Layout);
        reader.ReadInto(set, DecodeOptions.Default, CancellationToken.None);
        Assert.Equal([1f, 2, 3, 4], set.Values<float>(0).ToArray());
    }
}
