// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;

namespace Tributary.Repository.Tests;

public sealed class AccessTests : RepositoryTests
{
    [Theory]
    [InlineData("GET", "/model", "", 401)]
    [InlineData("GET", "/model", "Bearer wrong", 401)]
    [InlineData("GET", "/model", "Bearer", 401)]
    [InlineData("GET", "/model", "Basic !", 401)]
    [InlineData("GET", "/model", "Bearer reader", 200)]
    [InlineData("GET", "/model", "bearer reader", 200)]
    [InlineData("GET", "/model", "Basic dXNlcjpyZWFkZXI=", 200)]
    [InlineData("DELETE", "/model/m/1", "Bearer reader", 403)]
    [InlineData("DELETE", "/model/m/1", "Bearer writer", 403)]
    [InlineData("DELETE", "/model/m/1", "Bearer admin", 204)]
    [InlineData("DELETE", "/strategy/s", "Bearer admin", 404)]
    [InlineData("GET", "/strategy", "Bearer writer", 403)]
    [InlineData("GET", "/api/v2/models", "Bearer reader", 200)]
    [InlineData("GET", "/api/v2/models", "", 401)]
    [InlineData("GET", "/api/v2/audit", "Bearer reader", 403)]
    [InlineData("GET", "/api/v2/audit", "Bearer admin", 200)]
    [InlineData("GET", "/docs", "", 200)]
    [InlineData("GET", "/openapi.json", "", 200)]
    [InlineData("GET", "/nowhere", "", 404)]
    public async Task Tokens_OpenWhatTheirRolesSay(string method, string path, string authorization, int status)
    {
        await using var host = await StartWithTokensAsync();
        Assert.Equal(201, await host.AsAsync("writer", "POST", "/model", ModelJson).StatusAsync());

        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await host.Client.SendAsync(request, Token);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        if (status is 401 or 403)
        {
            Assert.StartsWith("{\"detail\":\"", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NoTokens_WhatIsSentAsOneIsIgnored()
    {
        await using var host = await StartAsync();

        Assert.Equal(200, await host.AsAsync("anything", "GET", "/model").StatusAsync());
    }

    [Fact]
    public async Task FileLists_ShowWhatTheTokenMayRead()
    {
        await using var host = await StartWithTokensAsync();
        await host.AsAsync("admin", "POST", "/model", ModelJson);
        await host.AsAsync("admin", "POST", "/strategy", """{"strategy_name":"s"}""");
        await host.PutFileAsAsync("admin", "/model/m/1", [1]);
        await host.PutFileAsAsync("admin", "/strategy/s", [2]);

        Assert.Equal((true, true), await SeenAsync("reader"));
        Assert.Equal((true, false), await SeenAsync("writer"));
        Assert.Equal((200, "[]"), await host.AsAsync("writer", "GET", "/models/download/shell/strategy_s").ReadAsync());

        async Task<(bool Model, bool Strategy)> SeenAsync(string token)
        {
            var (_, text) = await host.AsAsync(token, "GET", "/models/available").ReadAsync();
            return (text.Contains("model/m/1", StringComparison.Ordinal), text.Contains("strategy/s", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task FileOfAnotherCollection_NamedByADocument_IsNeitherShownNorSentNorRemoved()
    {
        await using var host = await StartWithTokensAsync(
            ("Repository:Access:Tokens:1:Roles:models", "admin"),
            ("Repository:Access:Tokens:1:Roles:strategies", "admin"),
            ("Repository:Access:Tokens:1:Roles:transformations", "admin"));
        await host.AsAsync("admin", "POST", "/training-results", """{"model_name":"m","model_version":"1","training_id":"7"}""");
        await host.PutFileAsAsync("admin", "/training-results/m/1/7/3", [1, 2, 3]);
        var id = Assert.Single(await host.Store.ListFilesAsync(Token)).Id;
        foreach (var (path, json, file, known) in new[]
        {
            ("/model", $$"""{"model_name":"x","model_version":"1","model_id":"{{id}}"}""", "/model/x/1", "/api/v2/models/x/1"),
            ("/strategy", $$"""{"strategy_name":"x","strategy_id":"{{id}}"}""", "/strategy/x", "/api/v2/strategies/x"),
            ("/transformation", $$"""{"id":"x","needs":{},"storage_id":"{{id}}"}""", "/transformation/x", "/api/v2/transformations/x"),
        })
        {
            Assert.Equal(201, await StatusAsync("writer", "POST", path, json));
            Assert.Equal(403, await StatusAsync("writer", "GET", file));
            Assert.Equal(200, await StatusAsync("admin", "GET", file));
            Assert.Contains("\"file\":null", (await host.AsAsync("writer", "GET", known).ReadAsync()).Text, StringComparison.Ordinal);
        }

        // Nothing points to the file but what the writer has made: removing that must not take it along.
        using var detached = await host.PutFileAsAsync("admin", "/training-results/m/1/7/3", [4]);
        foreach (var path in new[] { "/model/x/1", "/strategy/x", "/transformation/x" })
        {
            Assert.Equal(204, await StatusAsync("writer", "DELETE", path));
        }

        Assert.Equal([id], (await host.Store.ListFilesAsync(Token)).Take(1).Select(f => f.Id));
        Assert.Equal(201, await StatusAsync("admin", "POST", "/model", $$"""{"model_name":"x","model_version":"1","model_id":"{{id}}"}"""));
        Assert.Equal(204, await StatusAsync("admin", "DELETE", "/model/x/1"));
        Assert.DoesNotContain(await host.Store.ListFilesAsync(Token), f => f.Id == id);

        Task<int> StatusAsync(string token, string method, string path, string? json = null) =>
            host.AsAsync(token, method, path, json).StatusAsync();
    }

    [Fact]
    public async Task Quota_HoldsForWhatIsStoredAndComesBackWhenThatGoes()
    {
        await using var host = await StartWithTokensAsync(("Repository:Access:Tokens:1:MaxFiles", "2"), ("Repository:Access:Tokens:1:MaxBytes", "10"));
        await host.AsAsync("writer", "POST", "/model", ModelJson);
        await host.AsAsync("writer", "POST", "/model", """{"model_name":"m","model_version":"2"}""");

        Assert.Equal(413, await PutAsync("/model/m/1", 11));
        Assert.Equal(204, await PutAsync("/model/m/1", 6));
        Assert.Equal(413, await PutAsync("/model/m/2", 5));
        Assert.Equal(204, await PutAsync("/model/m/2", 4));
        Assert.Equal(403, await PutAsync("/model/m/2", 0));
        await host.AsAsync("admin", "DELETE", "/model/m/1");
        Assert.Equal(204, await PutAsync("/model/m/2", 6));
        Assert.Empty(host.Incoming);

        Task<int> PutAsync(string path, int length) => host.PutFileAsAsync("writer", path, new byte[length]).StatusAsync();
    }

    [Fact]
    public async Task Quota_OfManyUploadsAtOnce_IsNotExceeded()
    {
        await using var host = await StartWithTokensAsync(("Repository:Access:Tokens:1:MaxFiles", "3"));
        await host.AsAsync("writer", "POST", "/model", ModelJson);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => host.PutFileAsAsync("writer", "/model/m/1", [(byte)i])));

        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.NoContent));
        Assert.Equal(5, answers.Count(a => a.StatusCode == HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Audit_NamesTokenActionAndSubjectOfWhatSucceeded()
    {
        await using var host = await StartWithTokensAsync();
        await host.AsAsync("writer", "POST", "/model", ModelJson);
        await host.AsAsync("writer", "POST", "/model", ModelJson);
        await host.PutFileAsAsync("writer", "/model/m/1", [1, 2, 3]);
        await host.AsAsync("admin", "PUT", "/api/v2/models/m/1/stage", """{"stage":"production"}""");
        await host.AsAsync("reader", "DELETE", "/model/m/1");
        await host.AsAsync("admin", "DELETE", "/model/m/1");

        var log = JsonNode.Parse((await host.AsAsync("admin", "GET", "/api/v2/audit").ReadAsync()).Text)!;

        Assert.Equal(
            [
                "writer create_model /model/m/1",
                "writer update_model /model/m/1 sha256:039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
                "admin set_stage /api/v2/models/m/1/stage production",
                "admin delete_model /model/m/1",
            ],
            log["items"]!.AsArray().Select(e => $"{e!["who"]} {e["action"]} {e["subject"]}"));
    }

    [Theory]
    [InlineData("Repository:Access:Open", "true", "Repository:Access:Open is true although there are Repository:Access:Tokens; expected one of them.")]
    [InlineData("Repository:Access:Tokens:0:Sha256", "secret", "Repository:Access:Tokens:0:Sha256 is no SHA-256; expected 64 hexadecimal digits.")]
    [InlineData("Repository:Access:Tokens:0:Roles:*", "owner", "Repository:Access:Tokens:0:Roles:* is 'owner'; expected read, write or admin.")]
    [InlineData("Repository:Access:Tokens:0:MaxFiles", "-1", "Repository:Access:Tokens:0:MaxFiles is -1; expected 0 or more.")]
    [InlineData("Repository:Access:Tokens:1:Name", "reader", "Repository:Access:Tokens:1:Name is 'reader' as that of another token; expected a name of its own.")]
    [InlineData("Repository:Access:Tokens:1:Name", "Session", "Repository:Access:Tokens:1:Name is 'Session', which is what the server itself goes by in the audit log; expected another.")]
    public async Task Settings_ThatAreWrong_AreNamedAtTheStart(string name, string value, string message)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => StartWithTokensAsync((name, value)));

        Assert.Equal(message, Assert.Single(error.Failures));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signatures_OfKnownKeysAreKeptAndOthersRefused(bool isPlain)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await StartAsync(
            ("Repository:Signatures:Keys:release", key.ExportSubjectPublicKeyInfoPem()), ("Repository:Signatures:Required:0", "models"));
        await host.PostAsync("/model", ModelJson);
        byte[] content = [1, 2, 3];
        var format = isPlain ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence;

        Assert.Equal(422, await PutAsync(Convert.ToBase64String(other.SignData(content, HashAlgorithmName.SHA256, format))));
        Assert.Equal(422, await PutAsync("no base64"));
        Assert.Empty(host.Contents);
        Assert.Equal(204, await PutAsync(Convert.ToBase64String(key.SignData(content, HashAlgorithmName.SHA256, format))));
        Assert.Equal(422, await PutAsync(null));
        Assert.Equal(content, await host.GetBytesAsync("/model/m/1"));
        Assert.Contains("\"signature\":{\"key\":\"release\",", await host.GetTextAsync("/api/v2/models/m/1"), StringComparison.Ordinal);

        Task<int> PutAsync(string? signature)
        {
            var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "f" } };
            var request = new HttpRequestMessage(HttpMethod.Put, "/model/m/1") { Content = form };
            request.Headers.TryAddWithoutValidation("X-FL-Signature", signature);
            return host.Client.SendAsync(request, Token).StatusAsync();
        }
    }

    [Theory]
    [InlineData("release")]
    [InlineData("other")]
    [InlineData("")]
    public async Task Signatures_OfARestoredRecord_CountOnlyWhenTheyAreRight(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var host = await StartAsync(
            ("Repository:Signatures:Keys:release", key.ExportSubjectPublicKeyInfoPem()), ("Repository:Signatures:Required:0", "models"));
        var signer = name == "release" ? key : other;
        var signature = Convert.ToBase64String(signer.SignHash(SHA256.HashData([1]), DSASignatureFormat.Rfc3279DerSequence));
        await host.Transfer.LoadAsync(LoadMode.Empty, async (load, token) =>
        {
            var (length, sha256) = await load.AddContentAsync((stream, t) => stream.WriteAsync(new byte[] { 1 }, t).AsTask(), token);
            var file = new RepositoryFile(new string('a', 24), "model/m/1", null, length, sha256, DateTimeOffset.UnixEpoch)
            {
                Annotations = new FileAnnotations(Signature: $"{(name.Length > 0 ? "release" : "nobody")}:{signature}"),
            };
            await load.AddFileAsync(file, token);
            var key = RepositoryKey.Of("m", "1");
            await load.AddEntryAsync(new RepositoryEntry { Kind = RepositoryKind.Model, Key = key, Model = key, Document = "{}", FileId = file.Id }, token);
        }, Token);

        Assert.Equal(name == "release" ? 200 : 403, await host.GetAsync("/model/m/1").StatusAsync());
    }

    [Fact]
    public async Task Signatures_UnsignedFileOfAnotherCollection_DoesNotPassForASignedOne()
    {
        await using var host = await StartAsync(("Repository:Signatures:Required:0", "strategies"));
        await host.PostAsync("/model", ModelJson);
        await host.PutFileAsync("/model/m/1", [1]);
        var id = (await host.Store.ListFilesAsync(Token))[0].Id;
        await host.PostAsync("/strategy", $$"""{"strategy_name":"s","strategy_id":"{{id}}"}""");

        Assert.Equal((200, 403), (await host.GetAsync("/model/m/1").StatusAsync(), await host.GetAsync("/strategy/s").StatusAsync()));
    }

    [Theory]
    [InlineData(null, 201)]
    [InlineData("own", 201)]
    [InlineData("http://evil.example", 403)]
    [InlineData("http://127.0.0.1:1", 403)]
    [InlineData("null", 403)]
    public async Task Change_ByAPageOfAnotherSite_IsRefused(string? origin, int status)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/model") { Content = new StringContent("{}") };
        request.Content.Headers.ContentType = null;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin == "own" ? host.Address.GetLeftPart(UriPartial.Authority) : origin);
        }

        Assert.Equal(status, await host.Client.SendAsync(request, Token).StatusAsync());
        Assert.Equal(200, await host.SendAsync("/model", headers => headers.Add("Origin", "http://evil.example")).StatusAsync());
    }

    [Theory]
    [InlineData("/model/", "localhost", "/model")]
    [InlineData("/model/?trained=true", "127.0.0.1:80", "/model?trained=true")]
    [InlineData("/model/", "evil.example", null)]
    public async Task Redirect_NamesNoHost(string path, string name, string? location)
    {
        await using var host = await StartAsync();

        using var answer = await host.SendAsync(path, headers => headers.Host = name);

        Assert.Equal(location is null ? HttpStatusCode.BadRequest : HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal(location, answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("Repository:Acess:Tokens:0:Name", "Repository:Acess is no setting; expected Access, AllowedImports, ")]
    [InlineData("Repository:Access:Tokns:0:Name", "Repository:Access:Tokns is no setting; expected Open, Tokens.")]
    [InlineData("Repository:Access:Tokens:0:Role", "Repository:Access:Tokens:0:Role is no setting; expected MaxBytes, MaxFiles, Name, Roles, Sha256.")]
    [InlineData("Repository:Signatures:Keys:0:Pem", "Repository:Signatures:Keys:0 has settings below it; expected one value.")]
    [InlineData("Repository:Retention:Keep", "Repository:Retention:Keep is no setting; expected Grace, KeepFor, KeepNewest.")]
    [InlineData("Repository:Pickles:Policy", "Repository:Pickles has settings below it; expected one value.")]
    public async Task Setting_ThatNothingReads_IsNamedAtTheStart(string name, string message)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync((name, "x"), ("repository:results:coerce", "string"), ("Repository:LegacySettings", "false")));

        Assert.Contains(error.Failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signatures_KeyThatIsNone_IsNamedAtTheStart()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(("Repository:Signatures:Keys:release", "x"), ("Repository:Signatures:Required:0", "all")));

        Assert.Equal(
            [
                "Repository:Signatures:Keys:release is no key; expected an ECDSA P-256 public key as PEM.",
                "Repository:Signatures:Required has 'all'; expected some of models, training-results, strategies, transformations, collectors, audit.",
            ],
            error.Failures);
    }

    private Task<RepositoryHost> StartWithTokensAsync(params (string Name, string Value)[] more)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        AddToken(0, "reader", "*", "read");
        AddToken(1, "writer", "models", "write");
        AddToken(2, "admin", "*", "admin");
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return StartAsync([.. settings.Select(s => (s.Key, s.Value))]);

        void AddToken(int index, string name, string collection, string role)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"Repository:Access:Tokens:{index}");
            settings[$"{place}:Name"] = name;
            settings[$"{place}:Sha256"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
            settings[$"{place}:Roles:{collection}"] = role;
        }
    }
}
