// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Tests;

/// <summary>The exchanges recorded from the original, in their order, held against this server.</summary>
public sealed partial class ReplayTests : FolderTests
{
    private const string Boundary = "XBOUNDX";
    private const string Untouched = "0123456789abcdef01234567";

    /// <summary>Also when the repository is moved on the way: dumped, wiped, and restored into an empty one.</summary>
    [Theory]
    [InlineData]
    [InlineData(217)]
    [InlineData(40, 80, 120, 160, 200)]
    public async Task Replay_EveryRecordedExchange_DiffersOnlyAsTheDocumentationSays(params int[] movedBefore)
    {
        using var golden = JsonDocument.Parse(await File.ReadAllBytesAsync(Golden("fl-repository.json"), Token));
        var exchanges = golden.RootElement.GetProperty("sequences").GetProperty("A").GetProperty("cases").EnumerateArray().ToList();
        var known = Differences();
        var failures = new List<string>();
        var differing = new Dictionary<string, int>();
        var host = await RepositoryHost.StartAsync(Folder.Combine("data"));
        try
        {
            for (var i = 0; i < exchanges.Count; i++)
            {
                host = movedBefore.Contains(i) ? await MoveAsync(host, Folder.Combine($"moved-{i}")) : host;
                var name = exchanges[i].GetProperty("name").GetString()!;
                var (status, problems) = await CompareAsync(host, exchanges[i]);
                if (problems.Count > 0)
                {
                    differing[name] = status;
                }

                if (problems.Count > 0 && !known.ContainsKey(name))
                {
                    failures.Add($"{name}: {string.Join("; ", problems)}");
                }
            }
        }
        finally
        {
            await host.DisposeAsync();
        }

        Assert.Empty(failures);
        Assert.Equal(known.OrderBy(k => k.Key, StringComparer.Ordinal), differing.OrderBy(k => k.Key, StringComparer.Ordinal));
        Assert.Equal(218, exchanges.Count);
    }

    private static async Task<RepositoryHost> MoveAsync(RepositoryHost host, string folder)
    {
        var token = Token;
        var dump = new MemoryStream();
        await using (host)
        {
            await RepositoryDump.WriteAsync(host.Transfer, dump, token);
        }

        var empty = await RepositoryHost.StartAsync(folder);
        dump.Position = 0;
        await empty.RestoreAsync(dump);
        return empty;
    }

    private static async Task<(int Status, List<string> Problems)> CompareAsync(RepositoryHost host, JsonElement exchange)
    {
        var name = exchange.GetProperty("name").GetString();
        using var request = new HttpRequestMessage(new HttpMethod(exchange.GetProperty("method").GetString()!), exchange.GetProperty("path").GetString());
        var body = name == "big put" ? Form(Big())
            : exchange.GetProperty("request_body_b64").GetString() is { } text ? Convert.FromBase64String(text) : null;
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        foreach (var header in exchange.GetProperty("request_headers").EnumerateObject())
        {
            if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()))
            {
                request.Content!.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString());
            }
        }

        using var response = await host.Client.SendAsync(request, Token);
        var got = await response.Content.ReadAsByteArrayAsync(Token);
        var problems = new List<string>();
        Check("status", ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), exchange.GetProperty("status").GetRawText());
        if (exchange.GetProperty("body").GetString() is { } wanted)
        {
            Check("body", Normalize(got), wanted);
        }
        else if (name == "big get")
        {
            Check("body", Convert.ToBase64String(got), Convert.ToBase64String(Big()));
        }

        var headers = exchange.GetProperty("headers");
        Check("content-type", response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.Single() : null, Recorded("content-type"));
        Check("allow", response.Content.Headers.TryGetValues("Allow", out var allow) ? string.Join(", ", allow) : null, Recorded("allow"));
        Check(
            "location",
            response.Headers.Location?.OriginalString,
            Recorded("location")?.Replace("<base>", host.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        return ((int)response.StatusCode, problems);

        string? Recorded(string header) => headers.TryGetProperty(header, out var value) ? value.GetString() : null;

        void Check(string what, string? is_, string? recorded)
        {
            if (is_ != recorded)
            {
                problems.Add($"{what} '{is_}', recorded '{recorded}'");
            }
        }
    }

    private static byte[] Big()
    {
        var content = new byte[3 << 20];
        new Random(20221).NextBytes(content);
        return content;
    }

    private static byte[] Form(byte[] content) =>
    [
        .. Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m.zip\"\r\n\r\n"),
        .. content,
        .. Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n"),
    ];

    private static string Normalize(byte[] body)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(body);
        }
        catch (ArgumentException)
        {
            return $"b64:{Convert.ToBase64String(body)}";
        }

        return Date().Replace(Id().Replace(text, m => m.Value == Untouched ? Untouched : "<oid>"), "<date>");
    }

    /// <summary>The rows of the table in the documentation: which exchange differs, and the status here.</summary>
    private static Dictionary<string, int> Differences() =>
        File.ReadLines(Golden("fl-repository-differences.md"))
            .Select(line => Row().Match(line))
            .Where(m => m.Success)
            .ToDictionary(m => m.Groups["name"].Value, m => int.Parse(m.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture));

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    [GeneratedRegex("(?<=\")[0-9a-f]{24}(?=\")", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Date();

    [GeneratedRegex(@"^\| `(?<name>.+)` \| \d{3} \| (?<status>\d{3}) \| \S.* \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
