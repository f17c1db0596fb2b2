// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Tributary.Combiner.Models;
using Tributary.Combiner.Updates;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Models;
using Tributary.Core.Updates;
using Tributary.Hosting;
using Tributary.Numerics.IO;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.ModelService</c>: models in chunks, uploaded and downloaded by clients.</summary>
internal sealed class ModelService(
    UploadReceiver uploads,
    IUpdateStore ledger,
    IUpdateSpool spool,
    IModelStore models,
    IModelDataStore data,
    ClientRoster roster,
    ILogger<ModelService> logger)
{
    /// <summary>The size of a downloaded chunk in bytes; clients accept messages of at most 4 MiB.</summary>
    private const int ChunkBytes = 1 << 20;

    // The number of uploads in progress by id.
    private readonly Dictionary<string, int> _arriving = [];
    private readonly Lock _lock = new();

    public Task<ModelResponse> UploadAsync(RpcFrameReader frames, RpcCall call) =>
        GrpcStatusMapping.GuardAsync(logger, call, () => ReceiveAsync(frames, call));

    public async Task DownloadAsync(ModelRequest request, RpcWriter<ModelResponse> responses, RpcCall call)
    {
        var cancellationToken = call.CancellationToken;
        using var source = await GrpcStatusMapping.GuardAsync(logger, call, () => OpenAsync(request, call));
        if (source is null)
        {
            // Clients read the outcome in the stream; the call itself always succeeds.
            var status = IsArriving(request.Id) ? ModelStatus.InProgress : ModelStatus.Unknown;
            await responses.WriteAsync(new ModelResponse { Status = status }, cancellationToken);
            await responses.WriteAsync(new ModelResponse { Status = ModelStatus.Failed }, cancellationToken);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long offset = 0; offset < source.Length;)
            {
                var position = offset;
                var read = await GrpcStatusMapping.GuardAsync(logger, call, () => Task.FromResult(ReadChunk(source, position, buffer)));

                // The writer has sent the bytes when it returns: the buffer can be reused.
                var chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
                await responses.WriteAsync(new ModelResponse { Id = request.Id, Data = chunk, Status = ModelStatus.InProgress }, cancellationToken);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await responses.WriteAsync(new ModelResponse { Id = request.Id, Status = ModelStatus.Ok }, cancellationToken);
    }

    private static int ReadChunk(ByteSource source, long offset, byte[] buffer)
    {
        var read = source.Read(offset, buffer.AsSpan(0, (int)Math.Min(ChunkBytes, source.Length - offset)));
        return read > 0 ? read : throw new IOException($"The model's bytes end at {offset} of {source.Length}.");
    }

    private async Task<ModelResponse> ReceiveAsync(RpcFrameReader frames, RpcCall call)
    {
        var cancellationToken = call.CancellationToken;
        var owner = FindOwner(call);
        await using var upload = await uploads.BeginAsync(cancellationToken);
        ModelId? id = null;
        var terminated = false;
        using var arrival = new Arrival(this);
        var frame = new ModelFrameReader();
        while (await frames.ReadPartAsync(cancellationToken) is { } part)
        {
            if (terminated)
            {
                throw Invalid("status", "messages follow the terminator; expected the end of the stream");
            }

            await AppendAsync(upload, Read(frame, part), cancellationToken);
            if (!part.IsLast)
            {
                continue;
            }

            if (id is null)
            {
                id = ModelId.TryParse(frame.Id, out var parsed) ? parsed : throw Invalid("id", $"'{frame.Id}'; expected {ModelId.Expected}");
                var check = await uploads.CheckAsync(parsed, owner, cancellationToken);
                if (check.ToRpcException(frame.Id) is { } refused)
                {
                    throw refused;
                }

                arrival.Begin(frame.Id);
            }
            else if (frame.Id != id.Value.Value)
            {
                throw Invalid("id", $"'{frame.Id}' follows '{id}'; expected one id in one stream");
            }

            switch (frame.Status)
            {
                case ModelStatus.Ok when frame.DataLength is null or 0:
                    terminated = true;
                    break;
                case ModelStatus.Ok:
                    throw Invalid("data", $"{frame.DataLength} bytes with status OK; expected none in the terminator");
                case ModelStatus.InProgress or ModelStatus.InProgressOk:
                    Failpoints.Reached("upload.appended", frame.Id);
                    break;
                default:
                    throw Invalid("status", $"{frame.Status}; expected IN_PROGRESS, then OK");
            }

            frame.Begin();
        }

        if (id is not { } finished || !terminated)
        {
            throw new RpcException(RpcStatusCode.Aborted, "the stream ended without a terminator (status OK, no data): nothing was kept");
        }

        var result = await uploads.FinishAsync(upload, finished, owner, cancellationToken);
        return result.ToRpcException(finished.Value) is { } failed
            ? throw failed
            : new ModelResponse { Id = finished.Value, Status = ModelStatus.Ok, Message = "Got model successfully." };
    }

    /// <summary>Opens a model of the trail, or an upload for the client that made it; null for any other id.</summary>
    private async Task<ByteSource?> OpenAsync(ModelRequest request, RpcCall call)
    {
        if (!ModelId.TryParse(request.Id, out var id))
        {
            return null;
        }

        if (await models.FindAsync(id, call.CancellationToken) is not null)
        {
            return await data.OpenAsync(id, call.CancellationToken);
        }

        var upload = await ledger.FindUploadAsync(id, call.CancellationToken);
        return upload is not null && upload.Owner == FindOwner(call) ? spool.OpenUpload(id) : null;
    }

    /// <summary>
    /// Returns the client that the call's metadata name, by its id where they give a known alias; null when they name none.
    /// </summary>
    private string? FindOwner(RpcCall call) =>
        call.RequestMetadata.GetText("client") is { } given && ClientId.TryParse(given, out var client) ? roster.Resolve(client).Value : null;

    /// <summary>Returns the data in a part of a message.</summary>
    private static ReadOnlySequence<byte> Read(ModelFrameReader frame, RpcMessagePart part)
    {
        try
        {
            var data = frame.Read(part.Bytes);
            if (part.IsLast)
            {
                frame.End();
            }

            return data;
        }
        catch (MalformedFrameException malformed)
        {
            throw new RpcException(RpcStatusCode.Internal, malformed.Message);
        }
    }

    private ValueTask AppendAsync(UploadWriter upload, in ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (data.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        return upload.Length + data.Length <= uploads.MaxBytes
            ? upload.AppendAsync(data, cancellationToken)
            : throw new RpcException(RpcStatusCode.ResourceExhausted, $"data: more than {uploads.MaxBytes} bytes; expected at most that");
    }

    private bool IsArriving(string id)
    {
        lock (_lock)
        {
            return _arriving.ContainsKey(id);
        }
    }

    private static RpcException Invalid(string field, string reason) => new(RpcStatusCode.InvalidArgument, $"{field}: {reason}");

    /// <summary>A mark that an upload is in progress, until it is disposed.</summary>
    private sealed class Arrival(ModelService transfer) : IDisposable
    {
        private string? _id;

        public void Begin(string id)
        {
            lock (transfer._lock)
            {
                _id = id;
                transfer._arriving[id] = transfer._arriving.GetValueOrDefault(id) + 1;
            }
        }

        public void Dispose()
        {
            lock (transfer._lock)
            {
                if (_id is not null && --transfer._arriving[_id] == 0)
                {
                    transfer._arriving.Remove(_id);
                }
            }
        }
    }
}
