// SPDX-License-Identifier: Apache-2.0
using Tributary.Numerics.IO;

namespace Tributary.Numerics.Formats;

/// <summary>The kinds of files that are mistaken for weights, recognised by their content, for messages.</summary>
public static class FileKind
{
    private const int HeadBytes = 512;
    private const int TarMarkAt = 257;
    private const int MaxProducerCharacters = 64;

    /// <summary>The number at the end of a table of TensorFlow, which an index of a checkpoint is.</summary>
    private static ReadOnlySpan<byte> TableEnd => [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];

    /// <summary>Returns the name of the kind with its article, for example <c>an HDF5 file</c>; null when the kind is not known.</summary>
    /// <exception cref="IOException">The source cannot be read.</exception>
    public static string? Describe(ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> head = stackalloc byte[HeadBytes];
        head = head[..source.ReadFully(0, head)];
        Span<byte> end = stackalloc byte[TableEnd.Length];
        return head.IsEmpty ? "an empty file"
            : Describe(head) ?? (source.Length >= end.Length && source.ReadFully(source.Length - end.Length, end) == end.Length && end.SequenceEqual(TableEnd)
                ? "the index of a TensorFlow checkpoint"
                : null);
    }

    /// <summary>Returns the name of the kind as far as the first bytes tell it.</summary>
    internal static string? Describe(ReadOnlySpan<byte> head) => head switch
    {
        [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "an HDF5 file, as Keras writes it",
        [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, ..] => "a PyTorch file in the format before version 1.6",
        [0x80, >= 2 and <= 5, ..] => "a pickle",
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => "a zip archive",
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => "a single array of numpy (npy)",
        [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => "a TensorFlow Lite model",
        [(byte)'G', (byte)'G', (byte)'U', (byte)'F', ..] => "a GGUF model",
        [0x08, 1, 0x12, ..] => "the saved_model.pb of a TensorFlow SavedModel",
        [0x08, >= 2 and <= 32, 0x12, var length and <= MaxProducerCharacters, .. var rest] when IsProducer(rest, length) => "an ONNX model",
        [0x1F, 0x8B, 8, ..] => "packed by gzip",
        [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] => "packed by zlib",
        [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "packed by bzip2",
        [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "packed by xz",
        [0x28, 0xB5, 0x2F, 0xFD, ..] => "packed by zstd",
        [0x04, 0x22, 0x4D, 0x18, ..] => "packed by lz4",
        [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => "a 7z archive",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0xFF, 0xD8, 0xFF, ..] => "an image",
        { Length: > TarMarkAt + 5 } when head[TarMarkAt..].StartsWith("ustar"u8) => "a tar archive",
        _ when head.StartsWith("version https://git-lfs"u8) => "a pointer of Git LFS, not the file that it stands for",
        _ when head.StartsWith("model_checkpoint_path:"u8) => "the checkpoint text of TensorFlow, which only names the files with the weights",
        _ => null,
    };

    /// <summary>Returns the name of the framework's archive that has members of these names; null when it is none that is known.</summary>
    internal static string? DescribeArchive(IEnumerable<string> members)
    {
        foreach (var path in members)
        {
            var name = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
            var kind = name switch
            {
                "data.pkl" => "a PyTorch archive",
                "model.weights.h5" => "a Keras archive",
                "saved_model.pb" => "an archive of a TensorFlow SavedModel",
                _ when name.EndsWith(".h5", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".hdf5", StringComparison.OrdinalIgnoreCase) =>
                    "an archive of an HDF5 file",
                _ when name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) => "an archive of an ONNX model",
                _ when name.EndsWith(".tflite", StringComparison.OrdinalIgnoreCase) => "an archive of a TensorFlow Lite model",
                _ => null,
            };
            if (kind is not null)
            {
                return kind;
            }
        }

        return null;
    }

    private static bool IsProducer(ReadOnlySpan<byte> rest, int length)
    {
        if (rest.Length < length)
        {
            return false;
        }

        foreach (var letter in rest[..length])
        {
            if (letter is < 0x20 or > 0x7E)
            {
                return false;
            }
        }

        return true;
    }
}
