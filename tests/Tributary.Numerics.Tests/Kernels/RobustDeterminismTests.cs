// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Kernels;

public sealed class RobustDeterminismTests
{
    [Fact]
    public async Task RobustAndAdaptiveKernels_AnyThreadsAndVectorWidth_GiveTheSameBits()
    {
        var expected = (await ChildProcess.RunAsync(RobustDeterminism.Name)).Split(' ');
        Assert.Equal(2, expected.Length);
        foreach (var feature in new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" })
        {
            var output = (await ChildProcess.RunAsync(RobustDeterminism.Name, (feature, "0"))).Split(' ');
            Assert.Equal(expected[1..], output[1..]);
        }
    }
}
