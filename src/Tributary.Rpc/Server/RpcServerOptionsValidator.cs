// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Options;

namespace Tributary.Rpc;

internal sealed class RpcServerOptionsValidator : IValidateOptions<RpcServerOptions>
{
    public ValidateOptionsResult Validate(string? name, RpcServerOptions options)
    {
        var failures = new List<string>();
        if (options.MaxReceiveMessageBytes < 1)
        {
            failures.Add($"MaxReceiveMessageBytes is {options.MaxReceiveMessageBytes}; it must be at least 1.");
        }

        if (options.MaxDetailBytes is < 16 or > 4096)
        {
            failures.Add($"MaxDetailBytes is {options.MaxDetailBytes}; it must be between 16 and 4096.");
        }

        if (!Enum.IsDefined(options.ResponseCompression))
        {
            failures.Add($"ResponseCompression is {options.ResponseCompression}; it must be Identity or Gzip.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
