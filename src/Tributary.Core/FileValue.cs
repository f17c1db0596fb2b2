// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Tributary.Core;

/// <summary>A value that is read from files, and read again when their contents change.</summary>
/// <remarks>
/// The contents are compared, not the times: where a directory in the path is a link that is moved to other files, nothing at the path itself
/// changes. A change is looked for when the value is asked for, at most once a second and by one caller alone; all others get the current
/// value, so that a slow disk blocks no more than one of them.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed partial class FileValue<T>
    where T : class
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _parse;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile T _current;
    private string _state;
    private long _checked;
    private bool _isChecking;

    /// <summary>Reads the value for the first time; exceptions are passed on.</summary>
    /// <param name="paths">The paths of the files.</param>
    /// <param name="parse">
    /// The function from the contents to the value. A <see cref="CryptographicException"/> or <see cref="IOException"/> of it leaves the value
    /// as it is, with one warning for the same contents.
    /// </param>
    /// <param name="time">The clock that measures the time between checks.</param>
    /// <param name="logger">The log of contents that cannot be used.</param>
    public FileValue(IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> parse, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(parse);
        ArgumentNullException.ThrowIfNull(time);
        (_paths, _parse, _time, _logger, _checked) = (paths, parse, time, logger, time.GetTimestamp());
        var contents = Read();
        (_state, _current) = (Digest(contents), parse(contents));
    }

    /// <summary>The value of the files, or of the last usable ones if the present ones cannot be used. After a pause, a caller checks for changes first.</summary>
    public T Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _checked)) >= CheckPeriod && !Interlocked.Exchange(ref _isChecking, true))
            {
                try
                {
                    ReadIfChanged();
                }
                finally
                {
                    Volatile.Write(ref _checked, _time.GetTimestamp());
                    Volatile.Write(ref _isChecking, false);
                }
            }

            return _current;
        }
    }

    private static string Digest(IReadOnlyList<byte[]> contents) => string.Concat(contents.Select(content => Convert.ToHexString(SHA256.HashData(content))));

    private List<byte[]> Read() => [.. _paths.Select(File.ReadAllBytes)];

    private void ReadIfChanged()
    {
        var before = _state;
        try
        {
            var contents = Read();
            _state = Digest(contents);
            if (_state != before)
            {
                // The files of a pair are replaced one after the other: contents that do not match yet have another digest once they do.
                _current = _parse(contents);
            }
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // Without contents, only the error distinguishes one state from another.
            _state = _state == before ? error.Message : _state;
            if (_state != before)
            {
                LogKept(error, _paths[0]);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The content of {File} has changed and cannot be used; the previous content stays in use")]
    private partial void LogKept(Exception error, string file);
}
