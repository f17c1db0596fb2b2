// SPDX-License-Identifier: Apache-2.0

using System.CommandLine;
using Tributary.Commands;

return await TributaryCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
