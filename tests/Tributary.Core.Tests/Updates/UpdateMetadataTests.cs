// SPDX-License-Identifier: Apache-2.0

using Tributary.Core.Updates;

namespace Tributary.Core.Tests.Updates;

public sealed class UpdateMetadataTests
{
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
        var (metadata, error) = Read($$"""{"training_metadata": {"num_examples": {{text}}}, {{Config}}}""");

        Assert.Null(error);
        Assert.Equal(new UpdateMetadata(expected, 7), metadata);
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
        var (metadata, error) = Read($$"""{"training_metadata": {"num_examples": {{text}}}, {{Config}}}""");

        Assert.Equal(Examples, error!.Field);
        Assert.Equal(7, metadata.Round);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"num_example": 1}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("3")]
    public void Read_ExamplesMissing_NamesField(string training)
    {
        var (metadata, error) = Read($$"""{"training_metadata": {{training}}, {{Config}}}""");

        Assert.Equal(new SubmitUpdateResult.Invalid(Examples, "is missing; expected a number above 0"), error);
        Assert.Equal(7, metadata.Round);
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
        var (metadata, error) = Read(meta);

        Assert.Equal("meta", error!.Field);
        Assert.Equal(0, metadata.Round);
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
        var (metadata, error) = Read($$"""{"training_metadata": {"num_examples": 1}, {{config}}}""");

        Assert.Equal("meta.config", error!.Field);
        Assert.Equal(0, metadata.Round);
    }

    [Theory]
    [InlineData("""{"round_id": "7"}""")]
    [InlineData("""{"round_id": 7}""")]
    [InlineData("""{"round_id": 7.0, "loss": NaN}""")]
    public void Read_ConfigBesideMeta_IsReadWhenMetaHasNone(string config)
    {
        var offer = new UpdateSubmission(ClientId.Parse("a"), "u", """{"training_metadata": {"num_examples": 1}}""", config);

        Assert.Equal((new UpdateMetadata(1, 7), null), UpdateMetadata.Read(offer));
    }

    private static (UpdateMetadata Metadata, SubmitUpdateResult.Invalid? Error) Read(string meta) =>
        UpdateMetadata.Read(new UpdateSubmission(ClientId.Parse("a"), "u", meta, ""));
}
