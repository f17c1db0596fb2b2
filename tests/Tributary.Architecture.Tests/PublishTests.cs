// SPDX-License-Identifier: Apache-2.0

using System.Xml.Linq;

namespace Tributary.Architecture.Tests;

/// <summary>A published server carries the code of the demo, and no data set.</summary>
public sealed class PublishTests
{
    private const string Sample = "Tributary.Samples.Digits";

    [Fact]
    public void DataSet_LiesBesideTheBuiltProgramAlone()
    {
        var project = XDocument.Load(Path.Combine(Product.Root.FullName, "samples", "Digits", $"{Sample}.csproj"));
        var copied = project.Descendants().Where(item => item.Attribute("CopyToOutputDirectory") is not null);

        var data = Assert.Single(copied);
        Assert.Equal("Never", data.Attribute("CopyToPublishDirectory")?.Value);
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, data.Attribute("Link")!.Value)), "A built program would have no digits.");
    }

    [Fact]
    public void DataSet_IsInNoAssembly() => Assert.Empty(Assembly.Load(Sample).GetManifestResourceNames());
}
