// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Grpc;

/// <summary>The settings of gRPC listeners.</summary>
public sealed class GrpcOptions
{
    /// <summary>The configuration section of these settings.</summary>
    public const string SectionName = "Grpc";

    /// <summary>The maximum length in bytes of a received message, after decompression. Longer ones are refused before they are buffered.</summary>
    public const int MaxMessageBytes = 4 << 20;

    /// <summary>
    /// The bytes of a stream that a sender may have under way before the server has read them. Default 4 MiB, which caps a stream at about
    /// 335 Mbit/s over a line with a round trip of 100 ms; the speed limit grows in proportion, and so does the memory a client can hold.
    /// </summary>
    public int StreamWindowBytes { get; set; } = 4 << 20;

    /// <summary>
    /// The bytes that the streams of one connection may have under way together. Default 16 MiB; at least <see cref="StreamWindowBytes"/>.
    /// </summary>
    public int ConnectionWindowBytes { get; set; } = 16 << 20;

    /// <summary>
    /// The bytes that the buffers of all connections of the server may hold together. Default 0, which stands for a quarter of the memory
    /// that the process may use. A connection that would go beyond is closed; its client finds the server unavailable and tries again.
    /// </summary>
    public long MaxBufferedBytes { get; set; }

    /// <summary>
    /// The time within which each message of an upload has to arrive whole, from when the server is ready for it. Default 5 minutes, in which a line
    /// of 28 kbit/s sends a chunk of 1 MiB. A client that stops in the middle would hold its buffers for ever.
    /// </summary>
    public TimeSpan MessageTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>True to serve gRPC reflection, which tells callers the services and their messages. Default: false.</summary>
    public bool Reflection { get; set; }
}

internal sealed class GrpcOptionsValidator(IConfiguration configuration) : IValidateOptions<GrpcOptions>
{
    private const int MinWindowBytes = 65_535;
    private const int MaxWindowBytes = 1 << 30;

    private static readonly TimeSpan MinMessageTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxMessageTime = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, GrpcOptions options)
    {
        List<string> errors = [.. SettingNames.FindFaults(configuration.GetSection(GrpcOptions.SectionName), typeof(GrpcOptions), new Dictionary<string, Type>())];
        if (options.StreamWindowBytes is < MinWindowBytes or > MaxWindowBytes)
        {
            errors.Add(FormattableString.Invariant($"Grpc:StreamWindowBytes is {options.StreamWindowBytes}; expected {MinWindowBytes} to {MaxWindowBytes}."));
        }

        if (options.ConnectionWindowBytes < options.StreamWindowBytes || options.ConnectionWindowBytes > MaxWindowBytes)
        {
            errors.Add(FormattableString.Invariant(
                $"Grpc:ConnectionWindowBytes is {options.ConnectionWindowBytes}; expected Grpc:StreamWindowBytes ({options.StreamWindowBytes}) to {MaxWindowBytes}."));
        }

        if (options.MaxBufferedBytes != 0 && options.MaxBufferedBytes < options.ConnectionWindowBytes)
        {
            errors.Add(FormattableString.Invariant(
                $"Grpc:MaxBufferedBytes is {options.MaxBufferedBytes}; expected 0, or Grpc:ConnectionWindowBytes ({options.ConnectionWindowBytes}) or more."));
        }

        if (options.MessageTime < MinMessageTime || options.MessageTime > MaxMessageTime)
        {
            errors.Add(FormattableString.Invariant($"Grpc:MessageTime is {options.MessageTime}; expected {MinMessageTime} to {MaxMessageTime}."));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
