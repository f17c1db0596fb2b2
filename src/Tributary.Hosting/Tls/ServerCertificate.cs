// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Tributary.Hosting.Tls;

/// <summary>The certificate of the server, read again when its files change.</summary>
/// <remarks>The times of the files are compared when a connection comes, at most once a second: this also sees files behind links that are moved.</remarks>
internal sealed partial class ServerCertificate(IOptions<TlsOptions> options, TimeProvider time, ILogger<ServerCertificate> logger)
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromDays(14);

    private readonly TlsOptions _options = options.Value;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private (DateTime Certificate, DateTime Key) _read;
    private long _checked;

    /// <summary>Returns the certificate to offer to a new connection.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            if (_current is null || time.GetElapsedTime(_checked) >= CheckPeriod)
            {
                _checked = time.GetTimestamp();
                ReadIfChanged();
            }

            return _current!;
        }
    }

    private void ReadIfChanged()
    {
        var times = (File.GetLastWriteTimeUtc(_options.Certificate), File.GetLastWriteTimeUtc(_options.Key.Length > 0 ? _options.Key : _options.Certificate));
        if (_current is not null && times == _read)
        {
            return;
        }

        // A pair of files is replaced one after the other: what does not fit together yet is tried again at the next check.
        try
        {
            var file = CertificateFile.Read(_options);
            if (file.Certificate.NotAfter.ToUniversalTime() - time.GetUtcNow() < ExpiryNotice)
            {
                LogExpires(_options.Certificate, file.Certificate.NotAfter.ToUniversalTime());
            }

            LogRead(_options.Certificate, file.Certificate.Subject);
            (_current, _read) = (file.Context, times);
        }
        catch (Exception error) when (_current is not null && error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            LogKept(error, _options.Certificate);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "TLS uses the certificate {Subject} of {File}")]
    private partial void LogRead(string file, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {File} expires on {NotAfter}")]
    private partial void LogExpires(string file, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {File} has changed and cannot be used; the one before it stays in use")]
    private partial void LogKept(Exception error, string file);
}
