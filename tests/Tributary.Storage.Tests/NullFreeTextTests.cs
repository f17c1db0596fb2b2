// SPDX-License-Identifier: Apache-2.0

using Tributary.Storage.Relational;

namespace Tributary.Storage.Tests;

public sealed class NullFreeTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a\0b", "a\uFDD00b")]
    [InlineData("\uFDD0", "\uFDD01")]
    [InlineData("\uFDD0\uFDD00\0", "\uFDD01\uFDD010\uFDD00")]
    public void Escape_NullsAndMarks_ComeBack(string text, string kept)
    {
        Assert.Equal(kept, NullFreeText.Escape(text));
        Assert.Equal(text, NullFreeText.Unescape(kept));
    }

    /// <summary>Rows that another program has written.</summary>
    [Theory]
    [InlineData("a\uFDD0b")]
    [InlineData("\uFDD02")]
    [InlineData("a\uFDD0")]
    public void Unescape_MarkBeforeAnythingElse_DropsNothing(string text) => Assert.Equal(text, NullFreeText.Unescape(text));

    [Fact]
    public void Unescape_MarkBeforeASequence_KeepsBoth() => Assert.Equal("\uFDD0\0\uFDD0", NullFreeText.Unescape("\uFDD0\uFDD00\uFDD01"));
}
