// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;
using Tributary.Repository.Documents;
using Tributary.Repository.Rest;

namespace Tributary.Repository.Pages;

/// <summary>The description of operations as OpenAPI 3.0.</summary>
internal static class OpenApi
{
    private static readonly string[] Optional = ["trained", "limit", "cursor", "tag", "name", "text"];

    private const string Json = "application/json";

    public static PythonJsonValue.Object Describe(string title, IReadOnlyList<Route> operations)
    {
        var paths = new PythonJsonValue.Object();
        foreach (var path in operations.GroupBy(o => o.Path))
        {
            paths.Entries[path.Key] = Map([.. path.Select(o => (o.Method.ToLowerInvariant(), (PythonJsonValue)Describe(o)))]);
        }

        return Map(
            ("openapi", Text("3.0.2")),
            ("info", Map(("title", Text(title)), ("version", Text("1")))),
            ("paths", paths),
            ("components", Map(("schemas", Map([.. Schemas.All.Select(s => (s.Name, (PythonJsonValue)Describe(s)))])),
                ("securitySchemes", Map(("token", Scheme("bearer")), ("password", Scheme("basic")))))),
            ("security", new PythonJsonValue.Array([new PythonJsonValue.Object(), Needs("token"), Needs("password")])));
    }

    private static PythonJsonValue.Object Scheme(string name) => Map(("type", Text("http")), ("scheme", Text(name)));

    private static PythonJsonValue.Object Needs(string scheme) => Map((scheme, new PythonJsonValue.Array([])));

    public static PythonJsonValue.Object ListOf(DocumentSchema items) => Map(("type", Text("array")), ("items", items.Describe()));

    private static PythonJsonValue.Object Describe(Route operation)
    {
        var described = Map(("summary", Text(operation.Summary)), ("operationId", Text(operation.Id)));
        var parameters = operation.Parameters.Select(p => Parameter(p, "path"))
            .Concat(operation.Query.Select(q => Parameter(q, "query")))
            .ToList();
        if (parameters.Count > 0)
        {
            described.Entries["parameters"] = new PythonJsonValue.Array([.. parameters]);
        }

        if (DescribeBody(operation) is { Entries.Count: > 0 } content)
        {
            described.Entries["requestBody"] = Map(("required", new PythonJsonValue.Boolean(true)), ("content", content));
        }

        described.Entries["responses"] = DescribeAnswers(operation, isChecked: parameters.Count > 0 || described.Entries.ContainsKey("requestBody"));
        return described;
    }

    /// <summary>Describes the body of an operation: a document, a form with a file, or either a document or a form of both.</summary>
    private static PythonJsonValue.Object DescribeBody(Route operation)
    {
        var content = new PythonJsonValue.Object();
        var parts = Map(("file", Binary()));
        if (operation.Body is { } body)
        {
            content.Entries[Json] = Map(("schema", body.Describe()));
            parts.Entries["metadata"] = body.Describe();
        }

        if (operation.TakesFile)
        {
            var form = Map(("type", Text("object")), ("properties", parts), ("required", new PythonJsonValue.Array([.. parts.Entries.Keys.Select(Text)])));
            content.Entries["multipart/form-data"] = Map(("schema", form));
        }

        return content;
    }

    private static PythonJsonValue.Object DescribeAnswers(Route operation, bool isChecked)
    {
        var success = Map(("description", Text("Successful Response")));
        var content = new PythonJsonValue.Object();
        if (operation.Returns is { } returned)
        {
            content.Entries[Json] = Map(("schema", returned));
        }

        if (operation.ReturnsFile)
        {
            content.Entries["application/octet-stream"] = Map(("schema", Binary()));
        }

        if (content.Entries.Count > 0)
        {
            success.Entries["content"] = content;
        }

        var answers = Map((operation.Method switch
        {
            "POST" => "201",
            "GET" => "200",
            _ => "204",
        }, success));
        if (isChecked)
        {
            answers.Entries["422"] = Map(
                ("description", Text("Validation Error")), ("content", Map((Json, Map(("schema", Schemas.HttpValidationError.Describe()))))));
        }

        return answers;
    }

    private static PythonJsonValue.Object Describe(DocumentSchema schema)
    {
        var described = Map(
            ("title", Text(schema.Name)),
            ("type", Text("object")),
            ("properties", Map([.. schema.Fields.Select(f => (f.Name, (PythonJsonValue)f.Type.Describe()))])));
        if (schema.Fields.Any(f => f.IsRequired))
        {
            described.Entries["required"] = new PythonJsonValue.Array([.. schema.Fields.Where(f => f.IsRequired).Select(f => Text(f.Name))]);
        }

        return described;
    }

    private static PythonJsonValue.Object Parameter(string name, string place) =>
        Map(
            ("name", Text(name)),
            ("in", Text(place)),
            ("required", new PythonJsonValue.Boolean(place == "path" || !Optional.Contains(name))),
            ("schema", Map(("type", Text(name == "trained" ? "boolean" : "string")))));

    private static PythonJsonValue.Object Binary() => Map(("type", Text("string")), ("format", Text("binary")));

    private static PythonJsonValue.String Text(string text) => new(text);

    private static PythonJsonValue.Object Map(params ReadOnlySpan<(string Name, PythonJsonValue Value)> entries)
    {
        var map = new PythonJsonValue.Object();
        foreach (var (name, value) in entries)
        {
            map.Entries[name] = value;
        }

        return map;
    }
}
