// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>The record of an uploaded file. Records of replaced files are kept; files with equal content share its bytes.</summary>
/// <param name="Id">The id, of 24 hexadecimal digits.</param>
/// <param name="Name">The name under which the file was stored: a label, never a path.</param>
/// <param name="TrainingId">The id of the training that the weights came from.</param>
/// <param name="Length">The length in bytes.</param>
/// <param name="Sha256">The SHA-256 of the content, in lower-case hexadecimal digits.</param>
/// <param name="UploadedAt">The time of the upload, to the millisecond.</param>
public sealed record RepositoryFile(string Id, string Name, string? TrainingId, long Length, string Sha256, DateTimeOffset UploadedAt)
{
    public FileAnnotations Annotations { get; init; } = FileAnnotations.None;
}
