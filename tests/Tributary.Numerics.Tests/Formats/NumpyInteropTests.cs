// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Tributary.Numerics.Tests.Formats;

/// <summary>Files exchanged with numpy itself, where Python has it.</summary>
public sealed class NumpyInteropTests : FolderTests
{
    private const string ReadScript = """
        import sys, numpy as np
        with np.load(sys.argv[1]) as f:
            assert f.files == ["fc1.weight", "n", "h", "b", "e", "é"], f.files
            assert f["fc1.weight"].dtype == np.float32 and (f["fc1.weight"] == np.arange(6, dtype=np.float32).reshape(2, 3)).all()
            assert f["n"].shape == () and f["n"] == -7 and f["n"].dtype == np.int64
            assert f["h"].dtype == np.float16 and f["h"][0] == 1.5
            assert f["b"].dtype == np.bool_ and f["b"].tolist() == [True, False]
            assert f["é"].dtype == np.uint16 and f["é"][0] == 65535
            assert f["e"].shape == (0, 3)
        print("ok")
        """;

    private const string WriteScript = """
        import sys, numpy as np
        arrays = {"a/b": np.arange(6, dtype=">f4").reshape(2, 3), "f": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
                  "n": np.int64(5), "é": np.array([True, False]), "e": np.zeros((0, 2), np.float16), "w": np.zeros(100000, np.float32)}
        np.savez(sys.argv[1], **arrays)
        np.savez_compressed(sys.argv[2], **arrays)
        print("ok")
        """;

    private const string UnpickleScript = """
        import sys, pickle, numpy as np
        with open(sys.argv[1], "rb") as f:
            arrays = pickle.load(f)
        assert [a.dtype.str for a in arrays] == ["<f4", "<i8", "<f2", "|b1", "<f8"], [a.dtype.str for a in arrays]
        assert arrays[0].tolist() == [[0, 1, 2], [3, 4, 5]] and arrays[1].shape == () and arrays[1] == -7
        assert arrays[2].tolist() == [1.5] and arrays[3].tolist() == [True, False] and arrays[4].shape == (0, 3)
        arrays[0][0, 0] = 9
        print("ok")
        """;

    private static readonly string? Python = FindPython();

    [Fact]
    public void Write_BothCompressions_LoadsInNumpy()
    {
        Assert.SkipWhen(Python is null, "There is no python3 with numpy.");
        using var set = Mixed(["fc1.weight", "n", "h", "b", "e"], new ArraySpec("é", ElementType.UInt16, [1]));
        set.Values<ushort>(5)[0] = ushort.MaxValue;
        foreach (var codec in new[] { ParameterCodecs.Get("npz"), ParameterCodecs.DeflatedNpz })
        {
            var path = Folder.Combine("written.npz");
            File.WriteAllBytes(path, Sets.Encode(codec, set));
            Assert.Equal("ok", Run(Python, "-c", ReadScript, path));
        }
    }

    [Fact]
    public void Write_Pickle_LoadsInPython()
    {
        Assert.SkipWhen(Python is null, "There is no python3 with numpy.");
        using var set = Mixed(["0", "1", "2", "3", "4"]);
        var path = Folder.Combine("written.pkl");
        File.WriteAllBytes(path, Sets.Encode(ParameterCodecs.Pickle, set));

        Assert.Equal("ok", Run(Python, "-c", UnpickleScript, path));
    }

    [Fact]
    public void Read_SavezAndSavezCompressed_HaveTheValues()
    {
        Assert.SkipWhen(Python is null, "There is no python3 with numpy.");
        string[] paths = [Folder.Combine("stored.npz"), Folder.Combine("deflated.npz")];
        Assert.Equal("ok", Run(Python, ["-c", WriteScript, .. paths]));
        foreach (var path in paths)
        {
            using var set = Sets.Decode(ParameterCodecs.Get("npz"), File.ReadAllBytes(path));
            Assert.Equal(
                Sets.Layout(
                    new ArraySpec("a/b", ElementType.Float32, [2, 3]),
                    new ArraySpec("f", ElementType.Float64, [2, 3]),
                    new ArraySpec("n", ElementType.Int64, []),
                    new ArraySpec("é", ElementType.Boolean, [2]),
                    new ArraySpec("e", ElementType.Float16, [0, 2]),
                    new ArraySpec("w", ElementType.Float32, [100_000])),
                set.Layout);
            Assert.Equal([0f, 1, 2, 3, 4, 5], set.Values<float>(0).ToArray());
            Assert.Equal([0.0, 1, 2, 3, 4, 5], set.Values<double>(1).ToArray());
            Assert.Equal([5L], set.Values<long>(2).ToArray());
            Assert.Equal([true, false], set.Values<bool>(3).ToArray());
        }
    }

    /// <summary>Arrays of five types, a scalar and an empty one among them, and others with zeros.</summary>
    private static ParameterSet Mixed(string[] names, params ArraySpec[] others)
    {
        var set = ParameterSet.Allocate(Sets.Layout([
            new ArraySpec(names[0], ElementType.Float32, [2, 3]),
            new ArraySpec(names[1], ElementType.Int64, []),
            new ArraySpec(names[2], ElementType.Float16, [1]),
            new ArraySpec(names[3], ElementType.Boolean, [2]),
            new ArraySpec(names[4], ElementType.Float64, [0, 3]),
            .. others]));
        new[] { 0f, 1, 2, 3, 4, 5 }.CopyTo(set.Values<float>(0));
        set.Values<long>(1)[0] = -7;
        set.Values<Half>(2)[0] = (Half)1.5;
        set.Values<bool>(3)[0] = true;
        return set;
    }

    private static string? FindPython() =>
        new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python => Run(python, "-c", "import importlib.util as u; print('ok' if u.find_spec('numpy') else '')") == "ok");

    private static string Run(string python, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, arguments) { UseShellExecute = false, RedirectStandardOutput = true });
            var output = process?.StandardOutput.ReadToEnd().Trim();
            process?.WaitForExit();
            return $"{output}";
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return exception.Message;
        }
    }
}
