// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Samples.Digits.Demo;

/// <summary>The training result that the session has left in the repository.</summary>
/// <param name="TrainingResult">The key of the result.</param>
/// <param name="Accuracy">The mean accuracy of the final model, which each participant measured on its own images.</param>
public sealed record DemoOutcome(string TrainingResult, double Accuracy);
