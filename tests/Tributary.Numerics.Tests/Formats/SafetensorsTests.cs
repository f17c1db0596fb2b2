// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

public sealed class SafetensorsTests
{
    private static readonly IParameterCodec Safetensors = ParameterCodecs.Get("safetensors");

    [Fact]
    public void Read_PublishedExample_Works()
    {
        var bytes = File("""{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[2,10]},"h":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}""", 10);
        bytes.AsSpan(^8..).Clear();
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(^4..), 1.5f);

        using var set = Sets.Decode(Safetensors, bytes);
        Assert.Equal(Sets.Layout(new ArraySpec("w", ElementType.Float32, [1, 2]), new ArraySpec("h", ElementType.BFloat16, [])), set.Layout);
        Assert.Equal([0f, 1.5f], set.Values<float>(0).ToArray());
    }

    [Fact]
    public void Write_Header_IsDeterministicAndAligned()
    {
        using var set = Sets.Array("w", ElementType.Float16, [1], (Half)1);
        var bytes = Sets.Encode(Safetensors, set);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);

        Assert.Equal(0, (length + 8) % 64);
        Assert.Equal("""{"w":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}""", Encoding.UTF8.GetString(bytes, 8, (int)length).TrimEnd(' '));
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, ParameterFormatError.Truncated)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 5, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, ParameterFormatError.Truncated)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, ParameterFormatError.LimitExceeded)]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}""", 1, ParameterFormatError.UnsupportedType)]
    [InlineData("""{"w":{"dtype":4,"shape":[1],"data_offsets":[0,1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":[1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"v":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, ParameterFormatError.DuplicateName)]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, ParameterFormatError.DuplicateName)]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, ParameterFormatError.Malformed)]
    [InlineData("""{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} x""", 1, ParameterFormatError.Malformed)]
    [InlineData("""[1]""", 0, ParameterFormatError.Malformed)]
    [InlineData("""{"w":1}""", 0, ParameterFormatError.Malformed)]
    [InlineData("""{""", 0, ParameterFormatError.Malformed)]
    [InlineData("", 0, ParameterFormatError.Malformed)]
    public void Read_BadHeader_IsRefused(string header, int dataLength, ParameterFormatError code) =>
        Assert.Equal(code, Sets.Refused(Safetensors, File(header, dataLength)).Code);

    [Fact]
    public void Read_AbsurdHeaderLength_IsRefused()
    {
        foreach (var (length, code) in new[] { (ulong.MaxValue, ParameterFormatError.LimitExceeded), (100UL, ParameterFormatError.Truncated) })
        {
            var bytes = File("{}", 0);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            Assert.Equal(code, Sets.Refused(Safetensors, bytes).Code);
        }

        Assert.Equal(ParameterFormatError.Truncated, Sets.Refused(Safetensors, [1, 2, 3]).Code);
    }

    [Fact]
    public void Write_MetadataAsArrayName_IsRefused()
    {
        using var set = ParameterSet.Allocate(Sets.Layout(new ArraySpec("__metadata__", ElementType.Int8, [])));
        Assert.Throws<ArgumentException>(() => Sets.Encode(Safetensors, set));
    }

    private static byte[] File(string header, int dataLength)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, text.Length);
        text.CopyTo(bytes, 8);
        return bytes;
    }
}
