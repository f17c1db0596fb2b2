// SPDX-License-Identifier: Apache-2.0
using Tributary.Fuzz.Targets;

namespace Tributary.Fuzz;

/// <summary>One parser and what must hold for any bytes given to it. Throws when that does not hold.</summary>
public delegate void FuzzAction(ReadOnlySpan<byte> input);

/// <summary>A target: its class in <c>Targets/</c>, a line here, and a folder of the same name in <c>Corpus/</c>.</summary>
public sealed record FuzzTarget(string Name, FuzzAction Fuzz)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new(nameof(ControlParametersDecode), ControlParametersDecode.Fuzz),
        new(nameof(FileScan), FileScan.Fuzz),
        new(nameof(FormDecode), FormDecode.Fuzz),
        new(nameof(JsonDecode), JsonDecode.Fuzz),
        new(nameof(ModelChunkDecode), ModelChunkDecode.Fuzz),
        new(nameof(MongoArchiveDecode), MongoArchiveDecode.Fuzz),
        new(nameof(NpyDecode), NpyDecode.Fuzz),
        new(nameof(NpzDecode), NpzDecode.Fuzz),
        new(nameof(PickleDecode), PickleDecode.Fuzz),
        new(nameof(RawDecode), RawDecode.Fuzz),
        new(nameof(SafetensorsDecode), SafetensorsDecode.Fuzz),
        new(nameof(SessionConfigDecode), SessionConfigDecode.Fuzz),
        new(nameof(UpdateMetadataDecode), UpdateMetadataDecode.Fuzz),
    ];

    /// <summary>The committed inputs, in the order of their names.</summary>
    public IReadOnlyList<byte[]> ReadCorpus()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Corpus", Name);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }
}
