// SPDX-License-Identifier: Apache-2.0

using System.Security.Cryptography;
using Tributary.Client;
using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Samples.Digits.Tests;

public sealed class DigitNetworkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Train_SameSeed_GivesTheSameBits()
    {
        var federation = new DigitFederation(10, seed: 0);
        using var first = federation.TrainAlone(3, rounds: 1, Token);
        using var second = federation.TrainAlone(3, rounds: 1, Token);
        using var other = federation.TrainAlone(4, rounds: 1, Token);

        Assert.Equal(Digest(first), Digest(second));
        Assert.NotEqual(Digest(first), Digest(other));
    }

    [Fact]
    public void Train_InOnePlace_LearnsToRead()
    {
        var federation = new DigitFederation(10, seed: 0);
        using var initial = federation.InitialModel();
        using var trained = federation.TrainCentrally(rounds: 4, Token);

        Assert.InRange(federation.Measure(initial).Accuracy, 0, 0.3);
        Assert.InRange(federation.Measure(trained).Accuracy, 0.93, 1);
        Assert.True(federation.Measure(trained).Loss < federation.Measure(initial).Loss);
    }

    [Fact]
    public void Train_OneImage_FollowsTheSlopeOfTheLoss()
    {
        var image = DigitImages.Load().Select([17]);
        using var before = DigitNetwork.Initialize(seed: 2);
        using var after = DigitNetwork.Initialize(seed: 2);
        DigitNetwork.Train(after, image, epochs: 1, seed: 0, Token);

        // One step of plain descent: (before − after) / rate is the gradient, which differences of the loss have to confirm.
        foreach (var (array, index) in new[] { (0, (20 * 32) + 5), (0, (28 * 32) + 11), (1, 3), (2, (9 * 10) + 4), (2, (30 * 10) + 7), (3, 0), (3, 7) })
        {
            var gradient = (before.ReadOnlyValues<float>(array)[index] - after.ReadOnlyValues<float>(array)[index]) / 0.2;

            Assert.Equal(Slope(image, array, index), gradient, tolerance: 2e-3);
        }
    }

    [Fact]
    public async Task TrainAsync_SameRound_GivesTheSameBitsAndOtherRoundsOthers()
    {
        var trainer = new DigitFederation(10, seed: 0).Trainer(2);

        Assert.Equal(await TrainAsync(trainer, "4"), await TrainAsync(trainer, "4"));
        Assert.NotEqual(await TrainAsync(trainer, "4"), await TrainAsync(trainer, "5"));
    }

    [Fact]
    public void Evaluate_ParametersOfAnotherModel_SaysSo()
    {
        using var other = ParameterSet.Allocate(new ParameterLayout([new ArraySpec("0", ElementType.Float32, [3])]));

        var error = Assert.Throws<ArgumentException>(() => DigitNetwork.Evaluate(other, DigitImages.Load()));

        Assert.Contains("0 float32 (64, 32)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Exponential_AnyExponent_IsThatOfTheLibraryToTheLastDigits()
    {
        for (var x = 0.0; x > -50; x -= 0.0137)
        {
            Assert.Equal(1, Exponential.Of(x) / Math.Exp(x), tolerance: 1e-14);
        }

        Assert.Equal(1, Exponential.Of(0));
        Assert.Equal(0, Exponential.Of(-1e9));
    }

    private static double Slope(DigitImages image, int array, int index)
    {
        const float Step = 1e-3f;
        using var parameters = DigitNetwork.Initialize(seed: 2);
        parameters.Values<float>(array)[index] += Step;
        var above = DigitNetwork.Evaluate(parameters, image).Loss;
        parameters.Values<float>(array)[index] -= 2 * Step;
        return (above - DigitNetwork.Evaluate(parameters, image).Loss) / (2 * Step);
    }

    private static async Task<string> TrainAsync(DigitTrainer trainer, string round)
    {
        using var parameters = DigitNetwork.Initialize(seed: 0);
        var task = new TrainingTask
        {
            Parameters = parameters,
            ModelId = "m",
            RoundId = round,
            SessionId = "s",
            RoundConfig = new Dictionary<string, string>(),
        };
        return Digest((await trainer.TrainAsync(task, Token)).Parameters);
    }

    private static string Digest(ParameterSet parameters)
    {
        using var bytes = new MemoryStream();
        ParameterCodecs.Get("npz").Write(parameters, bytes, Token);
        return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
    }
}
