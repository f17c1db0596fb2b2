// SPDX-License-Identifier: Apache-2.0

using System.Formats.Tar;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Tributary.Core.Combiners;
using Tributary.Core.Identity;
using Tributary.Core.Models;
using Tributary.Core.Reports;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Storage.Relational.Stores;

namespace Tributary.Storage.Tests;

/// <summary>The names and numbers that rows hold. The tables may only grow: what is gone from them is in somebody's data folder still.</summary>
public sealed class PersistedJsonTests : FolderTests
{
    private const string Name = "data-folder-0.1.0";

    private static readonly JsonSerializerOptions Strict = new(StorageJson.Default.Options)
    {
        TypeInfoResolver = StorageJson.Default,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Where JSON is kept, and of what.</summary>
    public static TheoryData<string, string, Type> Columns => new()
    {
        { "sessions", "Config", typeof(SessionConfig) },
        { "runs", "Clients", typeof(string[]) },
        { "rounds", "Plan", typeof(RoundPlan) },
        { "rounds", "Combiners", typeof(CombinerReport[]) },
        { "rounds", "Times", typeof(RoundTimes) },
        { "selections", "Clients", typeof(string[]) },
        { "statuses", "Sender", typeof(ReportSender) },
        { "validations", "Sender", typeof(ReportSender) },
        { "validations", "Receiver", typeof(ReportSender) },
        { "reported_values", "Sender", typeof(ReportSender) },
    };

    public static TheoryData<Type, string> Names => new()
    {
        {
            typeof(SessionConfig),
            "aggregator aggregatorKwargs bufferSize clientsRequired deleteModelsStorage helperType maxClients modelId overSelection requestedClients roundTimeout rounds serverFunctions validate"
        },
        { typeof(RoundPlan), "clients combiner jobId model phase phaseModel round selectionSeed session terms" },
        {
            typeof(RoundSettings),
            "aggregator aggregatorKwargs bufferSize clientsRequired deleteModelsStorage helperType maxClients overSelection requestedClients roundTimeout validate"
        },
        { typeof(CombinerReport), "aggregated aggregating bytes jobId model name refused required selected status total waited weight" },
        { typeof(RoundTimes), "commit reduce" },
        { typeof(PhaseResult), "model state" },
        { typeof(ModelState), "data strategy" },
        { typeof(ReportSender), "clientId identity name role" },
    };

    public static TheoryData<Type, string> Numbers => new()
    {
        { typeof(SessionStatus), "Created=0 Started=1 Finished=2 Terminated=3" },
        { typeof(RoundStatus), "Pending=0 Success=1 Finished=2 Failed=3 Terminated=4" },
        { typeof(ValueKind), "Metric=0 Attribute=1 Telemetry=2" },
        { typeof(Roles), "None=0 Client=1 Combiner=2 Controller=4 Admin=8" },
        { typeof(RepositoryKind), "Model=0 TrainingResult=1 Strategy=2 Transformation=3 Collector=4" },
    };

    [Theory]
    [MemberData(nameof(Columns))]
    public void Column_WrittenBy010_IsReadWithAllItsMembers(string table, string column, Type type)
    {
        var texts = Read(table, column);

        Assert.NotEmpty(texts);
        Assert.All(texts, text =>
        {
            var read = JsonSerializer.Deserialize(text, Strict.GetTypeInfo(type));

            // A null character in a text is replaced when it is read.
            AssertHolds(JsonNode.Parse(text.Replace("\\u0000", "\\uFFFD", StringComparison.Ordinal))!, JsonSerializer.SerializeToNode(read, Strict.GetTypeInfo(type))!);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Record_Persisted_HasThoseNames(Type type, string names)
    {
        Assert.Equal(names.Split(' '), Strict.GetTypeInfo(type).Properties.Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.All(
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance),
            property => Assert.True(property.IsDefined(typeof(JsonPropertyNameAttribute)), $"{type.Name}.{property.Name} says no name of its own"));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Enum_Persisted_HasThoseNumbers(Type type, string members) => Assert.Equal(
        members.Split(' '), Enum.GetValues(type).Cast<Enum>().Select(value => $"{value}={value:D}"));

    private List<string> Read(string table, string column)
    {
        using (var archive = new GZipStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", $"{Name}.tar.gz")), CompressionMode.Decompress))
        {
            TarFile.ExtractToDirectory(archive, Folder.Path, overwriteFiles: false);
        }

        var database = Path.Combine(Folder.Path, Name, "data", "tributary.db");
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT \"{column}\" FROM {table} WHERE \"{column}\" IS NOT NULL";
        using var rows = command.ExecuteReader();
        var texts = new List<string>();
        while (rows.Read())
        {
            texts.Add(rows.GetString(0));
        }

        return texts;
    }

    /// <summary>Nothing that was written is lost; a version may write more.</summary>
    private static void AssertHolds(JsonNode written, JsonNode now)
    {
        switch (written)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    Assert.True(now.AsObject().ContainsKey(name), $"{name} is gone from {now.ToJsonString()}");
                    AssertHolds(value!, now[name]!);
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, now.AsArray().Count);
                for (var i = 0; i < items.Count; i++)
                {
                    AssertHolds(items[i]!, now[i]!);
                }

                break;
            default:
                Assert.Equal(written.ToJsonString(), now.ToJsonString());
                break;
        }
    }
}
