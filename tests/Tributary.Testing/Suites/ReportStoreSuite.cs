// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Testing.Suites;

public abstract class ReportStoreSuite(StoreHost host) : StoreSuite<IReportStore>(host)
{
    private static readonly ReportSender Sender = new("n", "CLIENT", "a");

    [Fact]
    public async Task Add_AllKindsRestarted_AreThereToTheLastField()
    {
        var status = new StatusReport
        {
            Id = "1",
            Sender = Sender,
            At = At,
            Status = "s",
            LogLevel = "INFO",
            Type = "LOG",
            Data = "d",
            Extra = "e",
            CorrelationId = "c",
            Session = "x",
        };
        var validation = new ValidationReport
        {
            Id = "2",
            Sender = Sender,
            Receiver = Sender with { Name = "r" },
            At = At,
            Model = "m",
            Data = "{\"loss\": NaN}",
            CorrelationId = "c",
            Session = "x",
            Meta = "{}",
        };
        var metric = Value("3", ValueKind.Metric, 0) with { Step = 5, Model = "m", Round = "7", Session = "x" };
        var attribute = new ValueReport { Id = "4", Kind = ValueKind.Attribute, Key = "k", Text = "NaN", At = At };
        await Store.AddAsync([status, validation, metric, attribute], Token);
        Restart();

        Assert.Equal([status], (await Store.ListStatusesAsync(new PageRequest(), Token)).Items);
        Assert.Equal([validation], (await Store.ListValidationsAsync(new PageRequest(), Token)).Items);
        Assert.Equal([metric], (await Store.ListValuesAsync(ValueKind.Metric, new PageRequest(), Token)).Items);
        Assert.Equal([attribute], (await Store.ListValuesAsync(ValueKind.Attribute, new PageRequest(), Token)).Items);
        Assert.Empty((await Store.ListValuesAsync(ValueKind.Telemetry, new PageRequest(), Token)).Items);
    }

    [Fact]
    public async Task Add_NullCharacters_AreReplacedAndCutNothing()
    {
        var longest = new string('x', 100_000);
        await Store.AddAsync(
            [
                new StatusReport { Id = "1", At = At, Status = "a\0b", LogLevel = "INFO", Type = "LOG", Data = $"\0{longest}\0", Extra = longest, Sender = Sender with { Name = "n\0" } },
                new ValidationReport { Id = "2", At = At, Model = "m", Data = $"{longest}\0", Meta = "\0\uFDD00", CorrelationId = "c" },
                new ValueReport { Id = "3", At = At, Kind = ValueKind.Attribute, Key = "k", Text = $"{longest}\0y" },
            ],
            Token);
        Restart();

        var status = Assert.Single((await Store.ListStatusesAsync(new PageRequest(), Token)).Items);
        Assert.Equal(("a\uFFFDb", $"\uFFFD{longest}\uFFFD", longest, "n\uFFFD"), (status.Status, status.Data, status.Extra, status.Sender!.Name));
        var validation = Assert.Single((await Store.ListValidationsAsync(new PageRequest(), Token)).Items);
        Assert.Equal(($"{longest}\uFFFD", "\uFFFD\uFDD00", "c"), (validation.Data, validation.Meta, validation.CorrelationId));
        Assert.Equal($"{longest}\uFFFDy", Assert.Single((await Store.ListValuesAsync(ValueKind.Attribute, new PageRequest(), Token)).Items).Text);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-0.0)]
    [InlineData(double.Epsilon)]
    public async Task Add_OddNumber_IsKept(double number)
    {
        await Store.AddAsync([Value("1", ValueKind.Metric, number)], Token);

        Assert.Equal(number, Assert.Single((await Store.ListValuesAsync(ValueKind.Metric, new PageRequest(), Token)).Items).Number);
    }

    [Fact]
    public async Task Add_Telemetry_RemovesTheOldOfTheSameClientAndKey()
    {
        await Store.AddAsync(
            [
                Value("old", ValueKind.Telemetry, 1),
                Value("other key", ValueKind.Telemetry, 1) with { Key = "other" },
                Value("other client", ValueKind.Telemetry, 1) with { Sender = Sender with { ClientId = "b" } },
                Value("metric", ValueKind.Metric, 1),
                Value("young", ValueKind.Telemetry, 1) with { At = At.AddMinutes(1) },
            ],
            Token);

        await Store.AddAsync([Value("new", ValueKind.Telemetry, 2) with { At = At.AddMinutes(6) }], Token);

        var kept = (await Store.ListValuesAsync(ValueKind.Telemetry, new PageRequest { Ascending = true }, Token)).Items;
        Assert.Equal(["other key", "other client", "young", "new"], kept.Select(r => r.Id));
        Assert.Equal(1, (await Store.ListValuesAsync(ValueKind.Metric, new PageRequest(), Token)).Total);
    }

    [Fact]
    public async Task Add_TelemetryOfTheYearOne_IsKept()
    {
        await Store.AddAsync([Value("1", ValueKind.Telemetry, 1) with { At = DateTimeOffset.MinValue }], Token);

        Assert.Equal(1, (await Store.ListValuesAsync(ValueKind.Telemetry, new PageRequest(), Token)).Total);
    }

    [Theory]
    [InlineData("session_id", "x")]
    [InlineData("model_id", "m")]
    [InlineData("round_id", "7")]
    [InlineData("key", "special")]
    [InlineData("client_id", "b")]
    [InlineData("id", "2")]
    public async Task ListValues_Filtered_HasTheMatchAlone(string name, string value)
    {
        await Store.AddAsync(
            [
                Value("1", ValueKind.Metric, 1),
                Value("2", ValueKind.Metric, 1) with
                {
                    Session = "x", Model = "m", Round = "7", Key = "special", Sender = Sender with { ClientId = "b" },
                },
            ],
            Token);

        var page = await Store.ListValuesAsync(ValueKind.Metric, new PageRequest { Filters = Filter(name, value) }, Token);

        Assert.Equal("2", Assert.Single(page.Items).Id);
    }

    [Theory]
    [InlineData("sender.name", "Zoë \"Z\" \\ 1", "2")]
    [InlineData("sender.name", "CLIENT", "")]
    [InlineData("sender.role", "COMBINER", "2")]
    [InlineData("sender.client_id", "\"name\":\"n\"", "3")]
    [InlineData("sender.name", "n", "1")]
    [InlineData("receiver.name", "r", "2")]
    [InlineData("receiver.role", "r", "")]
    public async Task ListValidations_FilteredByPeer_HasTheMatchesAlone(string name, string value, string expected)
    {
        var peer = new ReportSender("n", "CLIENT", "a");
        await Store.AddAsync(
            [
                Validation("1", peer),
                Validation("2", new ReportSender("Zoë \"Z\" \\ 1", "COMBINER", "b")) with { Receiver = new ReportSender("r", "COMBINER", "") },
                Validation("3", peer with { Name = "x", ClientId = "\"name\":\"n\"" }),
                Validation("4", null),
            ],
            Token);

        var page = await Store.ListValidationsAsync(new PageRequest { Filters = Filter(name, value) }, Token);

        Assert.Equal(expected, string.Join(' ', page.Items.Select(v => v.Id)));
    }

    private static ValidationReport Validation(string id, ReportSender? sender) => new() { Id = id, Model = "m", Data = "{}", Sender = sender, At = At };

    private static ValueReport Value(string id, ValueKind kind, double number) =>
        new() { Id = id, Kind = kind, Key = "k", Number = number, Sender = Sender, At = At };
}
