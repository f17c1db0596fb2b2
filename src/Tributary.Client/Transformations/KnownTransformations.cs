// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;
using System.Text.Json;

namespace Tributary.Client.Transformations;

/// <summary>
/// The transformations that FL Local Operations and the Modular Inference Server of ASSIST-IoT come with, under their ids and under the
/// names of the modules that they are packed as. What a repository stores of them, pickles bound to one version of Python, is not read.
/// </summary>
public static class KnownTransformations
{
    private static readonly FrozenDictionary<string, Func<StepParameters, IDataTransformation>> ById = Collect(
        ("basic-expand-dimensions", "custom.expansion", p => new ExpandDimensions(p)),
        ("fall-detection-p2-normalization", "custom.basic_norm", p => new Normalization(p)),
        ("fall-detection-p2-rescale-values-to-milli-gi", "custom.rescale_values_to_milli_gi", p => new Rescaling(p)),
        ("fall-detection-p2-compute-vector-length", "custom.compute_vector_length", p => new VectorLength(p)),
        ("fall-detection-p2-merge-as-column", "custom.merge_as_column", p => new ColumnMerge(p)),
        ("car-damage-img-transpose", "custom.img_transpose", p => new Transposition(p)),
        ("categorical_transformation", "application.tests.categorical_transformation", p => new OneHotLabels(p)));

    /// <summary>The known ids in order, including those of modules.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. ById.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Creates a transformation.</summary>
    /// <param name="id">The id of the transformation.</param>
    /// <param name="parameters">The parameters by name; one that is not given has the value that the original gives it.</param>
    /// <exception cref="TransformationException">No transformation has the id, or a parameter is not valid.</exception>
    public static IDataTransformation Create(string id, IReadOnlyDictionary<string, JsonElement> parameters)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(parameters);
        if (!ById.TryGetValue(id, out var make))
        {
            throw new TransformationException($"Transformation '{id}' is not known here; expected one of {string.Join(", ", Ids)}.");
        }

        var given = new StepParameters(id, parameters);
        var transformation = make(given);
        given.RequireAllRead();
        return transformation;
    }

    private static FrozenDictionary<string, Func<StepParameters, IDataTransformation>> Collect(
        params (string Id, string Module, Func<StepParameters, IDataTransformation> Make)[] known)
    {
        var byId = new Dictionary<string, Func<StepParameters, IDataTransformation>>(StringComparer.Ordinal);
        foreach (var (id, module, make) in known)
        {
            byId[id] = make;
            byId[module] = make;
            if (module.StartsWith("custom.", StringComparison.Ordinal))
            {
                byId[$"inference_application.{module}"] = make;
            }
        }

        return byId.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
