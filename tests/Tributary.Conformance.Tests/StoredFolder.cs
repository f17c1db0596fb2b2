// SPDX-License-Identifier: Apache-2.0

using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Tributary.Conformance.Tests;

/// <summary>A copy of a data folder that an earlier version left behind when it was killed; Fixtures/README.md says what is in it.</summary>
internal sealed class StoredFolder : IDisposable
{
    // Of SQLite's C interface: the last connection leaves the write-ahead log as it is.
    private const int NoCheckpointOnClose = 1006;

    private readonly TemporaryFolder _folder = new();
    private readonly string _name;

    public StoredFolder(string name)
    {
        _name = name;
        using var archive = new GZipStream(File.OpenRead(Locate($"{name}.tar.gz")), CompressionMode.Decompress);
        TarFile.ExtractToDirectory(archive, _folder.Path, overwriteFiles: false);
        Told = JsonNode.Parse(File.ReadAllText(Locate($"{name}.json")))!;
    }

    /// <summary>What the server answered before it was killed.</summary>
    public JsonNode Told { get; }

    public string Data => Path.Combine(Home, "data");

    /// <summary>A server on the copy, with the settings that lie beside the data.</summary>
    public ServerStart Start => new(Data) { WorkingDirectory = Home };

    private string Home => _folder.Combine(_name);

    /// <summary>
    /// Rounds take updates for a week at most, and the folder is older: the database is changed in that alone, and its log not folded in.
    /// </summary>
    public void EndOpenRoundsAt(DateTimeOffset deadline)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "tributary.db")};Pooling=False");
        connection.Open();
        Assert.Equal(0, raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _));
        using var command = connection.CreateCommand();
        command.CommandText =
            """UPDATE selections SET "Deadline" = $deadline WHERE "Round" IN (SELECT "Number" FROM rounds WHERE "Status" = 0)""";
        command.Parameters.AddWithValue("$deadline", deadline.UtcTicks);
        Assert.Equal(2, command.ExecuteNonQuery());
        Assert.NotEqual(0, new FileInfo(Path.Combine(Data, "tributary.db-wal")).Length);
    }

    public void Dispose() => _folder.Dispose();

    private static string Locate(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", file);
}
