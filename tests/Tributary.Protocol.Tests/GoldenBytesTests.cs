// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Tributary.Protocol.Fedn;

namespace Tributary.Protocol.Tests;

/// <summary>The bytes that known clients write and read, both ways.</summary>
public sealed class GoldenBytesTests
{
    private static readonly Client X = new() { Role = Role.Client, Name = "nameX", ClientId = "id-X" };

    private static readonly Dictionary<string, (IMessage Message, string Bytes)> Cases = new()
    {
        ["W3 terminator"] = (new ModelRequest { Id = "abc" }, "2203616263"),
        ["W4 chunk"] = (
            new ModelRequest { Id = "abc", Data = ByteString.CopyFromUtf8("xy"), Status = ModelStatus.InProgress }, "1a02787922036162632801"),
        ["W5 upload answered"] = (
            new ModelResponse { Id = "abc", Message = "Got model successfully." }, "12036162632217476f74206d6f64656c207375636365737366756c6c792e"),
        ["W6 accepting"] = (new ConnectionResponse { Status = ConnectionStatus.Accepting }, "0801"),
        ["W6 not accepting"] = (new ConnectionResponse { Status = ConnectionStatus.NotAccepting }, ""),
        ["W7 control"] = (
            new ControlRequest
            {
                Command = Command.Start,
                Parameter = { new Parameter { Key = "task", Value = "training" }, new Parameter { Key = "round_id", Value = "1" } },
            },
            "080112100a047461736b1208747261696e696e67120d0a08726f756e645f6964120131"),
        ["W10 heartbeat"] = (new Heartbeat { Sender = X }, "0a0f080112056e616d65581a0469642d58"),
        ["W10 available"] = (new ClientAvailableMessage { Sender = X }, "0a0f080112056e616d65581a0469642d58"),
        ["W11 task"] = (
            new TaskRequest
            {
                Sender = new Client { Name = "combiner", Role = Role.Combiner },
                Receiver = new Client { ClientId = "id-X", Role = Role.Client },
                ModelId = "m1",
                Data = """{"round_id":"1"}""",
                CorrelationId = "x",
                Timestamp = "t",
                SessionId = "s",
                Type = StatusType.ModelUpdate,
            },
            "0a0c08021208636f6d62696e6572120808011a0469642d581a026d3122107b22726f756e645f6964223a2231227d2a01783201744201734802"),
        ["W12 unknown"] = (new ModelResponse { Status = ModelStatus.Unknown }, "1804"),
        ["W12 failed"] = (new ModelResponse { Status = ModelStatus.Failed }, "1803"),
        ["W13 list"] = (new ListClientsRequest { Channel = Queue.TaskQueue }, "1001"),
        ["W14 status"] = (
            new Status
            {
                Sender = new Client { Name = "nameX", Role = Role.Client },
                Status_ = "s",
                LogLevel = LogLevel.Audit,
                Timestamp = new Timestamp { Seconds = 1 },
                Type = StatusType.ModelUpdate,
            },
            "0a09080112056e616d65581201731805320208013802"),
        ["W15 telemetry"] = (
            new TelemetryMessage { Sender = X, Telemetries = { new TelemetryElem { Key = "cpu_usage", Value = 1.5f } } },
            "0a0f080112056e616d65581a0469642d5812100a096370755f7573616765150000c03f"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_Written_HasTheGoldenBytes(string name) =>
        Assert.Equal(Cases[name].Bytes, Convert.ToHexStringLower(Cases[name].Message.ToByteArray()));

    [Theory]
    [MemberData(nameof(Names))]
    public void GoldenBytes_Read_AreTheMessage(string name)
    {
        var (message, bytes) = Cases[name];

        Assert.Equal(message, message.Descriptor.Parser.ParseFrom(Convert.FromHexString(bytes)));
    }

    [Fact]
    public void Enums_KeepTheirNumbers()
    {
        // The wire holds these numbers: the table may only grow.
        string[] expected =
        [
            "StatusType LOG=0 MODEL_UPDATE_REQUEST=1 MODEL_UPDATE=2 MODEL_VALIDATION_REQUEST=3 MODEL_VALIDATION=4 MODEL_PREDICTION=5 NETWORK=6 "
                + "FORWARD_REQUEST=7 FORWARD=8 BACKWARD_REQUEST=9 BACKWARD=10",
            "LogLevel NONE=0 INFO=1 DEBUG=2 WARNING=3 ERROR=4 AUDIT=5",
            "Queue DEFAULT=0 TASK_QUEUE=1",
            "ModelStatus OK=0 IN_PROGRESS=1 IN_PROGRESS_OK=2 FAILED=3 UNKNOWN=4",
            "Role OTHER=0 CLIENT=1 COMBINER=2 REDUCER=3",
            "Command IDLE=0 START=1 PAUSE=2 STOP=3 RESET=4 REPORT=5",
            "ConnectionStatus NOT_ACCEPTING=0 ACCEPTING=1 TRY_AGAIN_LATER=2",
        ];

        Assert.Equal(
            expected,
            FednReflection.Descriptor.EnumTypes.Select(e => $"{e.Name} {string.Join(' ', e.Values.Select(v => $"{v.Name}={v.Number}"))}"));
    }
}
