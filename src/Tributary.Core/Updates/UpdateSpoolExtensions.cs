// SPDX-License-Identifier: Apache-2.0

using Tributary.Numerics.Formats;
using Tributary.Numerics.Parameters;

namespace Tributary.Core.Updates;

/// <summary>The decoding of parameters into the spool.</summary>
internal static class UpdateSpoolExtensions
{
    extension(IUpdateSpool spool)
    {
        /// <summary>Decodes all values into a new set; nothing remains when that fails.</summary>
        /// <exception cref="ParameterFormatException">The values cannot be read in <paramref name="layout"/>.</exception>
        public ParameterSet Decode(ParameterReader reader, ParameterLayout layout, DecodeOptions options, CancellationToken cancellationToken)
        {
            var parameters = spool.CreateParameters(layout);
            try
            {
                reader.ReadInto(parameters, options, cancellationToken);
                return parameters;
            }
            catch
            {
                parameters.Dispose();
                throw;
            }
        }
    }
}
