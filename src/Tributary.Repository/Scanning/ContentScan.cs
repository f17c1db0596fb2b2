// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats.Npy;
using Tributary.Numerics.Formats.Zip;
using Tributary.Numerics.IO;

namespace Tributary.Repository.Scanning;

/// <summary>A scan of one file, including the members of an archive, that loads and unpacks none of it.</summary>
/// <param name="budget">The budget for the whole scan.</param>
/// <param name="cancellationToken">Cancels the scan, also within a member.</param>
internal sealed class ContentScan(ScanBudget budget, CancellationToken cancellationToken)
{
    private readonly List<ScannedPickle> _pickles = [];
    private readonly List<string> _faults = [];
    private ScannedExpansion? _expansion;

    public ScanReport Read(Stream stream)
    {
        using var file = ByteSource.FromStream(stream, stream.Length);
        Span<byte> head = stackalloc byte[ContentType.HeadBytes];
        head = head[..file.ReadFully(0, head)];
        if (!ContentType.IsArchive(head))
        {
            ReadFile(file, head);
        }

        // Some readers look for an archive only at the end of a file, whatever precedes it.
        if (ContentType.IsArchive(head) || ZipDirectory.IsAtEnd(file))
        {
            ReadArchive(file);
        }

        return new ScanReport(ScanReport.CurrentVersion, _pickles, _faults, _expansion, []);
    }

    private void ReadFile(ByteSource file, ReadOnlySpan<byte> head)
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

    private void ReadArchive(ByteSource archive)
    {
        try
        {
            if (ZipDirectory.Find(archive) is not { } directory)
            {
                Add("the archive has no end: it is cut or damaged");
                return;
            }

            if (directory.Count > ScanBudget.MaxMembers)
            {
                Add(FormattableString.Invariant($"the archive has {directory.Count} members; {ScanBudget.MaxMembers} are looked at"));
                return;
            }

            if (directory.Length > ScanBudget.MaxDirectoryBytes)
            {
                Add(FormattableString.Invariant($"the archive has a directory of {directory.Length} bytes; expected at most {ScanBudget.MaxDirectoryBytes}"));
                return;
            }

            foreach (var member in directory.Locate(directory.ReadEntries()))
            {
                if (budget.IsExhausted)
                {
                    return;
                }

                cancellationToken.ThrowIfCancellationRequested();
                ReadMember(archive, member);
            }
        }
        catch (InvalidDataException broken)
        {
            Add($"the archive is damaged: {broken.Message}");
        }
    }

    private void ReadMember(ByteSource archive, ZipMember member)
    {
        var path = member.Entry.Name;
        var name = MemberRules.Quote(path);
        foreach (var fault in MemberRules.Judge(member.Entry, name))
        {
            Add(fault);
        }

        if (member.Entry.Length == 0 || member.Entry.IsEncrypted)
        {
            return;
        }

        var isArray = false;
        try
        {
            using var content = new MemberSource(member.Open(archive), member.Entry.Length, budget, cancellationToken);
            isArray = NpyLength.Find(content.Head) == member.Entry.Length;
            if (ContentType.IsArchive(content.Head))
            {
                throw new InvalidDataException("it is an archive within the archive");
            }

            ReadContent(content, content.Head, path);
            if (MemberRules.IsNamedArchive(path))
            {
                Add($"{name} is called an archive and does not begin as one");
            }
        }
        catch (Exception closed) when (closed is ScanBudgetException or InvalidDataException)
        {
            Add($"{name} is not looked into: {closed.Message}");
        }

        // Zero, constant or pruned weights expand like nothing else, and to no more than their header states.
        if (!isArray && MemberRules.Expands(member.Entry))
        {
            _expansion = ScannedExpansion.Add(_expansion, member.Entry);
        }
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
