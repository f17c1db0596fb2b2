// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Tributary.Hosting.Grpc;

/// <summary>The exceptions that end a call with a status.</summary>
public static class GrpcError
{
    /// <summary>Creates the exception for a request with a wrong value; the text names the field, the value and what was expected.</summary>
    public static RpcException Invalid(string detail) => Of(StatusCode.InvalidArgument, detail);

    /// <summary>Creates the exception for a status.</summary>
    public static RpcException Of(StatusCode code, string detail) => new(new Status(code, detail));
}
