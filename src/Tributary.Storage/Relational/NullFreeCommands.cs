// SPDX-License-Identifier: Apache-2.0

using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Tributary.Core;

namespace Tributary.Storage.Relational;

/// <summary>
/// The one place that applies <see cref="FreeText"/>: every text on its way to the database is a parameter of a command, whichever store,
/// table or query it belongs to.
/// </summary>
internal sealed class NullFreeCommands : DbCommandInterceptor
{
    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result)
    {
        foreach (DbParameter parameter in result.Parameters)
        {
            if (parameter.Value is string text)
            {
                parameter.Value = FreeText.Clean(text);
            }
        }

        return result;
    }
}
