// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Files that are no weights are named, not spelled in hexadecimal digits.</summary>
public sealed class FileKindTests
{
    private static readonly IParameterCodec Npz = ParameterCodecs.Get("npz");

    [Theory]
    [InlineData("\u0089HDF\r\n\u001A\n rest", "an HDF5 file, as Keras writes it")]
    [InlineData("\u0080\u0002\u008A\u000A\u006C\u00FC\u009C\u0046\u00F9\u0020\u006A\u00A8\u0050\u0019.", "a PyTorch file in the format before version 1.6")]
    [InlineData("\u0080\u0004N.", "a pickle")]
    [InlineData("\u001C\0\0\0TFL3 rest", "a TensorFlow Lite model")]
    [InlineData("GGUF\u0003\0\0\0", "a GGUF model")]
    [InlineData("\u0008\u0001\u0012\u0003abc", "the saved_model.pb of a TensorFlow SavedModel")]
    [InlineData("\u0008\u0007\u0012\u0007pytorch\u001A\u00052.0.0", "an ONNX model")]
    [InlineData("\u001F\u008B\u0008\0\0", "packed by gzip")]
    [InlineData("\u0078\u009C\u0001", "packed by zlib")]
    [InlineData("\u0093NUMPY\u0001\0", "a single array of numpy (npy)")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a pointer of Git LFS, not the file that it stands for")]
    [InlineData("model_checkpoint_path: \"m\"\n", "the checkpoint text of TensorFlow, which only names the files with the weights")]
    [InlineData("\0\0\u0001\u0002 table \u0057\u00FB\u0080\u008B\u0024\u0075\u0047\u00DB", "the index of a TensorFlow checkpoint")]
    [InlineData("", "an empty file")]
    public void Describe_FileOfAFramework_NamesIt(string content, string kind)
    {
        var bytes = Encoding.Latin1.GetBytes(content);
        using var source = ByteSource.FromMemory(bytes);

        Assert.Equal(kind, FileKind.Describe(source));
        Assert.Equal($"The file is {kind}; expected npz.", Sets.Refused(Npz, bytes).Message);
    }

    [Theory]
    [InlineData("\u0008\u0007\u0012\u0007py\0orch")]
    [InlineData("\u0008\u0007\u0012\u0040short")]
    [InlineData("some text")]
    public void Describe_OtherBytes_IsNull(string content)
    {
        using var source = ByteSource.FromMemory(Encoding.Latin1.GetBytes(content));

        Assert.Null(FileKind.Describe(source));
    }

    [Theory]
    [InlineData("net/data.pkl", "a PyTorch archive")]
    [InlineData("model.weights.h5", "a Keras archive")]
    [InlineData("m/saved_model.pb", "an archive of a TensorFlow SavedModel")]
    [InlineData("m.h5", "an archive of an HDF5 file")]
    [InlineData("m.onnx", "an archive of an ONNX model")]
    [InlineData("m.tflite", "an archive of a TensorFlow Lite model")]
    public void Read_ArchiveOfAFramework_NamesIt(string member, string kind) =>
        Assert.Equal($"The file is {kind}; expected npz.", Sets.Refused(Npz, NpzFiles.Zip(("first", [1]), (member, [1]))).Message);

    [Fact]
    public void Read_Safetensors_NamesWhatItIs() => Assert.Equal(
        "The file is an HDF5 file, as Keras writes it; expected safetensors.",
        Sets.Refused(ParameterCodecs.Get("safetensors"), Encoding.Latin1.GetBytes("\u0089HDF\r\n\u001A\n rest")).Message);

    [Theory]
    [InlineData("\u0089HDF\r\n\u001A\n rest", "Array '0' is an HDF5 file, as Keras writes it; expected npy.")]
    [InlineData("some other text", "Array '0' is of no known format; expected npy.")]
    public void Read_Npy_NamesWhatItIs(string content, string message) =>
        Assert.Equal(message, Sets.Refused(ParameterCodecs.Get("npy"), Encoding.Latin1.GetBytes(content)).Message);
}
