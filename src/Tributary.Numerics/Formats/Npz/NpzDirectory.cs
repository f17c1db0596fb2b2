// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.Formats.Zip;
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats.Npz;

/// <summary>The members of an npz file, checked against the rules of npz and the limits.</summary>
internal static class NpzDirectory
{
    public const string MemberSuffix = ".npy";

    public static IReadOnlyList<ZipMember> Read(ByteSource source, DecodeLimits limits)
    {
        try
        {
            var directory = ZipDirectory.Find(source)
                ?? throw Malformed(FileKind.Describe(source) is { } kind && !kind.EndsWith("zip archive", StringComparison.Ordinal)
                    ? $"The file is {kind}; expected npz."
                    : $"The {source.Length} bytes have no zip directory at their end: they are not an npz file, or they were cut off.");
            if (directory.Count > (ulong)limits.MaxArrays)
            {
                throw LayoutLimits.Exceeded($"The zip directory has {directory.Count} members; at most {limits.MaxArrays} are allowed.");
            }

            if (directory.Length > limits.MaxHeaderBytes)
            {
                throw LayoutLimits.Exceeded($"The zip directory has {directory.Length} bytes; at most {limits.MaxHeaderBytes} are allowed.");
            }

            var entries = directory.ReadEntries();
            if (FileKind.DescribeArchive(entries.Select(e => e.Name)) is { } other)
            {
                throw Malformed($"The file is {other}; expected npz.");
            }

            RequireArrays(entries, new LayoutLimits(limits));
            return directory.Locate(entries);
        }
        catch (InvalidDataException damaged)
        {
            throw Malformed($"The zip file is damaged: {damaged.Message}.");
        }
    }

    /// <summary>Returns the name of an array: that of its member without the suffix.</summary>
    public static string ArrayName(ZipEntry entry) => entry.Name.EndsWith(MemberSuffix, StringComparison.Ordinal)
        ? entry.Name[..^MemberSuffix.Length]
        : throw Malformed($"Member '{entry.Name}' is not an array: its name does not end in '{MemberSuffix}'.");

    private static void RequireArrays(IReadOnlyList<ZipEntry> entries, LayoutLimits limits)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.IsEncrypted)
            {
                throw new ParameterFormatException(ParameterFormatError.Unsupported, $"Member '{entry.Name}' is encrypted.");
            }

            if (entry.UnsupportedCompression is { } other)
            {
                throw new ParameterFormatException(ParameterFormatError.Unsupported, $"Member '{entry.Name}' has {other}.");
            }

            limits.RequireName(ArrayName(entry));
            if (!names.Add(entry.Name))
            {
                throw new ParameterFormatException(ParameterFormatError.DuplicateName, $"Two members are named '{entry.Name}'.");
            }
        }
    }

    private static ParameterFormatException Malformed(string message) => new(ParameterFormatError.Malformed, message);
}
