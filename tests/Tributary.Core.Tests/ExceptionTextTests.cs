// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests;

public sealed class ExceptionTextTests
{
    [Fact]
    public void Describe_NameOfAParameter_IsLeftOut()
    {
        Assert.Equal("It is wrong.", ExceptionText.Describe(new ArgumentException("It is wrong.", "layout")));
        Assert.Equal("It is wrong.", ExceptionText.Describe(new ArgumentException("It is wrong.")));
        Assert.Equal("It is (Parameter 'x').", ExceptionText.Describe(new InvalidOperationException("It is (Parameter 'x').")));
    }
}
