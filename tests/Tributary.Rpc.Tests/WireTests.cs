// SPDX-License-Identifier: Apache-2.0

using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Rpc.Tests;

/// <summary>What goes into headers: texts, timeouts, metadata.</summary>
public sealed class WireTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text!", "plain text!")]
    [InlineData("100%", "100%25")]
    [InlineData("nötig\n", "n%C3%B6tig%0A")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void PercentEncoding_Text_IsAsTheSpecificationSays(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text, 1000));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Fact]
    public void PercentEncoding_AnyText_RoundTripsInAscii() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var whole = string.Concat(text.Get.EnumerateRunes());
            var encoded = PercentEncoding.Encode(text.Get, int.MaxValue);
            return encoded.All(c => c is >= ' ' and <= '~') && PercentEncoding.Decode(encoded) == whole;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PercentEncoding_AnyLimit_CutsBetweenCharacters() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<PositiveInt>(), (text, limit) =>
        {
            var whole = string.Concat(text.Get.EnumerateRunes());
            var encoded = PercentEncoding.Encode(text.Get, limit.Get);
            return encoded.Length <= limit.Get && whole.StartsWith(PercentEncoding.Decode(encoded), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("50%")]
    [InlineData("%zz")]
    [InlineData("%4")]
    public void PercentEncoding_BrokenEscape_StaysAsItIs(string text) => Assert.Equal(text, PercentEncoding.Decode(text));

    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("4m", 4)]
    [InlineData("5000u", 5)]
    [InlineData("6000000n", 6)]
    [InlineData("0S", 0)]
    public void TimeoutEncoding_EveryUnit_IsRead(string text, int milliseconds)
    {
        Assert.True(TimeoutEncoding.TryDecode(text, out var timeout));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), timeout);
    }

    [Theory]
    [InlineData(0, "0u")]
    [InlineData(1, "1000u")]
    [InlineData(300_000, "300000m")]
    [InlineData(99_999_999_000, "99999999S")]
    [InlineData(400_000_000_000, "111112H")]
    [InlineData(900_000_000_000_000, "99999999H")]
    public void TimeoutEncoding_AnyLength_HasAtMostEightDigits(long milliseconds, string text) =>
        Assert.Equal(text, TimeoutEncoding.Encode(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void TimeoutEncoding_AnyTimeout_NeverBecomesShorter()
    {
        var longest = TimeSpan.FromHours(99_999_999);
        Prop.ForAll(ArbMap.Default.ArbFor<TimeSpan>(), timeout =>
        {
            var text = TimeoutEncoding.Encode(timeout);
            return text.Length <= 9 && TimeoutEncoding.TryDecode(text, out var decoded) && decoded >= (timeout < longest ? timeout : longest);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("ümlaut")]
    [InlineData(":path")]
    [InlineData("grpc-timeout")]
    [InlineData("Grpc-Anything")]
    [InlineData("content-type")]
    [InlineData("te")]
    public void Metadata_KeyNotAllowed_IsRefused(string key) => Assert.ThrowsAny<ArgumentException>(() => new RpcMetadata().Add(key, "value"));

    [Theory]
    [InlineData("nötig")]
    [InlineData("line\nbreak")]
    [InlineData(" blank before")]
    [InlineData("blank after ")]
    public void Metadata_ValueNotAscii_IsRefused(string value) => Assert.Throws<ArgumentException>(() => new RpcMetadata().Add("key", value));

    [Fact]
    public void Metadata_TextAndBytes_KeepToTheirKeys()
    {
        var metadata = new RpcMetadata();

        Assert.Throws<ArgumentException>(() => metadata.Add("key-bin", "text"));
        Assert.Throws<ArgumentException>(() => metadata.Add("key", [1]));
        Assert.Empty(metadata);
    }

    [Fact]
    public void Metadata_RepeatedKeys_KeepTheirOrder()
    {
        var metadata = new RpcMetadata();
        metadata.Add("A", "1");
        metadata.Add("b-Bin", [2]);
        metadata.Add("a", "3");

        Assert.Equal(["a", "b-bin", "a"], metadata.Select(entry => entry.Key));
        Assert.Equal(["1", "3"], metadata.GetAllText("a"));
        Assert.Equal("3", metadata.GetText("A"));
        Assert.Equal([2], metadata.GetBytes("b-bin")!.Value.ToArray());
        Assert.Null(metadata.GetText("c"));
        Assert.Null(metadata.GetBytes("a"));
        Assert.Equal(3, metadata.Count);
    }

    [Fact]
    public void StatusCodes_OnTheWire_AreTheSeventeenOfGrpc() => Assert.Equal(
        "Ok=0 Cancelled=1 Unknown=2 InvalidArgument=3 DeadlineExceeded=4 NotFound=5 AlreadyExists=6 PermissionDenied=7 ResourceExhausted=8 "
        + "FailedPrecondition=9 Aborted=10 OutOfRange=11 Unimplemented=12 Internal=13 Unavailable=14 DataLoss=15 Unauthenticated=16",
        string.Join(' ', Enum.GetValues<RpcStatusCode>().Select(code => $"{code}={(int)code}")));

    [Fact]
    public void Exception_WithStatusOk_IsRefused() => Assert.Throws<ArgumentException>(() => new RpcException(RpcStatus.Ok));
}
