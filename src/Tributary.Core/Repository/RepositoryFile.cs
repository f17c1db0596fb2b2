// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>That a file was uploaded. Records of replaced files stay; those with equal content share its bytes.</summary>
/// <param name="Id">24 hexadecimal digits.</param>
/// <param name="Name">What it was stored as: a label, never a path.</param>
/// <param name="TrainingId">The training that weights came from.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Sha256">Of the content, in lower-case hexadecimal digits.</param>
/// <param name="UploadedAt">To the millisecond.</param>
public sealed record RepositoryFile(string Id, string Name, string? TrainingId, long Length, string Sha256, DateTimeOffset UploadedAt)
{
    /// <summary>What is kept beside it.</summary>
    public FileAnnotations Annotations { get; init; } = FileAnnotations.None;
}
