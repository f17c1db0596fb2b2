// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>A round that has ended.</summary>
/// <param name="Round">The number of the round, from 1.</param>
/// <param name="Loss">The mean loss of the model on the held-out images.</param>
/// <param name="Accuracy">The proportion of the held-out images that the model recognises.</param>
/// <param name="Clients">The number of participants in the round.</param>
/// <param name="Bytes">The number of bytes that the participants uploaded.</param>
/// <param name="Seconds">The seconds from the tasks to the model.</param>
public sealed record DemoRound(int Round, double Loss, double Accuracy, int Clients, long Bytes, double Seconds);
