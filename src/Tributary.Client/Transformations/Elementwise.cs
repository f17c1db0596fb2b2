// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Client.Transformations;

/// <summary>The normalisation (x − mean) / std, with one mean and one deviation for each place on the last axis, or one for all.</summary>
internal sealed class Normalization : IDataTransformation
{
    private const string Name = "Normalization";

    // x, y, z of an accelerometer in milli-g, and the length of the vector: the data that the original was made for.
    private static readonly double[] FallMeans = [-1082.6096911969087, -152.6260465746924, -125.43403613436833, 1478.656413757267];
    private static readonly double[] FallDeviations = [1049.907620444408, 556.0640075934297, 780.0383078816246, 1022.0586009091664];

    private readonly double[] _means;
    private readonly double[] _deviations;

    public Normalization(StepParameters parameters)
    {
        (_means, _deviations) = (parameters.Numbers("mean", FallMeans), parameters.Numbers("std", FallDeviations));
        if (_deviations.Contains(0))
        {
            throw new TransformationException($"{Name} has a 'std' with 0 in it; expected numbers other than 0.");
        }
    }

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        var array = DataChecks.Single(data, Name);
        var width = array.Shape.Count == 0 ? 1 : array.Shape[^1];
        if ((_means.Length != 1 && _means.Length != width) || (_deviations.Length != 1 && _deviations.Length != width))
        {
            throw new TransformationException(
                $"{Name} has {_means.Length} means and {_deviations.Length} deviations for data of the shape {array.Describe()}; expected 1 or {width} of each.");
        }

        var values = array.Values.Span;
        var result = new double[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var place = i % width;
            result[i] = (values[i] - _means[_means.Length == 1 ? 0 : place]) / _deviations[_deviations.Length == 1 ? 0 : place];
        }

        return [new NumberArray(result, array.Shape)];
    }
}

/// <summary>The multiplication x · multiplier.</summary>
internal sealed class Rescaling(StepParameters parameters) : IDataTransformation
{
    // The steps of a sensor: 2048 of them are 8000 milli-g.
    private readonly double _multiplier = parameters.Number("multiplier", 8000.0 / 2048.0);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        var array = DataChecks.Single(data, "Rescaling");
        var values = array.Values.Span;
        var result = new double[values.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = values[i] * _multiplier;
        }

        return [new NumberArray(result, array.Shape)];
    }
}

/// <summary>
/// The one-hot encoding of labels: the second array, whole numbers from 0, becomes rows of 0 with a 1 at that place; the first stays. A
/// last axis of length 1 is dropped.
/// </summary>
internal sealed class OneHotLabels(StepParameters parameters) : IDataTransformation
{
    private const string Name = "One-hot labels";

    private readonly int _categories = parameters.Integer("categories", 10, 1, 1 << 24);

    public IReadOnlyList<NumberArray> Apply(IReadOnlyList<NumberArray> data)
    {
        var (features, labels) = DataChecks.Pair(data, Name, "features and labels");
        var isColumn = labels.Shape.Count > 1 && labels.Shape[^1] == 1;
        int[] shape = [.. labels.Shape.Take(labels.Shape.Count - (isColumn ? 1 : 0)), _categories];
        var result = DataChecks.Allocate(shape, Name);
        var values = labels.Values.Span;
        for (var i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0 && values[i] < _categories && double.IsInteger(values[i])))
            {
                throw new TransformationException(FormattableString.Invariant($"{Name}: label {i} is {values[i]}; expected a whole number from 0 to {_categories - 1}."));
            }

            result[((long)i * _categories) + (int)values[i]] = 1;
        }

        return [features, new NumberArray(result, shape)];
    }
}
