// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Repository;

/// <summary>A model of the repository as sessions name it: <c>repository:name/version</c>.</summary>
/// <param name="Name">The model's name; it may hold slashes, the version not.</param>
/// <param name="Version">The model's version.</param>
public readonly record struct RepositoryModelName(string Name, string Version)
{
    /// <summary>What such names begin with.</summary>
    public const string Prefix = "repository:";

    /// <summary>The rule in words.</summary>
    public const string Expected = "repository:name/version";

    /// <summary>The key of its document.</summary>
    public RepositoryKey Key => RepositoryKey.Of(Name, Version);

    /// <summary>Reads such a name.</summary>
    public static bool TryParse(string? text, out RepositoryModelName name)
    {
        var rest = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : "";
        var slash = rest.LastIndexOf('/');
        name = slash > 0 && slash < rest.Length - 1 ? new(rest[..slash], rest[(slash + 1)..]) : default;
        return name.Name is not null;
    }

    /// <summary>As sessions write it.</summary>
    public override string ToString() => $"{Prefix}{Name}/{Version}";
}
