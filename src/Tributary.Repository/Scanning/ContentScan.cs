// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Compression;
using Tributary.Core.Repository;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>Looks into one file and what is in it, without loading or unpacking any of it.</summary>
/// <param name="begin">Begins a file of its own for an archive within an archive; it is gone when the scan ends.</param>
/// <param name="budget">What all of it may cost.</param>
/// <param name="cancellationToken">Ends it early, also within a member.</param>
internal sealed class ContentScan(
    Func<CancellationToken, ValueTask<RepositoryUpload>> begin, ScanBudget budget, CancellationToken cancellationToken)
{
    private const int CopyBytes = 256 << 10;

    private readonly List<ScannedPickle> _pickles = [];
    private readonly List<string> _faults = [];

    public async Task<ScanReport> ReadAsync(Stream file)
    {
        var head = new byte[ContentType.HeadBytes];
        file.Position = 0;
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        if (!ContentType.IsArchive(head))
        {
            ReadFile(file, head);
        }

        // Some readers look for an archive at the end only, whatever stands before it.
        if (ContentType.IsArchive(head) || ZipDirectory.IsAtEnd(file))
        {
            await ReadArchiveAsync(file, null, 1);
        }

        return new ScanReport(ScanReport.CurrentVersion, _pickles, _faults, []);
    }

    private void ReadFile(Stream file, ReadOnlySpan<byte> head)
    {
        using var source = new FileSource(file, budget, cancellationToken);
        try
        {
            ReadContent(source, head, null);
        }
        catch (Exception closed) when (closed is ScanBudgetException or InvalidDataException)
        {
            Add($"the file is not looked into: {closed.Message}");
        }
    }

    private async Task ReadArchiveAsync(Stream file, string? path, int depth)
    {
        var where = path is null ? "the archive" : $"the archive {MemberRules.Quote(path)}";
        try
        {
            if (ZipDirectory.Find(file) is not { } directory)
            {
                Add($"{where} has no end: it is cut or damaged");
                return;
            }

            if (directory.Entries > (ulong)budget.Members)
            {
                Add(FormattableString.Invariant($"{where} has {directory.Entries} members; {budget.Members} are looked at"));
                return;
            }

            if (directory.Bytes > ZipDirectory.MaxBytes)
            {
                Add(FormattableString.Invariant($"{where} has a directory of {directory.Bytes} bytes; expected at most {ZipDirectory.MaxBytes}"));
                return;
            }

            directory.Check(file);
            budget.Members -= (int)directory.Entries;
            file.Position = 0;
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            ZipEnd.Require("its number of members", (ulong)archive.Entries.Count, directory.Entries);
            foreach (var entry in archive.Entries)
            {
                if (budget.IsExhausted)
                {
                    return;
                }

                cancellationToken.ThrowIfCancellationRequested();
                await ReadMemberAsync(entry, path is null ? entry.FullName : $"{path}/{entry.FullName}", depth);
            }
        }
        catch (InvalidDataException broken)
        {
            Add($"{where} is damaged: {broken.Message}");
        }
    }

    private async Task ReadMemberAsync(ZipArchiveEntry entry, string path, int depth)
    {
        var name = MemberRules.Quote(path);
        foreach (var fault in MemberRules.Judge(entry, name))
        {
            Add(fault);
        }

        if (entry.Length == 0)
        {
            return;
        }

        try
        {
            using var member = new MemberSource(entry.Open(), entry.Length, budget, cancellationToken);
            if (!ContentType.IsArchive(member.Head))
            {
                ReadContent(member, member.Head, path);
                if (MemberRules.IsNamedArchive(path))
                {
                    Add($"{name} is called an archive and does not begin as one");
                }
            }
            else if (depth == ScanBudget.MaxDepth)
            {
                Add($"{name} is not looked into: it is an archive within {depth} others");
            }
            else
            {
                await ReadInnerArchiveAsync(member, path, depth + 1);
            }
        }
        catch (Exception closed) when (closed is ScanBudgetException or InvalidDataException)
        {
            Add($"{name} is not looked into: {closed.Message}");
        }
    }

    /// <summary>An archive is read from its end, and what is being inflated has none yet: it is put aside on the disk.</summary>
    private async Task ReadInnerArchiveAsync(MemberSource member, string path, int depth)
    {
        await using var aside = await begin(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            var offset = 0L;
            while (member.Read(offset, buffer) is > 0 and var read)
            {
                await aside.Stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await using var archive = aside.OpenRead();
        await ReadArchiveAsync(archive, path, depth);
    }

    private void ReadContent(ByteSource source, ReadOnlySpan<byte> head, string? path)
    {
        if (ContentType.FindPacking(head) is { } packing)
        {
            throw new InvalidDataException($"it is packed as {packing}");
        }

        var isArray = ContentType.IsArray(head);
        if ((isArray ? ObjectArray.Scan(source, budget) : budget.Scan(source)) is { } report
            && (isArray || report.IsPickle || MemberRules.IsNamedPickle(path)))
        {
            var pickle = ScannedPickle.Of(path is null ? null : MemberRules.Shorten(path), report);
            budget.Take(pickle);
            _pickles.Add(pickle);
        }
    }

    private void Add(string fault)
    {
        if (_faults.Count < ScanReport.MaxWarnings)
        {
            _faults.Add(fault);
        }
    }
}
