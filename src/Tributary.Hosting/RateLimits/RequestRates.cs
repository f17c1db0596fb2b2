// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using Tributary.Hosting.Refusals;

namespace Tributary.Hosting.RateLimits;

/// <summary>The limits on how often an address or a principal may call. A limiter that is full again is dropped after some seconds.</summary>
internal sealed class RequestRates : IDisposable
{
    private const string Unlimited = "";

    // The requests that wait for the check of a password, which takes some 50 ms: of one address, and of all.
    private const int MaxWaitingOfAddress = 4;
    private const int MaxWaiting = 100;

    private readonly PartitionedRateLimiter<IPAddress> _failures;
    private readonly PartitionedRateLimiter<IPAddress> _passwordChecks = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<IPAddress, string>(address => OneAtATime(KeyOf(address), MaxWaitingOfAddress)),
        PartitionedRateLimiter.Create<IPAddress, string>(_ => OneAtATime("all", MaxWaiting)));

    public RequestRates(IOptions<RateLimitOptions> options)
    {
        ByAddress = Create(options.Value.RequestsPerAddress, context => KeyOf(AddressOf(context)));
        ByPrincipal = Create(options.Value.RequestsPerPrincipal, context => context.User.Identity?.Name ?? Unlimited);
        var failures = new FixedWindowRateLimiterOptions { PermitLimit = options.Value.FailuresPerAddress, Window = TimeSpan.FromMinutes(1) };
        _failures = PartitionedRateLimiter.Create<IPAddress, string>(address => failures.PermitLimit == 0
            ? RateLimitPartition.GetNoLimiter(Unlimited)
            : RateLimitPartition.GetFixedWindowLimiter(KeyOf(address), _ => failures));
    }

    /// <summary>The middleware's options for the limit of each address.</summary>
    public RateLimiterOptions ByAddress { get; }

    /// <summary>The middleware's options for the limit of each principal.</summary>
    public RateLimiterOptions ByPrincipal { get; }

    /// <summary>Waits until the password of a request may be checked, while no other is; the turn has a refusal where none may be.</summary>
    public async ValueTask<PasswordTurn> WaitForPasswordCheckAsync(HttpContext context)
    {
        if (CountFailures(context, 0) is { } early)
        {
            return new(null, early);
        }

        var lease = await _passwordChecks.AcquireAsync(AddressOf(context), 1, context.RequestAborted);
        return new(lease, lease.IsAcquired ? CountFailures(context, 0) : Refuse(RefusalReason.TooManyRequests, lease));
    }

    /// <summary>Counts wrong credentials of an address; returns the refusal when they were too many.</summary>
    public Refusal? CountFailure(HttpContext context) => CountFailures(context, 1);

    public void Dispose()
    {
        _failures.Dispose();
        _passwordChecks.Dispose();
    }

    private static IPAddress AddressOf(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private static RateLimitPartition<string> OneAtATime(string key, int maxWaiting) =>
        RateLimitPartition.GetConcurrencyLimiter(key, _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = maxWaiting });

    private Refusal? CountFailures(HttpContext context, int count)
    {
        using var lease = _failures.AttemptAcquire(AddressOf(context), count);
        return lease.IsAcquired ? null : Refuse(RefusalReason.TooManyFailures, lease);
    }

    private static RateLimiterOptions Create(int perMinute, Func<HttpContext, string> key) => new()
    {
        GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => Partition(key(context), perMinute)),
        OnRejected = (rejected, _) => new(Refuse(RefusalReason.TooManyRequests, rejected.Lease).ExecuteAsync(rejected.HttpContext)),
    };

    private static RateLimitPartition<string> Partition(string key, int perMinute) => key.Length == 0 || perMinute == 0
        ? RateLimitPartition.GetNoLimiter(Unlimited)
        : RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        });

    private static Refusal Refuse(RefusalReason reason, RateLimitLease lease) =>
        new(reason) { RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1) };

    /// <summary>Returns the address, or its network of IPv6, of which one subscriber has 2^64 addresses.</summary>
    private static string KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}

/// <summary>The turn of a request in the check of passwords, which lasts until it is disposed, or the refusal in its place.</summary>
internal readonly record struct PasswordTurn(RateLimitLease? Lease, Refusal? Refusal) : IDisposable
{
    public void Dispose() => Lease?.Dispose();
}
