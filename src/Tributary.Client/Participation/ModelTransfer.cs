// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Tributary.Protocol.Fedn;
using Tributary.Rpc;
using Sender = Tributary.Protocol.Fedn.Client;

namespace Tributary.Client.Participation;

/// <summary>The transfer of models between files and the wire, a chunk at a time. Each method tries once.</summary>
internal static class ModelTransfer
{
    private const int ChunkBytes = 1 << 20;

    public static async Task DownloadAsync(RpcChannel channel, Sender sender, string modelId, string path, CancellationToken cancellationToken)
    {
        var request = new ModelRequest { Id = modelId, Sender = sender };
        var stream = channel.ServerStream<ModelRequest, ModelResponse>("fedn.ModelService/Download", request, options: null, cancellationToken);
        await using var streaming = stream.ConfigureAwait(false);
        var file = TemporaryFile.Create(path);
        await using var writing = file.ConfigureAwait(false);
        while (await stream.ReadAsync(cancellationToken).ConfigureAwait(false) is { } part)
        {
            switch (part.Status)
            {
                case ModelStatus.Ok:
                    return;
                case ModelStatus.InProgress or ModelStatus.InProgressOk:
                    await file.WriteAsync(part.Data.Memory, cancellationToken).ConfigureAwait(false);
                    break;
                case ModelStatus.Failed:
                    throw new CombinerException(null, $"The combiner does not have model '{modelId}'.");
                default:
                    // The status is not known yet: the server looks for the model and reports at the end.
                    break;
            }
        }

        throw new CombinerException(null, $"The download of model '{modelId}' ended before its last part.");
    }

    public static async Task UploadAsync(RpcChannel channel, string modelId, string path, CancellationToken cancellationToken)
    {
        var stream = channel.ClientStream<ModelRequest, ModelResponse>("fedn.ModelService/Upload", options: null, cancellationToken);
        await using var streaming = stream.ConfigureAwait(false);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var reading = file.ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int read;
            while ((read = await file.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken)
                .ConfigureAwait(false)) > 0)
            {
                // The bytes have been sent when the write returns, so the buffer is free for the next chunk.
                var chunk = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, read));
                await stream.WriteAsync(new ModelRequest { Id = modelId, Data = chunk, Status = ModelStatus.InProgress }, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await stream.WriteAsync(new ModelRequest { Id = modelId, Status = ModelStatus.Ok }, cancellationToken).ConfigureAwait(false);
        var answer = await stream.CompleteAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Status != ModelStatus.Ok)
        {
            throw new CombinerException(null, $"The combiner answered the upload with {answer.Status}: {answer.Message}");
        }
    }
}
