// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Tributary.Combiner.Updates;
using Tributary.Core;
using Tributary.Core.Clients;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Core.Updates;
using Tributary.Hosting.Authentication;
using Tributary.Hosting.Grpc;
using Tributary.Numerics.IO;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Combiner.Services;

/// <summary>The service <c>fedn.ModelService</c>: models in chunks, uploaded and downloaded by clients.</summary>
internal sealed class ModelService(
    UploadReceiver uploads,
    IUpdateStore ledger,
    IUpdateSpool spool,
    IModelStore models,
    IModelDataStore data,
    ClientRoster roster,
    OpenRounds openRounds,
    IRoundStore rounds,
    CombinerMetrics metrics,
    IOptions<CombinerOptions> options,
    IOptions<AuthenticationOptions> authentication) : Fedn.ModelService.Pooled
{
    /// <summary>The size of a downloaded chunk in bytes; clients accept messages of at most 4 MiB.</summary>
    private const int ChunkBytes = 1 << 20;

    // The number of uploads in progress by id.
    private readonly Dictionary<string, int> _arriving = [];
    private readonly Lock _lock = new();
    private readonly CombinerMetrics _metrics = metrics;

    public override async Task Download(ModelRequest request, IServerStreamWriter<ModelResponse> responseStream, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        using var source = await OpenAsync(request, context, cancellationToken);
        if (source is null)
        {
            // Clients read the outcome in the stream; the call itself always succeeds.
            var status = IsArriving(request.Id) ? ModelStatus.InProgress : ModelStatus.Unknown;
            await responseStream.WriteAsync(new ModelResponse { Status = status }, cancellationToken);
            await responseStream.WriteAsync(new ModelResponse { Status = ModelStatus.Failed }, cancellationToken);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        long offset = 0;
        try
        {
            while (offset < source.Length)
            {
                var read = ReadChunk(source, offset, buffer);

                // The writer has sent the bytes when it returns: the buffer can be reused.
                var chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
                await responseStream.WriteAsync(new ModelResponse { Id = request.Id, Data = chunk, Status = ModelStatus.InProgress }, cancellationToken);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _metrics.Sent(offset);
        }

        await responseStream.WriteAsync(new ModelResponse { Id = request.Id, Status = ModelStatus.Ok }, cancellationToken);
    }

    public override async Task<ModelResponse> Upload(IAsyncStreamReader<ModelChunk> requestStream, ServerCallContext context)
    {
        var cancellationToken = context.CancellationToken;
        var owner = FindCaller(context)?.Value;
        await using var upload = await uploads.BeginAsync(cancellationToken);
        ModelId? id = null;
        var terminated = false;
        using var arrival = new Arrival(this, upload);
        while (await requestStream.MoveNext(cancellationToken))
        {
            using var chunk = requestStream.Current;
            if (terminated)
            {
                throw GrpcError.Invalid("status: messages follow the terminator; expected the end of the stream");
            }

            if (id is null)
            {
                id = ModelId.TryParse(chunk.Id, out var parsed) ? parsed : throw GrpcError.Invalid($"id: '{chunk.Id}'; expected {ModelId.Expected}");
                var check = await uploads.CheckAsync(parsed, owner, cancellationToken);
                if (check.ToRpcException(chunk.Id) is { } refused)
                {
                    throw refused;
                }

                arrival.Begin(chunk.Id);
            }
            else if (chunk.Id != id.Value.Value)
            {
                throw GrpcError.Invalid($"id: '{chunk.Id}' follows '{id}'; expected one id in one stream");
            }

            switch (chunk.Status)
            {
                case ModelStatus.Ok when chunk.Data.IsEmpty:
                    terminated = true;
                    break;
                case ModelStatus.Ok:
                    throw GrpcError.Invalid($"data: {chunk.Data.Length} bytes with status OK; expected none in the terminator");
                case ModelStatus.InProgress or ModelStatus.InProgressOk:
                    await AppendAsync(upload, chunk.Data, cancellationToken);
                    Failpoints.Reached("upload.appended", chunk.Id);
                    break;
                default:
                    throw GrpcError.Invalid($"status: {chunk.Status}; expected IN_PROGRESS, then OK");
            }
        }

        if (id is not { } finished || !terminated)
        {
            throw GrpcError.Of(StatusCode.Aborted, "the stream ended without a terminator (status OK, no data): nothing was kept");
        }

        var result = await uploads.FinishAsync(upload, finished, owner, cancellationToken);
        if (result.ToRpcException(finished.Value) is { } failed)
        {
            throw failed;
        }

        _metrics.UploadFinished(upload.Length);
        return new ModelResponse { Id = finished.Value, Status = ModelStatus.Ok, Message = "Got model successfully." };
    }

    private static int ReadChunk(ByteSource source, long offset, byte[] buffer)
    {
        var read = source.Read(offset, buffer.AsSpan(0, (int)Math.Min(ChunkBytes, source.Length - offset)));
        return read > 0 ? read : throw new IOException($"The model's bytes end at {offset} of {source.Length}.");
    }

    /// <summary>
    /// Opens a model of the trail, the result of a phase for the clients of the next one, or an upload for the client that made it; null for any
    /// other id.
    /// </summary>
    private async Task<ByteSource?> OpenAsync(ModelRequest request, ServerCallContext context, CancellationToken cancellationToken)
    {
        if (!ModelId.TryParse(request.Id, out var id))
        {
            return null;
        }

        var caller = FindCaller(context);

        // Clients that do not name themselves in the metadata of the call do so in the message.
        var trainer = caller ?? FindCaller(context, request.Sender);
        if ((trainer is { } client && openRounds.HandOut(id, client)) || await models.FindAsync(id, cancellationToken) is not null)
        {
            return await data.OpenAsync(id, cancellationToken);
        }

        if (trainer is { } selected && PhaseResult.HasForm(id) && await WillHandOutAsync(id, selected, cancellationToken))
        {
            throw GrpcError.Of(StatusCode.Unavailable, $"id '{id}': its round is not open at the moment; try again soon");
        }

        return await ledger.FindAsync(id, cancellationToken) is { Upload: { } upload } && upload.Owner == caller?.Value ? spool.OpenUpload(id) : null;
    }

    /// <summary>Returns whether a round that is not open here hands out the result of a phase to a client: after a restart, until it resumes.</summary>
    private async ValueTask<bool> WillHandOutAsync(ModelId id, ClientId client, CancellationToken cancellationToken)
    {
        var pending = new PageRequest { Filters = new Dictionary<string, string> { ["status"] = nameof(RoundStatus.Pending) } };
        await foreach (var round in pending.ReadAllAsync(rounds.ListAsync, null, cancellationToken))
        {
            if (round.PhaseResult?.Model == id)
            {
                return await rounds.FindSelectionAsync(round.Number, round.Phase, options.Value.Name, cancellationToken) is { } selection
                    && selection.Clients.Contains(client);
            }
        }

        return false;
    }

    /// <summary>
    /// Returns the client whose uploads the caller makes and reads; null for a caller that does not say who it is, and for one that may not act as
    /// a client. A combiner or controller does not become a client by naming one.
    /// </summary>
    private ClientId? FindCaller(ServerCallContext context, Fedn.Client? sender = null) =>
        context.GetHttpContext().GetPrincipal().MayActAsClient(authentication.Value.AllowUnbound) && context.TryIdentify(sender, out var client)
            ? context.Resolve(roster, client)
            : null;

    private ValueTask AppendAsync(UploadWriter upload, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        bytes.IsEmpty ? ValueTask.CompletedTask
            : upload.Length + bytes.Length <= uploads.MaxBytes ? upload.AppendAsync(new ReadOnlySequence<byte>(bytes), cancellationToken)
            : throw GrpcError.Of(StatusCode.ResourceExhausted, $"data: more than {uploads.MaxBytes} bytes; expected at most that");

    private bool IsArriving(string id)
    {
        lock (_lock)
        {
            return _arriving.ContainsKey(id);
        }
    }

    /// <summary>A mark that an upload is in progress, until it is disposed.</summary>
    private sealed class Arrival(ModelService service, UploadWriter upload) : IDisposable
    {
        private string? _id;

        public void Begin(string id)
        {
            lock (service._lock)
            {
                _id = id;
                service._arriving[id] = service._arriving.GetValueOrDefault(id) + 1;
            }
        }

        public void Dispose()
        {
            service._metrics.Received(upload.Length);
            lock (service._lock)
            {
                if (_id is not null && --service._arriving[_id] == 0)
                {
                    service._arriving.Remove(_id);
                }
            }
        }
    }
}
