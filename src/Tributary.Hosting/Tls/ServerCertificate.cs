// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tributary.Core;

namespace Tributary.Hosting.Tls;

/// <summary>The certificate of the server, read again when the contents of its files change.</summary>
internal sealed partial class ServerCertificate
{
    private static readonly TimeSpan ExpiryNotice = TimeSpan.FromDays(14);

    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FileValue<SslStreamCertificateContext> _files;

    public ServerCertificate(IOptions<TlsOptions> options, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        (_options, _time, _logger) = (options.Value, time, logger);
        _files = new(CertificateFile.Paths(_options), Use, time, logger);
    }

    /// <summary>The certificate to offer to a new connection.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    private SslStreamCertificateContext Use(IReadOnlyList<byte[]> contents)
    {
        var file = CertificateFile.Parse(contents, _options.Password);
        var expiry = file.Certificate.NotAfter.ToUniversalTime();
        if (expiry - _time.GetUtcNow() < ExpiryNotice)
        {
            LogExpires(_options.Certificate, expiry);
        }

        LogRead(_options.Certificate, file.Certificate.Subject);
        return file.Context;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "TLS uses the certificate {Subject} of {File}")]
    private partial void LogRead(string file, string subject);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate of {File} expires on {NotAfter}")]
    private partial void LogExpires(string file, DateTime notAfter);
}
