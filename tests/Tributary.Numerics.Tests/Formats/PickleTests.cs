// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Formats.Pickle;

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Pickled lists of arrays.</summary>
public sealed class PickleTests
{
    [Theory]
    [MemberData(nameof(Written))]
    public void Read_WrittenByNumpy_HasTheValues(string name, byte[] pickle)
    {
        using var set = Sets.Decode(ParameterCodecs.Pickle, pickle);

        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.Float32, [2, 2]), new ArraySpec("1", ElementType.Int64, [])), set.Layout);
        Assert.True(set.Values<float>(0).SequenceEqual([1f, 2, 3, 4]), name);
        Assert.Equal(-7, set.Values<long>(1)[0]);
    }

    public static TheoryData<string, byte[]> Written()
    {
        var data = new TheoryData<string, byte[]>();
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Formats", "pickles.txt")).Where(l => !l.StartsWith('#')))
        {
            var (name, hex) = (line[..line.IndexOf(' ', StringComparison.Ordinal)], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            data.Add(name, Convert.FromHexString(hex));
        }

        return data;
    }

    /// <summary>As Python and numpy write it: <c>pickle.dumps([np.arange(256, dtype="u1")], 0)</c>.</summary>
    private const string AllBytes =
        "KGxwMApjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApwMQooY251bXB5Cm5kYXJyYXkKcDIKKEkwCnRwMwpjX2NvZGVjcwplbmNvZGUKcDQKKFZiCnA1Cl"
        + "ZsYXRpbjEKcDYKdHA3ClJwOAp0cDkKUnAxMAooSTEKKEkyNTYKdHAxMQpjbnVtcHkKZHR5cGUKcDEyCihWdTEKcDEzCkkwMApJMDEKdHAxNApScDE1CihJMwpWfApwMTYK"
        + "Tk5OSS0xCkktMQpJMAp0cDE3CmJJMDAKZzQKKFZcdTAwMDABAgMEBQYHCAlcdTAwMGELDFx1MDAwZA4PEBESExQVFhcYGVx1MDAxYRscHR4fICEiIyQlJicoKSorLC0uLz"
        + "AxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXHUwMDVjXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouM"
        + "jY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e"
        + "7v8PHy8/T19vf4+fr7/P3+/wpwMTgKZzYKdHAxOQpScDIwCnRwMjEKYmEu";

    [Fact]
    public void Read_EveryByteByProtocol0_HasTheValues()
    {
        using var set = Sets.Decode(ParameterCodecs.Pickle, Convert.FromBase64String(AllBytes));

        Assert.Equal(Enumerable.Range(0, 256).Select(i => (byte)i), set.Values<byte>(0).ToArray());
    }

    [Theory]
    [InlineData("\\u00zz1", "stands for no byte")]
    [InlineData("\\u0100111", "stands for no byte")]
    [InlineData("\\U00000100", "stands for no byte")]
    [InlineData("\\u00", "stands for no byte")]
    [InlineData("1234", "has 4 bytes of elements; expected 3")]
    [InlineData("\\a12", "has 4 bytes of elements; expected 3")]
    public void Read_TextThatSpellsNoElements_IsRefused(string text, string reason)
    {
        Assert.Contains(reason, Sets.Refused(ParameterCodecs.Pickle, ThreeBytes(text)).Message, StringComparison.Ordinal);
    }

    /// <summary>A backslash before anything but u stands for itself, as does what follows it.</summary>
    [Theory]
    [InlineData("\\a1", "\\a1")]
    [InlineData("12\\", "12\\")]
    [InlineData("\\\\u", "\\\\u")]
    [InlineData("\\U0000004112", "A12")]
    public void Read_Backslash_IsReadAsPythonDoes(string text, string expected)
    {
        using var set = Sets.Decode(ParameterCodecs.Pickle, ThreeBytes(text));

        Assert.Equal(expected, Encoding.Latin1.GetString(set.Values<byte>(0)));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Recognize_ListOfArrays_IsToldByItsBegin(string name, byte[] pickle) =>
        Assert.True(PickleScanner.IsPickle(pickle) || PickleScanner.MayBeList(pickle), name);

    [Fact]
    public void Write_AnyArrays_AreReadBack()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            using var set = Sets.Random(Numbered(Sets.RandomLayout(seed, type => type.NumpyDescriptor is not null)), seed);
            var bytes = Sets.Encode(ParameterCodecs.Pickle, set);

            Assert.Equal(ParameterCodecs.Pickle.EncodedLength(set.Layout), bytes.Length);
            using var read = Sets.Decode(ParameterCodecs.Pickle, bytes, new DecodeOptions { RequireFinite = false });
            Sets.AssertSame(set, read);
        }
    }

    [Fact]
    public void Write_BFloat16_IsRefused()
    {
        using var set = Sets.Vector<ushort>(ElementType.BFloat16, 1);

        Assert.Throws<ArgumentException>(() => Sets.Encode(ParameterCodecs.Pickle, set));
    }

    [Fact]
    public void Read_CutAnywhere_IsRefused()
    {
        using var set = Sets.Vector(ElementType.Float32, 1f, 2);
        var bytes = Sets.Encode(ParameterCodecs.Pickle, set);
        for (var length = 0; length < bytes.Length; length++)
        {
            Sets.Refused(ParameterCodecs.Pickle, bytes[..length]);
        }
    }

    [Theory]
    [InlineData("cos\nsystem\n(S'id'\ntR.", "os.system")]
    [InlineData("cnumpy\nload\n.", "numpy.load")]
    [InlineData("cnumpy.core.multiarray\nscalar\n.", "numpy.core.multiarray.scalar")]
    [InlineData("c__builtin__\neval\n.", "__builtin__.eval")]
    [InlineData("(ios\nsystem\n.", "os.system")]
    [InlineData("Pid\n.", "a persistent id")]
    [InlineData("\u0082\u0001.", "extension 1")]
    [InlineData("\u008C\u0002os\u008C\u0006system\u0093.", "os.system")]
    [InlineData("V\\u006fs\nVsystem\n\u0093.", "computed")]
    [InlineData("]", "inside an operation")]
    [InlineData("].x", "1 bytes follow")]
    [InlineData("N.", "something else than a list")]
    [InlineData("](NNe.", "item 0 of its list is no array")]
    [InlineData("]cnumpy\nndarray\na.", "item 0 of its list is no array")]
    [InlineData("cnumpy\nndarray\n)R.", "in a way that weights do not need")]
    [InlineData("cnumpy\ndtype\n(Vf4\nI0\nI1\ntR)b.", "a state that arrays do not have")]
    [InlineData("cnumpy\ndtype\n(VO8\nI0\nI1\ntR.", "'O8'")]
    [InlineData("0.", "stack")]
    [InlineData("t.", "mark")]
    [InlineData("g5\n.", "memo 5")]
    [InlineData("\u0080\u0006.", "protocol 6")]
    [InlineData("\u00FF.", "0xFF")]
    [InlineData("gabc\n.", "no number")]
    [InlineData("\u008E\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF.", "inside an operation")]
    [InlineData("\u0095\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F.", "inside an operation")]
    public void Read_AnythingElse_IsRefusedWithTheReason(string pickle, string reason)
    {
        var refused = Sets.Refused(ParameterCodecs.Pickle, Encoding.Latin1.GetBytes(pickle));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessOperations_AreRefused()
    {
        var bytes = new byte[1_000_001];
        bytes.AsSpan().Fill((byte)'(');

        Assert.Equal(ParameterFormatError.LimitExceeded, Sets.Refused(ParameterCodecs.Pickle, bytes).Code);
    }

    [Fact]
    public void Read_ElementsThatDoNotFillTheShape_AreRefused()
    {
        using var set = Sets.Vector(ElementType.Float32, 1f, 2);
        var bytes = Sets.Encode(ParameterCodecs.Pickle, set);
        var dimension = bytes.AsSpan().IndexOf("J\u0002\0\0\0"u8) + 1;
        bytes[dimension] = 3;

        Assert.Equal(ParameterFormatError.Truncated, Sets.Refused(ParameterCodecs.Pickle, bytes).Code);
    }

    /// <summary>A pickle of protocol 0 with one array of three bytes, which a text spells.</summary>
    private static byte[] ThreeBytes(string text) => Encoding.Latin1.GetBytes(
        "(lcnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntVb\ntR(I1\n(I3\ntcnumpy\ndtype\n(Vu1\nI00\nI01\ntRI00\n"
        + $"c_codecs\nencode\n(V{text}\nVlatin1\ntRtba.");

    private static ParameterLayout Numbered(ParameterLayout layout) =>
        new([.. layout.Arrays.Select((array, i) => new ArraySpec($"{i}", array.Type, array.Shape))]);
}
