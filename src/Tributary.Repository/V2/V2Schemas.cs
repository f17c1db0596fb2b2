// SPDX-License-Identifier: Apache-2.0

using Tributary.Repository.Documents;

namespace Tributary.Repository.V2;

/// <summary>The schemas of requests in version 2.</summary>
internal static class V2Schemas
{
    public static DocumentSchema Tags { get; } = new("Tags", new Field("tags", SchemaType.ArrayOf(SchemaType.String)) { IsRequired = true });

    public static DocumentSchema Stage { get; } = new("Stage", new Field("stage", SchemaType.String));
}
