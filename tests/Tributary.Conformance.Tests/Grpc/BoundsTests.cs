// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Tributary.Conformance.Tests.Grpc;

/// <summary>The memory that clients can make the server hold.</summary>
public sealed class BoundsTests
{
    private const string Upload = "/fedn.ModelService/Upload";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(65_535, 65_535)]
    [InlineData(100_000, 1 << 20)]
    public async Task StreamWindow_HandlerDoesNotRead_TakesAWindowAndNoMore(int stream, int connection)
    {
        await using var host = await GrpcHost.StartProbesAsync($"Grpc:StreamWindowBytes={stream}", $"Grpc:ConnectionWindowBytes={connection}");
        await using var raw = await RawConnection.OpenAsync(host.Address);
        Assert.Equal((stream, connection), raw.Windows);
        await raw.BeginAsync(host.Address, 1, Upload, ("deed", "stall"), ("name", "x"));

        await raw.SendDataAsync(1, Frame(stream));
        Assert.DoesNotContain(await raw.PingAsync(), frame => frame.Type is RawFrameType.WindowUpdate or RawFrameType.Reset or RawFrameType.GoAway);
        await host.Probes.BeginOf("x");
        host.Probes.Open("x");
        await raw.ReadUntilAsync(frame => frame is { Type: RawFrameType.WindowUpdate, Stream: 1 });

        // And beyond what has been granted: the server takes no more, and says why.
        await raw.BeginAsync(host.Address, 3, Upload, ("deed", "stall"), ("name", "y"));
        await raw.SendDataAsync(3, Frame(stream + 1));
        const uint FlowControlError = 3;
        var refusal = (await raw.ReadUntilAsync(frame => frame.Type is RawFrameType.Reset or RawFrameType.GoAway))[^1];
        Assert.Equal(FlowControlError, refusal.Number);
    }

    [Fact]
    public async Task ConnectionWindow_TwoStalledUploads_OtherCallsAreServed()
    {
        await using var host = await GrpcHost.StartProbesAsync("Grpc:StreamWindowBytes=65535", "Grpc:ConnectionWindowBytes=262140");
        await using var raw = await RawConnection.OpenAsync(host.Address);
        await raw.BeginAsync(host.Address, 1, Upload, ("deed", "stall"), ("name", "x"));
        await raw.SendDataAsync(1, Frame(65_535));
        await raw.BeginAsync(host.Address, 3, Upload, ("deed", "stall"), ("name", "y"));
        await raw.SendDataAsync(3, Frame(65_535));

        await raw.BeginAsync(host.Address, 5, Upload);
        await raw.SendDataAsync(5, Frame(50_000));

        await raw.ReadUntilAsync(frame => frame is { Type: RawFrameType.WindowUpdate or RawFrameType.Headers, Stream: 5 });
    }

    [Fact]
    public async Task Message_ThatStopsInTheMiddle_EndsItsUploadInTimeAndNoOther()
    {
        await using var host = await GrpcHost.StartProbesAsync("Grpc:MessageTime=00:00:01");
        await using var raw = await RawConnection.OpenAsync(host.Address);
        foreach (var stream in (int[])[1, 3, 5, 7])
        {
            await raw.BeginAsync(host.Address, stream, Upload);
            await raw.SendDataAsync(stream, Frame(30_000));
        }

        var ended = new OrderedDictionary<int, string>();
        await raw.ReadUntilAsync(frame =>
        {
            if (frame.Type == RawFrameType.Headers)
            {
                ended[frame.Stream] = System.Text.Encoding.ASCII.GetString(frame.Payload);
            }

            return ended.Count == 4;
        });

        // The headers of the later ones refer to those of the first.
        Assert.Contains("No message has arrived whole for 00:00:01; expected each within Grpc:MessageTime", ended.Values.First(), StringComparison.Ordinal);
        Assert.True(await AnswersAsync(host, Token));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public async Task BufferedBytes_ManyConnectionsThatAreNotRead_StayWithinTheBoundAndGiveAllBack(int atOnce)
    {
        const int Bound = 4 << 20;
        const int Window = 1 << 20;
        await using var host = await GrpcHost.StartProbesAsync(
            $"Grpc:StreamWindowBytes={Window}", $"Grpc:ConnectionWindowBytes={Window}", $"Grpc:MaxBufferedBytes={Bound}");

        // What the first flood kept would be missing in the second.
        for (var flood = 0; flood < 3; flood++)
        {
            Assert.InRange(await FloodAsync(host, 32, atOnce, Window), atOnce == 1 ? 1 : 0, Bound / Window);
            await Eventually.BecomesAsync("an answer", token => AnswersAsync(host, token), answers => answers, TestLimits.Step, Token);
        }
    }

    [Theory]
    [InlineData("Grpc:StreamWindowBytes=65534", "Grpc:StreamWindowBytes is 65534; expected 65535 to 1073741824.")]
    [InlineData(
        "Grpc:ConnectionWindowBytes=65535", "Grpc:ConnectionWindowBytes is 65535; expected Grpc:StreamWindowBytes (4194304) to 1073741824.")]
    [InlineData(
        "Grpc:ConnectionWindowBytes=1073741825",
        "Grpc:ConnectionWindowBytes is 1073741825; expected Grpc:StreamWindowBytes (4194304) to 1073741824.")]
    [InlineData(
        "Grpc:MaxBufferedBytes=16777215",
        "Grpc:MaxBufferedBytes is 16777215; expected 0, or Grpc:ConnectionWindowBytes (16777216) or more.")]
    [InlineData("Grpc:MessageTime=00:00:00", "Grpc:MessageTime is 00:00:00; expected 00:00:01 to 1.00:00:00.")]
    [InlineData("Grpc:MaxBufferedBytes=-1", "Grpc:MaxBufferedBytes is -1; expected 0, or Grpc:ConnectionWindowBytes (16777216) or more.")]
    public async Task Setting_OutOfBounds_StopsTheStart(string setting, string message) =>
        Assert.Equal([message], (await Assert.ThrowsAsync<OptionsValidationException>(() => GrpcHost.StartProbesAsync(setting))).Failures);

    /// <summary>Returns the beginning of a message of 4 MB, <paramref name="length"/> bytes long: its handler waits for the rest.</summary>
    private static byte[] Frame(int length)
    {
        var bytes = new byte[length];
        new byte[] { 0, 0, 0x3d, 0x09, 0 }.CopyTo(bytes, 0);
        return bytes;
    }

    /// <summary>Opens uploads that their handlers do not read, and returns the number of those whose window the server took in.</summary>
    private static async Task<int> FloodAsync(GrpcHost host, int connections, int atOnce, int window)
    {
        var open = new ConcurrentBag<RawConnection>();
        var taken = 0;
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = Token }, async (i, _) =>
        {
            try
            {
                var raw = await RawConnection.OpenAsync(host.Address);
                open.Add(raw);
                await raw.BeginAsync(host.Address, 1, Upload, ("deed", "stall"), ("name", $"{i}"));
                await raw.SendDataAsync(1, Frame(window));
                await raw.PingAsync();
                Interlocked.Increment(ref taken);
            }
            catch (IOException)
            {
                // The server has closed it: a client finds the server unavailable.
            }
        });
        foreach (var raw in open)
        {
            await raw.DisposeAsync();
        }

        return taken;
    }

    private static async Task<bool> AnswersAsync(GrpcHost host, CancellationToken cancellationToken)
    {
        await using var peer = host.Peer("a");
        try
        {
            return (await peer.Connector.SendStatusAsync(new() { Data = "here" }, cancellationToken: cancellationToken)).Response_ == "here";
        }
        catch (RpcException lost)
        {
            return lost.StatusCode == StatusCode.Unavailable ? false : throw new InvalidOperationException($"A full server answered {lost.Status}.", lost);
        }
    }
}
