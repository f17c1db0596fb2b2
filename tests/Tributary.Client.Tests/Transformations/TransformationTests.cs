// SPDX-License-Identifier: Apache-2.0

using System.Text.Json.Nodes;
using Tributary.Client.Transformations;

namespace Tributary.Client.Tests.Transformations;

/// <summary>The known transformations against what NumPy makes of the same data (vectors.json, written by make_vectors.py).</summary>
public sealed class TransformationTests
{
    private static readonly Lazy<JsonArray> Vectors = new(() =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Transformations", "vectors.json")))!.AsArray());

    public static TheoryData<string> Names => [.. Vectors.Value.Select(vector => vector!["name"]!.GetValue<string>())];

    private static NumberArray Cube { get; } = new(new double[24], 2, 3, 4);

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_Vector_GivesWhatNumPyGives(string name)
    {
        var vector = Vectors.Value.Single(v => v!["name"]!.GetValue<string>() == name)!;
        var data = Read(vector["data"]!);
        var before = data.Select(array => array.Values.ToArray()).ToList();

        var result = TransformationPipeline.Create(vector["steps"]!.ToJsonString()).Apply(data);

        var expected = Read(vector["result"]!);
        Assert.Equal(expected.Select(array => array.Shape), result.Select(array => array.Shape));
        foreach (var (want, have) in expected.Zip(result))
        {
            Assert.All(want.Values.ToArray().Zip(have.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, Math.Abs(pair.First) * 1e-14));
        }

        Assert.Equal(before, data.Select(array => array.Values.ToArray()));
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("{}", "no list of at most 100 transformations")]
    [InlineData("[1]", "Step 0 of the configuration has no text 'id'")]
    [InlineData("""[{"id": 5}]""", "Step 0 of the configuration has no text 'id'")]
    [InlineData("""[{"id": "custom.expansion", "parameters": []}]""", "'parameters' that are no object")]
    [InlineData("""[{"id": "custom.mine"}]""", "'custom.mine' is not known here; expected one of application.tests.categorical_transformation, ")]
    [InlineData("""[{"id": "custom.expansion", "parameters": {"axis": 0.5}}]""", "Parameter 'axis' of transformation 'custom.expansion' is 0.5; expected a whole number from -64 to 64.")]
    [InlineData("""[{"id": "custom.expansion", "parameters": {"axes": 0}}]""", "has no parameter 'axes'; expected axis.")]
    [InlineData("""[{"id": "custom.basic_norm", "parameters": {"std": [1, 0]}}]""", "'std' with 0 in it")]
    [InlineData("""[{"id": "custom.basic_norm", "parameters": {"mean": [1e999]}}]""", "is [1e999]; expected a list of 1 to 1048576 numbers")]
    [InlineData("""[{"id": "custom.basic_norm", "parameters": {"mean": []}}]""", "is []; expected a list")]
    [InlineData("""[{"id": "custom.rescale_values_to_milli_gi", "parameters": {"multiplier": "2"}}]""", "is \"2\"; expected a number")]
    [InlineData("""[{"id": "custom.img_transpose", "parameters": {"axes": [0, 0]}}]""", "is [0, 0]; expected a list with each axis once")]
    [InlineData("""[{"id": "categorical_transformation", "parameters": {"categories": 0}}]""", "expected a whole number from 1 to 16777216")]
    public void Create_WrongConfiguration_SaysWhatWasExpected(string configuration, string message) =>
        Assert.Contains(message, Assert.Throws<TransformationException>(() => TransformationPipeline.Create(configuration)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("custom.expansion", """{"axis": 4}""", 1, "axis 4; expected -4 to 3")]
    [InlineData("custom.expansion", "{}", 2, "got 2 arrays; expected 1")]
    [InlineData("custom.basic_norm", """{"mean": [1, 2], "std": [1, 2]}""", 1, "has 2 means and 2 deviations for data of the shape (2, 3, 4); expected 1 or 4 of each")]
    [InlineData("custom.compute_vector_length", """{"axis": -4}""", 1, "axis -4; expected -3 to 2")]
    [InlineData("custom.merge_as_column", "{}", 1, "got 1 arrays; expected data and a column")]
    [InlineData("custom.merge_as_column", "{}", 2, "data of the shape (2, 3, 4) and a column of (2, 1, 3, 4)")]
    [InlineData("custom.img_transpose", """{"axes": [1, 0]}""", 1, "shape (2, 3, 4); expected 2 axes")]
    public void Apply_DataOfAnotherShape_SaysWhatWasExpected(string id, string parameters, int arrays, string message)
    {
        var pipeline = TransformationPipeline.Create($$"""[{"id": "{{id}}", "parameters": {{parameters}}}]""");

        var error = Assert.Throws<TransformationException>(() => pipeline.Apply([.. Enumerable.Repeat(Cube, arrays)]));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-1)]
    [InlineData(0.5)]
    [InlineData(double.NaN)]
    public void Apply_LabelThatIsNoCategory_SaysWhatWasExpected(double label)
    {
        var pipeline = TransformationPipeline.Create("""[{"id": "categorical_transformation"}]""");

        var error = Assert.Throws<TransformationException>(() => pipeline.Apply([Cube, new NumberArray(new[] { 0, label }, 2)]));

        Assert.Contains("label 1 is", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ResultTooLargeForAnArray_IsRefusedBeforeItIsMade()
    {
        var pipeline = TransformationPipeline.Create("""[{"id": "categorical_transformation", "parameters": {"categories": 16777216}}]""");

        var error = Assert.Throws<TransformationException>(() => pipeline.Apply([Cube, new NumberArray(new double[1000], 1000)]));

        Assert.Contains("(1000, 16777216), which is too large", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, new[] { 2 })]
    [InlineData(2, new[] { -1, -2 })]
    [InlineData(1, new[] { 0 })]
    [InlineData(0, new int[0])]
    [InlineData(0, new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    public void NumberArray_ShapeThatDoesNotFit_IsRefused(int numbers, int[] shape) =>
        Assert.Throws<ArgumentException>(() => new NumberArray(new double[numbers], shape));

    [Fact]
    public void Ids_AreThoseOfTheDocumentation()
    {
        var table = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Transformations", "dotnet-repository.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1..3].Select(cell => cell.Trim(' ', '`')))
            .ToList();

        string[] documented = [.. table, .. table.Where(id => id.StartsWith("custom.", StringComparison.Ordinal)).Select(id => $"inference_application.{id}")];
        Assert.Equal(documented.Order(StringComparer.Ordinal), KnownTransformations.Ids);
    }

    private static List<NumberArray> Read(JsonNode arrays) => [.. arrays.AsArray().Select(array => new NumberArray(
        array!["values"]!.AsArray().Select(v => v!.GetValue<double>()).ToArray(), [.. array["shape"]!.AsArray().Select(v => v!.GetValue<int>())]))];
}
