// SPDX-License-Identifier: Apache-2.0

using System.Globalization;
using System.IO.Compression;

namespace Tributary.Samples.Digits;

/// <summary>Images of handwritten digits with their labels. Immutable.</summary>
public sealed class DigitImages
{
    /// <summary>The number of pixels of an image, 8×8.</summary>
    public const int PixelCount = 64;

    /// <summary>The number of digits.</summary>
    public const int ClassCount = 10;

    private const string FileName = "digits.csv.gz";
    private const float Brightest = 16;

    private readonly float[] _pixels;
    private readonly byte[] _labels;

    private DigitImages(float[] pixels, byte[] labels) => (_pixels, _labels) = (pixels, labels);

    /// <summary>The number of images.</summary>
    public int Count => _labels.Length;

    /// <summary>The digit that each image shows.</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>Returns the pixels of an image, 0 to 1, by row.</summary>
    public ReadOnlySpan<float> Pixels(int image) => _pixels.AsSpan(image * PixelCount, PixelCount);

    /// <summary>Reads all 1,797 images from the file beside the program.</summary>
    /// <exception cref="FileNotFoundException">The file is missing: a published server contains no data set.</exception>
    public static DigitImages Load() => Load(Path.Combine(AppContext.BaseDirectory, FileName));

    internal static DigitImages Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"The digits are not part of a published server: '{path}' is missing. Run from a checkout, or put samples/Digits/Data/{FileName} there.", path);
        }

        using var file = File.OpenRead(path);
        using var text = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var pixels = new List<float>();
        var labels = new List<byte>();
        while (text.ReadLine() is { } line)
        {
            var values = line.Split(',');
            if (values.Length != PixelCount + 1)
            {
                throw new InvalidDataException($"Line {labels.Count + 1} has {values.Length} values; expected {PixelCount + 1}.");
            }

            pixels.AddRange(values.Take(PixelCount).Select(v => float.Parse(v, CultureInfo.InvariantCulture) / Brightest));
            labels.Add(byte.Parse(values[PixelCount], CultureInfo.InvariantCulture));
        }

        return new DigitImages([.. pixels], [.. labels]);
    }

    /// <summary>Returns some of the images, in the given order.</summary>
    public DigitImages Select(IReadOnlyList<int> images)
    {
        var pixels = new float[images.Count * PixelCount];
        for (var i = 0; i < images.Count; i++)
        {
            Pixels(images[i]).CopyTo(pixels.AsSpan(i * PixelCount));
        }

        return new DigitImages(pixels, [.. images.Select(i => _labels[i])]);
    }

    /// <summary>Returns the same images with their labels in random order, so that nothing can be learned from them.</summary>
    public DigitImages ShuffleLabels(int seed)
    {
        var labels = (byte[])_labels.Clone();
        new Random(seed).Shuffle(labels);
        return new DigitImages(_pixels, labels);
    }
}
