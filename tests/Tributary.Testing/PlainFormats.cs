// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;
using Tributary.Protocol.Fedn;

namespace Tributary.Testing;

/// <summary>The model formats of a server without configuration: the helpers of FEDn.</summary>
public static class PlainFormats
{
    /// <summary>Creates the formats.</summary>
    public static ModelFormats Create()
    {
        var options = new ModelFormatOptions();
        options.Add(HelperFormats.Codecs);
        return new ModelFormats(Options.Create(options));
    }
}
