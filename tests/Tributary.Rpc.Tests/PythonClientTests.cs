// SPDX-License-Identifier: Apache-2.0

using System.Text.Json;
using Tributary.Testing;

namespace Tributary.Rpc.Tests;

/// <summary>The client of grpcio against our server; one run of the script serves all cases.</summary>
public sealed class PythonClientTests(PythonClientTests.Run run) : IClassFixture<PythonClientTests.Run>
{
    [Theory]
    [InlineData("unary_echo")]
    [InlineData("unary_empty_message")]
    [InlineData("unary_three_mebibytes")]
    [InlineData("unary_over_the_limit")]
    [InlineData("every_status_code")]
    [InlineData("unicode_detail")]
    [InlineData("detail_over_the_limit")]
    [InlineData("failure_trailers")]
    [InlineData("crash_is_hidden")]
    [InlineData("unknown_method")]
    [InlineData("metadata_both_ways")]
    [InlineData("server_stream")]
    [InlineData("server_stream_large_messages")]
    [InlineData("server_stream_late_failure")]
    [InlineData("server_stream_headers_at_once")]
    [InlineData("client_stream")]
    [InlineData("client_stream_large_messages_raw")]
    [InlineData("client_stream_early_answer")]
    [InlineData("duplex_in_turns")]
    [InlineData("gzip_request")]
    [InlineData("deflate_is_refused")]
    [InlineData("deadline_of_the_client")]
    [InlineData("cancel_by_the_client")]
    [InlineData("cancel_stops_a_flood")]
    [InlineData("cancel_an_upload")]
    [InlineData("keepalive_while_idle")]
    [InlineData("keepalive_without_calls")]
    [InlineData("message_over_the_windows")]
    [InlineData("health")]
    [InlineData("many_calls_at_once")]
    public void GrpcioClient_Case_Passes(string name)
    {
        GrpcIo.Require();

        Assert.True(run.Failures.TryGetValue(name, out var failure), "The case did not run.");
        Assert.True(failure is null, failure);
    }

    [Fact]
    public async Task GrpcioClient_Killed_ServerNotices()
    {
        GrpcIo.Require();
        var service = new TestService();
        await using var host = await RpcHost.StartAsync(service.Map);
        using var process = GrpcIo.Start("hold.py", host.Address.Authority);
        Assert.Equal("open", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        process.Kill();

        Assert.Equal("aborted", await service.EndOf("held"));
    }

    [Fact]
    public async Task GrpcioClient_ServerStops_IsToldAtOnce()
    {
        GrpcIo.Require();
        await using var host = await RpcHost.StartAsync(new TestService().Map);
        using var process = GrpcIo.Start("hold.py", host.Address.Authority);
        Assert.Equal("open", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        await host.StopAsync().WaitAsync(TestLimits.Step, TestContext.Current.CancellationToken);

        Assert.Equal("UNAVAILABLE server stopping", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void GrpcioClient_Script_HasNoOtherCases()
    {
        GrpcIo.Require();

        var tested = typeof(PythonClientTests).GetMethod(nameof(GrpcioClient_Case_Passes))!.GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(attribute => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)[0].Value!);
        Assert.Equal(tested.Order(), run.Failures.Keys.Order());
    }

    public sealed class Run : IAsyncLifetime
    {
        public IReadOnlyDictionary<string, string?> Failures { get; private set; } = new Dictionary<string, string?>();

        public async ValueTask InitializeAsync()
        {
            if (!GrpcIo.IsThere)
            {
                return;
            }

            await using var host = await RpcHost.StartAsync(endpoints =>
            {
                new TestService().Map(endpoints);
                endpoints.MapRpcHealth();
            });
            using var process = GrpcIo.Start("client.py", host.Address.Authority);
            using var limit = new CancellationTokenSource(TestLimits.Scenario);
            try
            {
                var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
                Failures = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .ToDictionary(line => line.GetProperty("name").GetString()!, line => line.GetProperty("failure").GetString());
            }
            finally
            {
                process.Kill();
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
