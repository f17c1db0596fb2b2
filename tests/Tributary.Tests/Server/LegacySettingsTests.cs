// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Tributary.Tests.Server;

public sealed class LegacySettingsTests
{
    private const string Own = "http://127.0.0.1:9012";

    public static TheoryData<string, string, string> Deployments => new()
    {
        { "HOST=127.0.0.2 PORT=9013 DB_ADDRESS=repositorydb", "", "http://127.0.0.2:9013" },
        { "PORT=9013 DB_ADDRESS=repositorydb", "", "http://127.0.0.1:9013" },
        { "HOST=::1 DB_ADDRESS=repositorydb", "", "http://[::1]:9012" },
        { "DB_ADDRESS=repositorydb DB_PORT=27017", "", Own },
        { "HOST=127.0.0.2 PORT=9013", "", Own },
        { "HOST=127.0.0.2 PORT=9013", "Repository:LegacySettings=true", "http://127.0.0.2:9013" },
        { "PORT=9013", "Repository:LegacySettings=TRUE", "http://127.0.0.1:9013" },
        { "PORT=9013", "Repository:LegacySettings=false", Own },
        { "PORT=9013", "Repository:LegacySettings=", Own },
        { "PORT=9013 DB_ADDRESS=repositorydb", "Repository:LegacySettings=false", "http://127.0.0.1:9013" },
        { "PORT=9013 DB_ADDRESS=repositorydb", "Repository:LegacySettings=", "http://127.0.0.1:9013" },
        { "PORT=9013 DB_ADDRESS=repositorydb", "Server:Repository=http://127.0.0.1:7", "http://127.0.0.1:7" },
    };

    [Theory]
    [MemberData(nameof(Deployments))]
    public void Variables_SetTheListenerOfTheRepositoryAlone(string variables, string given, string expected)
    {
        var configuration = ServerConfiguration.Load(Pairs(given), Pairs(variables).GetValueOrDefault);

        Assert.Equal(expected, configuration["Server:Repository"]);
        Assert.Equal("http://127.0.0.1:8092", configuration["Server:Controller"]);
        Assert.True(ServerConfiguration.TryRead(configuration, out _, out var errors), string.Join(' ', errors));
    }

    [Theory]
    [InlineData("PORT=0 DB_ADDRESS=d", "", "The variable PORT is '0'; expected 1 to 65535.")]
    [InlineData("PORT=http DB_ADDRESS=d", "", "The variable PORT is 'http'; expected 1 to 65535.")]
    [InlineData("", "Repository:LegacySettings=perhaps", "Repository:LegacySettings is 'perhaps'; expected true or false.")]
    public void Variables_ThatAreWrong_AreNamed(string variables, string given, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => ServerConfiguration.Load(Pairs(given), Pairs(variables).GetValueOrDefault));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Variables_WithoutEffect_AreToldOnceWithTheReason()
    {
        var configuration = ServerConfiguration.Load(Pairs(""), Pairs("DB_ADDRESS=repositorydb DB_PORT=27017 SERVER_PORT=8000 HOST=127.0.0.1").GetValueOrDefault);
        var logger = new LineLogger();

        LegacySettings.LogWithoutEffect(configuration, logger);

        Assert.Equal(
            [
                "The variable DB_ADDRESS has no effect: no MongoDB is needed: documents and files are in the data folder",
                "The variable DB_PORT has no effect: no MongoDB is needed: documents and files are in the data folder",
                "The variable SERVER_PORT has no effect: the FL Repository read it and never used it",
            ],
            logger.Lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "Repository:LegacySettings=", null)]
    [InlineData("PORT=9013 DB_ADDRESS=d", "Repository:LegacySettings=False", "False")]
    [InlineData("PORT=9013", "Repository:LegacySettings=false", null)]
    [InlineData("PORT=9013 DB_ADDRESS=d", "Repository:LegacySettings=true", null)]
    [InlineData("PORT=9013 DB_ADDRESS=d", "", null)]
    public void Switch_ThatMeantSomethingElseOnce_IsToldWithItsMeaning(string variables, string given, string? value)
    {
        var logger = new LineLogger();

        LegacySettings.LogWithoutEffect(ServerConfiguration.Load(Pairs(given), Pairs(variables).GetValueOrDefault), logger);

        Assert.Equal(
            value is null
                ? []
                : [$"Repository:LegacySettings is '{value}' and taken for false: HOST and PORT count where DB_ADDRESS is set, and Server:Repository stands above them"],
            logger.Lines.Where(line => !line.StartsWith("The variable", StringComparison.Ordinal)));
    }

    private static Dictionary<string, string?> Pairs(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => (string?)pair[1], StringComparer.Ordinal);

    private sealed class LineLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
