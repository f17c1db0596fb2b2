// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>
/// A trainer on the data that stay with this participant. One that is also an <see cref="IValidator"/> is asked to validate too.
/// </summary>
public interface ITrainer
{
    /// <summary>Trains from the global model of a round. Called for one task at a time; may block, since nothing else waits.</summary>
    /// <param name="task">The task, with the model to train from.</param>
    /// <param name="cancellationToken">
    /// Trains from the global model of a round. Called for one task at a time; may block, since nothing else waits for it.
    /// </param>
    /// <returns>
    /// The trained parameters. They are disposed once they are uploaded; they may be those of <paramref name="task"/>, changed in place.
    /// </returns>
    Task<TrainingResult> TrainAsync(TrainingTask task, CancellationToken cancellationToken);
}
