// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests;

public sealed class IdentifierTests
{
    public static TheoryData<string> FileSafe => ["a", "0", "a-b_c.d", "A.", "x..y", new string('a', 128)];

    public static TheoryData<string> NotFileSafe =>
        ["", ".", "..", ".a", "-a", "_a", "../evil", "a/b", "a\\b", "a b", "a\0", "a\n", "ä", "a%2F", new string('a', 129)];

    [Theory]
    [MemberData(nameof(FileSafe))]
    public void ModelAndSessionId_FileSafeText_Parses(string text)
    {
        Assert.True(ModelId.TryParse(text, out var model));
        Assert.Equal(text, model.Value);
        Assert.Equal(text, SessionId.Parse(text).ToString());
    }

    [Theory]
    [MemberData(nameof(NotFileSafe))]
    public void ModelAndSessionId_AnyOtherText_IsRefused(string text)
    {
        Assert.False(ModelId.TryParse(text, out _));
        Assert.False(SessionId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ModelId.Parse(text));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("../a b/ä")]
    [InlineData("client:1")]
    public void ClientId_TextWithoutControlCharacters_Parses(string text) => Assert.Equal(text, ClientId.Parse(text).Value);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a\u0000")]
    [InlineData("a\nb")]
    [InlineData("\u0085")]
    public void ClientId_ControlCharacters_IsRefused(string? text) => Assert.False(ClientId.TryParse(text, out _));

    [Fact]
    public void ClientId_257Characters_IsRefused()
    {
        Assert.True(ClientId.TryParse(new string('a', 256), out _));
        Assert.False(ClientId.TryParse(new string('a', 257), out _));
    }

    [Fact]
    public void ClientIds_Order_IsOrdinal()
    {
        ClientId[] sorted = [.. new[] { "b", "a", "B", "10", "9", "ä" }.Select(ClientId.Parse).Order()];

        Assert.Equal(["10", "9", "B", "a", "b", "ä"], sorted.Select(c => c.Value));
    }

    [Fact]
    public void IdSource_SameSeed_SameIds()
    {
        var (first, second) = (IdSource.Seeded(7), IdSource.Seeded(7));

        Assert.Equal(Enumerable.Range(0, 10).Select(_ => first.Next()), Enumerable.Range(0, 10).Select(_ => second.Next()).ToList());
    }

    [Fact]
    public void IdSource_Unpredictable_GivesDistinctVersion4Uuids()
    {
        var ids = Enumerable.Range(0, 100).Select(_ => IdSource.Unpredictable.Next()).ToList();

        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id));
    }
}
