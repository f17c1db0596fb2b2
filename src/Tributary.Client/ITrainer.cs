// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client;

/// <summary>Trains on the data that stay with this participant. One that also is an <see cref="IValidator"/> is asked to validate too.</summary>
public interface ITrainer
{
    /// <summary>Trains from the global model of a round. One task at a time; may block, since nothing else waits for it.</summary>
    /// <param name="task">What to train from.</param>
    /// <param name="cancellationToken">Cancelled when the participant stops.</param>
    /// <returns>The trained parameters. They are disposed once they are uploaded; they may be those of <paramref name="task"/>, changed in place.</returns>
    Task<TrainingResult> TrainAsync(TrainingTask task, CancellationToken cancellationToken);
}
