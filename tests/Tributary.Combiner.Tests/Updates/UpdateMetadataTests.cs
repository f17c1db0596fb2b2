// SPDX-License-Identifier: Apache-2.0

using Tributary.Combiner.Updates;
using Tributary.Core;
using Tributary.Core.Updates;

namespace Tributary.Combiner.Tests.Updates;

public sealed class UpdateMetadataTests
{
    private static readonly ClientId Client = ClientId.Parse("a");

    private const string Examples = "meta.training_metadata.num_examples";
    private const string Config = """ "config": "{\"round_id\": \"7\"}" """;

    [Theory]
    [InlineData("10", 10)]
    [InlineData("1.5", 1.5)]
    [InlineData("\"10\"", 10)]
    [InlineData("1e3", 1000)]
    [InlineData("0.25", 0.25)]
    [InlineData("9007199254740992", 9007199254740992)]
    public void Read_NumberOfExamples_IsTheWeight(string text, double expected)
    {
        var submission = Read($$"""{"training_metadata": {"num_examples": {{text}}}, {{Config}}}""");

        Assert.Null(submission.Error);
        Assert.Equal((expected, 7), (submission.Examples, submission.Round));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("9007199254740993.5")]
    [InlineData("1e300")]
    [InlineData("\"ten\"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[10]")]
    [InlineData("{}")]
    public void Read_NoUsableNumber_NamesFieldAndStillTheRound(string text)
    {
        var submission = Read($$"""{"training_metadata": {"num_examples": {{text}}}, {{Config}}}""");

        Assert.Equal(Examples, submission.Error!.Field);
        Assert.Equal(7, submission.Round);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"num_example": 1}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("3")]
    public void Read_ExamplesMissing_NamesField(string training)
    {
        var submission = Read($$"""{"training_metadata": {{training}}, {{Config}}}""");

        Assert.Equal(new SubmitUpdateResult.Invalid(Examples, "is missing; expected a number above 0"), submission.Error);
        Assert.Equal(7, submission.Round);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"{}\"")]
    [InlineData("""{"training_metadata": {"num_examples": 1}, "config": "\ud800"}""")]
    public void Read_MetaIsNoObject_NamesMeta(string meta)
    {
        var submission = Read(meta);

        Assert.Equal("meta", submission.Error!.Field);
        Assert.Equal(0, submission.Round);
    }

    [Fact]
    public void Read_MetaThatCannotBeRead_SaysWhy()
    {
        var deep = $$"""{"d": {{new string('[', 70)}}{{new string(']', 70)}}}""";

        foreach (var (meta, reason) in new[]
        {
            ($$"""{"log": "{{new string('x', 1 << 20)}}"}""", "has 1048587 characters, more than 1048576"),
            (deep, "cannot be kept: The document is nested deeper than 64."),
            ("\uFEFF{}", "begins with a byte order mark"),
            ("{'a': 1}", "is not JSON: Expecting property name enclosed in double quotes at character 1"),
            ("null", "is JSON, but no object"),
        })
        {
            Assert.Equal(new SubmitUpdateResult.Invalid("meta", $"{reason}; expected a JSON object with training_metadata.num_examples"), Read(meta).Error);
        }

        Assert.Equal(7, UpdateMetadata.Read(Client, "u", "x", """{"round_id": 7}""").Round);
    }

    [Theory]
    [InlineData(""" "config": "" """)]
    [InlineData(""" "config": "no json" """)]
    [InlineData(""" "config": "[7]" """)]
    [InlineData(""" "config": "{}" """)]
    [InlineData(""" "config": "{\"round_id\": \"0\"}" """)]
    [InlineData(""" "config": "{\"round_id\": -7}" """)]
    [InlineData(""" "config": "{\"round_id\": 7.5}" """)]
    [InlineData(""" "config": "{\"round_id\": null}" """)]
    [InlineData(""" "config": "{\"round_id\": \"seven\"}" """)]
    [InlineData(""" "config": "{\"round_id\": 1e300}" """)]
    [InlineData(""" "config": {"round_id": 7} """)]
    [InlineData(""" "other": 1 """)]
    public void Read_NoRound_NamesConfig(string config)
    {
        var submission = Read($$"""{"training_metadata": {"num_examples": 1}, {{config}}}""");

        Assert.Equal("meta.config", submission.Error!.Field);
        Assert.Equal(0, submission.Round);
    }

    [Theory]
    [InlineData("""{"round_id": "7"}""")]
    [InlineData("""{"round_id": 7}""")]
    [InlineData("""{"round_id": 7.0, "loss": NaN}""")]
    public void Read_ConfigBesideMeta_IsReadWhenMetaHasNone(string config)
    {
        var submission = UpdateMetadata.Read(Client, "u", """{"training_metadata": {"num_examples": 1}}""", config);

        Assert.Equal(new UpdateSubmission(Client, "u", 7, 1), submission);
    }

    private static UpdateSubmission Read(string meta) => UpdateMetadata.Read(Client, "u", meta, "");
}
