// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Core.Tests.Updates;

/// <summary>Uploads whose store fails, and uploads that others use while they are cleaned.</summary>
public sealed class UploadReceiverTests
{
    private static readonly ModelId Id = ModelId.Parse("u");

    private readonly ScriptedStoreFaults _faults = new();
    private readonly Workbench _bench;

    public UploadReceiverTests() => _bench = new Workbench(new MemoryDisk(), _faults, new Testing.ManualTimeProvider());

    [Fact]
    public async Task Finish_PublishingFails_LeavesNoRecord()
    {
        _faults.FailBefore("publish an upload");

        await Assert.ThrowsAsync<StorageException>(() => _bench.UploadAsync("a", [1], "u"));

        Assert.Empty(_bench.Disk.Uploads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Clean_UploadRepeatedOrAcceptedSinceItWasListed_Stays(bool isRepeated)
    {
        await _bench.UploadAsync("a", [1], "u");
        _bench.Disk.UploadBytes.Clear();
        _bench.Time.Advance(TimeSpan.FromHours(25));
        _faults.Before("find an upload", () =>
        {
            if (isRepeated)
            {
                _bench.Disk.Uploads[Id] = _bench.Disk.Uploads[Id] with { At = _bench.Time.GetUtcNow() };
            }
            else
            {
                _bench.Disk.Updates.Add(new AcceptedUpdate(UpdateScope.OfRound(7, 1), ClientId.Parse("a"), Id, 1, 1, _bench.Time.GetUtcNow()));
            }

            return Task.CompletedTask;
        });

        await _bench.Uploads.CleanAsync(Token);

        Assert.Equal([Id], _bench.Disk.Uploads.Keys);
    }

    [Fact]
    public async Task Check_IdOfAModelOrOfAnother_IsRefusedBeforeBytesAreTaken()
    {
        _bench.Disk.AddModel("m", [1]);
        await _bench.UploadAsync("a", [1], "u");

        Assert.Equal(UploadResult.IsModel, await _bench.Uploads.CheckAsync(ModelId.Parse("m"), "a", Token));
        Assert.Equal(UploadResult.IsAnothers, await _bench.Uploads.CheckAsync(Id, "b", Token));
        Assert.Equal(UploadResult.Ok, await _bench.Uploads.CheckAsync(Id, "a", Token));
    }
}
