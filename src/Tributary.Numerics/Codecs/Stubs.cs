// SPDX-License-Identifier: Apache-2.0
#pragma warning disable CA1822
namespace Tributary.Numerics;

internal enum NpzCompression { Stored, Deflated }
internal abstract class Stub(string name) : IParameterCodec
{
    public string Name => name;
    public ParameterReader Open(ByteSource source, DecodeLimits limits) => throw new NotImplementedException();
    public void Write(ParameterSet parameters, Stream destination, CancellationToken cancellationToken) => throw new NotImplementedException();
    public long? EncodedLength(ParameterLayout layout) => throw new NotImplementedException();
}
internal sealed class NpzCodec(NpzCompression c) : Stub("npz") { public NpzCompression C => c; }
internal sealed class NpyCodec() : Stub("npy");
internal sealed class SafetensorsCodec() : Stub("safetensors");
internal sealed class RawCodec(ElementType type) : Stub("raw-" + type.WireName);
internal sealed class JsonCodec() : Stub("json");
