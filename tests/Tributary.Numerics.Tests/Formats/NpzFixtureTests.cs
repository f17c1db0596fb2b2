// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Complete files as numpy wrote them.</summary>
public sealed class NpzFixtureTests
{
    internal const string N1 =
        "UEsDBBQAAAAIAAAAIQCayqvnTAAAAIgAAAAFABQAMC5ucHkBABAAiAAAAAAAAABMAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSY"
        + "F59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4GhgZ7BgYGBwBQSwECFAMUAAAACAAAACEAmsqr50wAAACIAAAABQAAAAAAAAAAAAAAgAEAAAAAMC5u"
        + "cHlQSwUGAAAAAAEAAQAzAAAAgwAAAAAA";

    internal const string N2 =
        "UEsDBBQAAAAAAAAAIQCayqvniAAAAIgAAAAFABQAMC5ucHkBABAAiAAAAAAAAACIAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJzogJzxmNCcsICdmb3J0cmFu"
        + "X29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgyLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAKAACAPwAAAEBQSwMEFAAAAAAAAAAhAF6/1S6IAAAAiAAAAAUAFAAxLm5weQEAEACIAAAAAAAAAIgAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnPGk4"
        + "JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKCksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
        + "ICAgICAgICAgICAgIAoFAAAAAAAAAFBLAQIUAxQAAAAAAAAAIQCayqvniAAAAIgAAAAFAAAAAAAAAAAAAACAAQAAAAAwLm5weVBLAQIUAxQAAAAAAAAAIQBe"
        + "v9UuiAAAAIgAAAAFAAAAAAAAAAAAAACAAb8AAAAxLm5weVBLBQYAAAAAAgACAGYAAAB+AQAAAAA=";

    internal const string N3 =
        "UEsDBBQAAAAIAAAAIQBO+yB1UwAAAJAAAAAOABQAZmMxLndlaWdodC5ucHkBABAAkAAAAAAAAABTAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKu"
        + "o6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGBnsGBgYHIALiBgcAUEsDBBQAAAAIAAAAIQDZtrroRgAAAIgAAAAFABQAbi5u"
        + "cHkBABAAiAAAAAAAAABGAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5Gpo6CrUKFAEuZgYI"
        + "AABQSwECFAMUAAAACAAAACEATvsgdVMAAACQAAAADgAAAAAAAAAAAAAAgAEAAAAAZmMxLndlaWdodC5ucHlQSwECFAMUAAAACAAAACEA2ba66EYAAACIAAAA"
        + "BQAAAAAAAAAAAAAAgAGTAAAAbi5ucHlQSwUGAAAAAAIAAgBvAAAAEAEAAAAA";

    internal const string N4 =
        "UEsDBBQAAAAIAAAAIQALJ2DbWQAAALAAAAAFABQAMC5ucHkBABAAsAAAAAAAAABZAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSY"
        + "F59flJIKEg8pKk0FChdnJBakArkaRjoKxpo6CrUK5AMuBjD4YA+hBRwgNAOUFoHSHFBawgEAUEsBAhQDFAAAAAgAAAAhAAsnYNtZAAAAsAAAAAUAAAAAAAAA"
        + "AAAAAIABAAAAADAubnB5UEsFBgAAAAABAAEAMwAAAJAAAAAAAA==";

    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Fact]
    public void N1_Deflated_IsRead()
    {
        using var set = Sets.Decode(Npz, Convert.FromBase64String(N1));

        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.Float32, [2])), set.Layout);
        Assert.Equal([1f, 2], set.Values<float>(0).ToArray());
    }

    [Fact]
    public void N2_StoredWithScalar_IsRead()
    {
        using var set = Sets.Decode(Npz, Convert.FromBase64String(N2));

        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.Float32, [2]), new ArraySpec("1", ElementType.Int64, [])), set.Layout);
        Assert.Equal([1f, 2], set.Values<float>(0).ToArray());
        Assert.Equal([5L], set.Values<long>(1).ToArray());
    }

    [Fact]
    public void N3_DottedNames_AreKept()
    {
        using var set = Sets.Decode(Npz, Convert.FromBase64String(N3));

        Assert.Equal(Sets.Layout(new ArraySpec("fc1.weight", ElementType.Float32, [2, 2]), new ArraySpec("n", ElementType.Int64, [])), set.Layout);
        Assert.Equal([1f, 2, 3, 4], set.Values<float>(0).ToArray());
        Assert.Equal([3L], set.Values<long>(1).ToArray());
    }

    [Fact]
    public void N4_ColumnMajor_IsReadInRowOrder()
    {
        using var set = Sets.Decode(Npz, Convert.FromBase64String(N4));

        Assert.Equal(Sets.Layout(new ArraySpec("0", ElementType.Float64, [2, 3])), set.Layout);
        Assert.Equal([1.0, 2, 3, 4, 5, 6], set.Values<double>(0).ToArray());
    }

    [Fact]
    public void N2_IntoAnotherOrderAndFloat64_IsMappedByName()
    {
        var layout = Sets.Layout(new ArraySpec("1", ElementType.Float64, []), new ArraySpec("0", ElementType.Float32, [2]));
        using var set = Sets.DecodeAs(Npz, Convert.FromBase64String(N2), layout);

        Assert.Equal([5.0], set.Values<double>(0).ToArray());
        Assert.Equal([1f, 2], set.Values<float>(1).ToArray());
    }

    [Fact]
    public void N1_EveryTruncation_IsRefused()
    {
        var bytes = Convert.FromBase64String(N1);
        for (var length = 0; length < bytes.Length; length++)
        {
            Sets.Refused(Npz, bytes[..length]);
        }
    }
}
