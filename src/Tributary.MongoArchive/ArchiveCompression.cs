// SPDX-License-Identifier: Apache-2.0

namespace Tributary.MongoArchive;

/// <summary>The compression of an archive.</summary>
public enum ArchiveCompression
{
    None,

    /// <summary>The archive is compressed by gzip, as with <c>mongodump --gzip</c>.</summary>
    Gzip,
}
