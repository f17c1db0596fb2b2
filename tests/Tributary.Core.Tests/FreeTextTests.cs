// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests;

public sealed class FreeTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\uFFFD", "a\uFFFD")]
    [InlineData("\0a\0\0", "\uFFFDa\uFFFD\uFFFD")]
    public void Clean_NullCharacters_AreReplaced(string text, string expected)
    {
        Assert.Equal(expected, FreeText.Clean(text));
        Assert.Equal(text != FreeText.Clean(text), FreeText.HoldsNull(text));
    }

    [Fact]
    public void HoldsNull_NoName_IsFalse() => Assert.False(FreeText.HoldsNull(null));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("twelve chars", "twelve cha…")]
    [InlineData("a\u001b[2J\nb", "a\uFFFD[2J\uFFFDb")]
    [InlineData("ninechars\U0001F600x", "ninechars…")]
    public void Excerpt_IsOneLineWithoutControlCharacters(string text, string expected) => Assert.Equal(expected, FreeText.Excerpt(text, 10));
}
