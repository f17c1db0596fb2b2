// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Grpc.Core;
using Tributary.Combiner.Control;
using Tributary.Core.Aggregation;
using Tributary.Core.Aggregation.Averaging;
using Tributary.Core.Models;
using Tributary.Core.Rounds;
using Tributary.Core.Sessions;
using Tributary.Protocol.Fedn;

namespace Tributary.Fuzz.Targets;

/// <summary>A controller's parameters: a plan within its bounds, or a refusal that names the parameter.</summary>
internal static class ControlParametersDecode
{
    private static readonly StrategyRegistry Aggregators = new([new FedAvg()]);
    private static readonly ModelFormats Formats = CreateFormats();

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        ControlRequest request;
        try
        {
            request = ControlRequest.Parser.ParseFrom(input.ToArray());
        }
        catch (InvalidProtocolBufferException)
        {
            return;
        }

        try
        {
            var plan = new ControlParameters(request).ToPlan("job", FedAvg.StrategyName, new RoundSettingsCheck(Aggregators, Formats));
            if (plan.Round < 1 || plan.Settings.BufferSize == 0 || plan.Settings.ClientsRequired < 1 || !(plan.Settings.RoundTimeout is > 0 and <= SessionConfig.MaxRoundTimeout))
            {
                throw new InvalidOperationException($"The plan is out of its bounds: {plan}.");
            }
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.InvalidArgument && refused.Status.Detail.StartsWith("parameter ", StringComparison.Ordinal))
        {
        }
    }

    private static ModelFormats CreateFormats()
    {
        var options = new ModelFormatOptions();
        options.Add(HelperFormats.Codecs);
        return new ModelFormats(Microsoft.Extensions.Options.Options.Create(options));
    }
}
