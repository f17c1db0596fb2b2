// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using Tributary.Core.Repository;

namespace Tributary.Repository.Scanning;

/// <summary>The imports allowed in pickles of each kind, by full name: a pattern would also allow what a module has imported.</summary>
internal sealed class AllowedImports
{
    private static readonly string[] Arrays =
    [
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.core.numeric._frombuffer",
        "numpy._core.numeric._frombuffer", "numpy.ndarray", "numpy.dtype", "_codecs.encode",
    ];

    private static readonly string[] Strategies =
    [
        "flwr.server.strategy.bulyan.Bulyan",
        "flwr.server.strategy.dpfedavg_adaptive.DPFedAvgAdaptive",
        "flwr.server.strategy.dpfedavg_fixed.DPFedAvgFixed",
        "flwr.server.strategy.fault_tolerant_fedavg.FaultTolerantFedAvg",
        "flwr.server.strategy.fedadagrad.FedAdagrad",
        "flwr.server.strategy.fedadam.FedAdam",
        "flwr.server.strategy.fedavg.FedAvg",
        "flwr.server.strategy.fedavg_android.FedAvgAndroid",
        "flwr.server.strategy.fedavgm.FedAvgM",
        "flwr.server.strategy.fedmedian.FedMedian",
        "flwr.server.strategy.fedopt.FedOpt",
        "flwr.server.strategy.fedprox.FedProx",
        "flwr.server.strategy.fedtrimmedavg.FedTrimmedAvg",
        "flwr.server.strategy.fedxgb_nn_avg.FedXgbNnAvg",
        "flwr.server.strategy.fedyogi.FedYogi",
        "flwr.server.strategy.krum.Krum",
        "flwr.server.strategy.qfedavg.QFedAvg",
    ];

    private readonly FrozenSet<string> _models;
    private readonly FrozenSet<string> _weights;
    private readonly FrozenSet<string> _strategies;
    private readonly FrozenSet<string> _transformations;

    public AllowedImports(ImportSettings more)
    {
        _models = Set(Arrays, more.Models);
        _weights = Set(Arrays, more.Weights);
        _strategies = Set(Strategies, more.Strategies);
        _transformations = Set([], more.Transformations);

        static FrozenSet<string> Set(IEnumerable<string> own, IEnumerable<string> more) => own.Concat(more).ToFrozenSet(StringComparer.Ordinal);
    }

    public bool Contains(RepositoryKind kind, string import) => kind switch
    {
        RepositoryKind.Model => _models.Contains(import),
        RepositoryKind.TrainingResult => _weights.Contains(import),
        RepositoryKind.Strategy => _strategies.Contains(import),
        RepositoryKind.Transformation => _transformations.Contains(import),
        _ => false,
    };
}

/// <summary>The settings for additional imports, by full name, that pickles may make.</summary>
internal sealed class ImportSettings
{
    /// <summary>The additional imports in files of models. Always allowed: numpy's arrays.</summary>
    public IList<string> Models { get; } = [];

    /// <summary>The additional imports in weights of training results. Always allowed: numpy's arrays.</summary>
    public IList<string> Weights { get; } = [];

    /// <summary>The additional imports in files of strategies. Always allowed: the strategies of Flower.</summary>
    public IList<string> Strategies { get; } = [];

    /// <summary>The additional imports in files of transformations. Always allowed: none.</summary>
    public IList<string> Transformations { get; } = [];
}
