// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;

namespace Tributary.Hosting.Grpc;

/// <summary>The messages of a client, each within a time, whose broken requests are told from faults of the server's own files.</summary>
internal sealed class RequestReader<T> : IAsyncStreamReader<T>, IDisposable
{
    private readonly IAsyncStreamReader<T> _inner;
    private readonly ServerCallContext _call;
    private readonly TimeSpan _messageTime;
    private readonly CancellationTokenSource _ended;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private bool _isReading;
    private volatile bool _isLate;

    /// <summary>Creates a reader of the messages of a call; <paramref name="messageTime"/> may be infinite.</summary>
    public RequestReader(IAsyncStreamReader<T> inner, ServerCallContext call, TimeSpan messageTime, TimeProvider time)
    {
        (_inner, _call, _messageTime) = (inner, call, messageTime);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(call.CancellationToken);
        _timer = time.CreateTimer(_ => EndLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public T Current => _inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _ended);
        SetReading(true);
        try
        {
            return await _inner.MoveNext(_ended.Token);
        }
        catch (Exception late) when (_isLate && late is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            throw GrpcError.Of(StatusCode.DeadlineExceeded, $"No message has arrived whole for {_messageTime}; expected each within Grpc:{nameof(GrpcOptions.MessageTime)}");
        }
        catch (IOException broken) when (!_call.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The client ended the request", broken));
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
        {
            throw GrpcError.Of(StatusCode.ResourceExhausted, $"Received message larger than max ({GrpcOptions.MaxMessageBytes} bytes)");
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The request has a message that cannot be read", malformed));
        }
        finally
        {
            SetReading(false);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _ended.Dispose();
    }

    private void SetReading(bool isReading)
    {
        lock (_lock)
        {
            _isReading = isReading;
            _timer.Change(isReading ? _messageTime : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void EndLate()
    {
        lock (_lock)
        {
            // A timer may fire although it has been stopped meanwhile.
            _isLate = _isReading;
        }

        try
        {
            if (_isLate)
            {
                _ended.Cancel();
            }
        }
        catch (ObjectDisposedException)
        {
            // The call has ended meanwhile.
        }
    }
}
