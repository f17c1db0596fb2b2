// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Options;
using Tributary.Core.Repository;
using Tributary.Numerics;

namespace Tributary.Repository.Scanning;

/// <summary>Looks into uploaded files without loading or unpacking them: at what pickles import, and whether archives are harmless.</summary>
internal sealed class FileScanner(IOptions<RepositoryOptions> options)
{
    private const int MaxEntries = 10_000;
    private const ulong MaxDirectoryBytes = 8 << 20;
    private const long MaxMemberBytes = 1L << 30;
    private const int MaxPickles = 100;
    private const int MaxWarnings = 20;

    /// <summary>Deflate reaches about 1030; what comes near it expands to nothing but repetition.</summary>
    private const int MaxRatio = 200;

    /// <summary>Small members may repeat themselves as much as they like.</summary>
    private const long SmallBytes = 1 << 20;

    private const int UnixTypeMask = 0xF000;
    private const int UnixLink = 0xA000;

    private readonly AllowedImports _allowed = new(options.Value.AllowedImports);
    private readonly bool _isOn = options.Value.Pickles != PicklePolicy.Off;

    /// <summary>Whether a file with warnings is refused.</summary>
    public bool Enforces { get; } = options.Value.Pickles == PicklePolicy.Enforce;

    /// <summary>Null when nothing is looked at.</summary>
    public ScanReport? Scan(RepositoryKind kind, Stream file)
    {
        if (!_isOn)
        {
            return null;
        }

        var (pickles, warnings) = (new List<ScannedPickle>(), new List<string>());
        Span<byte> start = stackalloc byte[4];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (ZipDirectory.IsArchive(start))
        {
            ScanArchive(kind, file, pickles, warnings);
        }
        else if (ScanPickle(null, file, file.Length, isCertain: PickleScanner.IsPickle(start)) is { } pickle)
        {
            pickles.Add(pickle);
        }

        warnings.AddRange(pickles.SelectMany(p => Judge(kind, p)));
        return new ScanReport(pickles, [.. warnings.Take(MaxWarnings)]);
    }

    private static void ScanArchive(RepositoryKind kind, Stream file, List<ScannedPickle> pickles, List<string> warnings)
    {
        try
        {
            if (ZipDirectory.Find(file) is not { } directory)
            {
                warnings.Add("the archive has no end: it is cut or damaged");
                return;
            }

            if (directory.Entries > MaxEntries || directory.Bytes > MaxDirectoryBytes)
            {
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"the archive has {directory.Entries} members; {MaxEntries} are looked at"));
                return;
            }

            file.Position = 0;
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            foreach (var entry in archive.Entries)
            {
                warnings.AddRange(Judge(entry));
                if (!IsPickle(entry.FullName))
                {
                    continue;
                }

                if (pickles.Count == MaxPickles || entry.Length > MaxMemberBytes)
                {
                    warnings.Add($"{Quote(entry.FullName)} is not looked into: there are too many pickles, or it is too large");
                    continue;
                }

                using var member = entry.Open();
                pickles.Add(ScanPickle(entry.FullName, member, entry.Length, isCertain: true)!);
            }
        }
        catch (InvalidDataException broken)
        {
            warnings.Add($"the archive is damaged: {broken.Message}");
        }
    }

    private static bool IsPickle(string name) =>
        name.EndsWith(".pkl", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".pickle", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when it is not certain that it is a pickle, and nothing in it says so: the oldest protocols have no mark.</summary>
    private static ScannedPickle? ScanPickle(string? name, Stream content, long length, bool isCertain)
    {
        using var source = ByteSource.FromStream(content, length);
        var report = PickleScanner.Scan(source);
        return isCertain || report.Imports.Count > 0 || report.Unnamed.Count > 0 || report.Calls > 0 || (report.Problem is null && report.Trailing == 0) ? ScannedPickle.Of(name, report) : null;
    }

    private IEnumerable<string> Judge(RepositoryKind kind, ScannedPickle pickle)
    {
        var where = pickle.Member is { } member ? $"{Quote(member)}: " : "";
        foreach (var import in pickle.Imports.Where(i => !_allowed.Contains(kind, i)))
        {
            yield return $"{where}the pickle imports {import}";
        }

        foreach (var unnamed in pickle.Unnamed)
        {
            yield return $"{where}the pickle imports what it does not name: {unnamed}";
        }

        if (pickle.Problem is { } problem)
        {
            yield return $"{where}the pickle is broken: {problem}";
        }
    }

    private static IEnumerable<string> Judge(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || name is [_, ':', ..] || name.Split('/').Contains(".."))
        {
            yield return $"{Quote(name)} leads out of the folder that the archive is unpacked to";
        }

        if (((entry.ExternalAttributes >> 16) & UnixTypeMask) == UnixLink)
        {
            yield return $"{Quote(name)} is a link";
        }

        if (entry.Length > SmallBytes && entry.Length / MaxRatio > entry.CompressedLength)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{Quote(name)} expands from {entry.CompressedLength} to {entry.Length} bytes");
        }
    }

    private static string Quote(string name) => $"'{(name.Length > 100 ? name[..100] : name)}'";
}
