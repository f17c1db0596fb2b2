// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Tributary.Protocol.Fedn;
using Fedn = Tributary.Protocol.Fedn;

namespace Tributary.Client.Participation;

/// <summary>The transfer of models between files and the wire, a chunk at a time. Each method tries once.</summary>
internal static class ModelTransfer
{
    private const int ChunkBytes = 1 << 20;

    public static async Task DownloadAsync(CallInvoker invoker, Fedn.Client sender, string modelId, string path, CancellationToken cancellationToken)
    {
        var request = new ModelRequest { Id = modelId, Sender = sender };
        using var call = invoker.AsyncServerStreamingCall(ModelMethods.ClientDownload, null, new CallOptions(cancellationToken: cancellationToken), request);
        var file = TemporaryFile.Create(path);
        await using var writing = file.ConfigureAwait(false);
        while (await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            using var chunk = call.ResponseStream.Current;
            switch (chunk.Status)
            {
                case ModelStatus.Ok:
                    return;
                case ModelStatus.InProgress or ModelStatus.InProgressOk:
                    await file.WriteAsync(chunk.Data, cancellationToken).ConfigureAwait(false);
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

    public static async Task UploadAsync(CallInvoker invoker, string modelId, string path, CancellationToken cancellationToken)
    {
        using var call = new Fedn.ModelService.ModelServiceClient(invoker).Upload(cancellationToken: cancellationToken);
        await SendAsync(call.RequestStream, modelId, path, cancellationToken).ConfigureAwait(false);
        var response = await call.ResponseAsync.ConfigureAwait(false);
        if (response.Status != ModelStatus.Ok)
        {
            throw new CombinerException(null, $"The combiner answered the upload with {response.Status}: {response.Message}");
        }
    }

    private static async Task SendAsync(IClientStreamWriter<ModelRequest> requests, string modelId, string path, CancellationToken cancellationToken)
    {
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
                var request = new ModelRequest { Id = modelId, Data = chunk, Status = ModelStatus.InProgress };
                if (!await TryWriteAsync(requests.WriteAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var end = new ModelRequest { Id = modelId, Status = ModelStatus.Ok };
        if (await TryWriteAsync(requests.WriteAsync(end, cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            await TryWriteAsync(requests.CompleteAsync(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns false when the call has ended before the last chunk: the response says why. The failed write does not always, and throws
    /// the connection's own exceptions when that is lost.
    /// </summary>
    private static async Task<bool> TryWriteAsync(Task write, CancellationToken cancellationToken)
    {
        try
        {
            await write.ConfigureAwait(false);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
