// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Microsoft.AspNetCore.Routing;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>The methods that clients are held against; the script that plays the server in Python has the same ones.</summary>
internal sealed class TestService
{
    public const string Name = "tributary.rpc.tests.Test";

    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _ends = new();

    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _beginnings = new();

    /// <summary>A call to Wait, Idle or Drain with that text has reached its handler: headers go out before that.</summary>
    public Task BeginOf(string text) => Signal(_beginnings, text).Task.WaitAsync(TestLimits.Step, TimeProvider.System);

    /// <summary>How a call to Wait, Idle or Drain with that text ended.</summary>
    public Task<string> EndOf(string text) => Signal(_ends, text).Task.WaitAsync(TestLimits.Step, TimeProvider.System);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRpcUnary<Note, Note>($"{Name}/Echo", EchoAsync);
        endpoints.MapRpcUnary<Note, Note>($"{Name}/Fail", FailAsync);
        endpoints.MapRpcUnary<Note, Note>($"{Name}/Crash", (_, _) => throw new InvalidDataException("a secret of the server"));
        endpoints.MapRpcUnary<Note, Note>($"{Name}/Wait", (note, call) => WaitAsync(note.Text, call));
        endpoints.MapRpcUnary<Note, Note>($"{Name}/EndOf", async (note, _) => new Note { Text = await EndOf(note.Text) });
        endpoints.MapRpcServerStream<Note, Note>($"{Name}/Count", CountAsync);
        endpoints.MapRpcServerStream<Note, Note>($"{Name}/Idle", (note, _, call) => WaitAsync(note.Text, call));
        endpoints.MapRpcServerStream<Note, Note>($"{Name}/Flood", FloodAsync);
        endpoints.MapRpcClientStream<Note, Note>($"{Name}/Sum", SumAsync);
        endpoints.MapRpcClientStream<Note>($"{Name}/SumRaw", SumRawAsync);
        endpoints.MapRpcClientStream<Note, Note>($"{Name}/Early", EarlyAsync);
        endpoints.MapRpcDuplex<Note, Note>($"{Name}/Chat", ChatAsync);
    }

    private static Task<Note> EchoAsync(Note note, RpcCall call)
    {
        foreach (var entry in call.RequestMetadata.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            if (entry.Text is { } text)
            {
                call.ResponseHeaders.Add(entry.Key, text);
                call.ResponseTrailers.Add("t" + entry.Key, text);
            }
            else
            {
                call.ResponseHeaders.Add(entry.Key, entry.Bytes.Span);
                call.ResponseTrailers.Add("t" + entry.Key, entry.Bytes.Span);
            }
        }

        return Task.FromResult(note);
    }

    private static Task<Note> FailAsync(Note note, RpcCall call)
    {
        var trailers = new RpcMetadata();
        trailers.Add("why", "because");
        trailers.Add("why-bin", [0, 1, 0xff]);
        throw new RpcException(new RpcStatus((RpcStatusCode)note.Number, note.Text), trailers);
    }

    /// <summary>Sends as many messages as asked for, with the data asked for; a text makes it fail at the end.</summary>
    private static async Task CountAsync(Note note, RpcWriter<Note> writer, RpcCall call)
    {
        for (var i = 0; i < note.Number; i++)
        {
            await writer.WriteAsync(new Note { Number = i, Data = note.Data }, call.CancellationToken);
        }

        if (note.Text.Length > 0)
        {
            throw new RpcException(RpcStatusCode.Aborted, note.Text);
        }
    }

    private static async Task<Note> SumAsync(RpcReader<Note> reader, RpcCall call)
    {
        var sum = 0L;
        await foreach (var note in reader.ReadAllAsync(call.CancellationToken))
        {
            sum += note.Data.Length;
        }

        return new Note { Text = $"{sum}" };
    }

    private static async Task<Note> SumRawAsync(RpcFrameReader reader, RpcCall call)
    {
        var sum = 0L;
        var count = 0;
        while (await reader.ReadAsync(call.CancellationToken) is { } frame)
        {
            sum += frame.Length;
            count++;
        }

        return new Note { Text = $"{sum}", Number = count };
    }

    private static async Task<Note> EarlyAsync(RpcReader<Note> reader, RpcCall call)
    {
        await reader.ReadAsync(call.CancellationToken);
        throw new RpcException(RpcStatusCode.FailedPrecondition, "early");
    }

    private static async Task ChatAsync(RpcReader<Note> reader, RpcWriter<Note> writer, RpcCall call)
    {
        while (await reader.ReadAsync(call.CancellationToken) is { } note)
        {
            await writer.WriteAsync(note, call.CancellationToken);
        }
    }

    private async Task FloodAsync(Note note, RpcWriter<Note> writer, RpcCall call)
    {
        try
        {
            while (true)
            {
                await writer.WriteAsync(note, CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            Signal(_ends, note.Text).TrySetResult("ended");
            throw;
        }
    }

    private async Task<Note> WaitAsync(string text, RpcCall call)
    {
        Signal(_beginnings, text).TrySetResult("begun");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, call.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            Signal(_ends, text).TrySetResult(call.HttpContext.RequestAborted.IsCancellationRequested ? "aborted" : "told");
            throw;
        }

        return new Note();
    }

    private static TaskCompletionSource<string> Signal(ConcurrentDictionary<string, TaskCompletionSource<string>> signals, string text) =>
        signals.GetOrAdd(text, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
