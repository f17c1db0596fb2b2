// SPDX-License-Identifier: Apache-2.0

namespace Tributary.Repository.Documents;

/// <summary>One thing that is wrong with a request, as pydantic says it.</summary>
/// <param name="Place">Where: names and indices.</param>
/// <param name="Message">What was expected.</param>
/// <param name="Type">The kind of problem, for programs.</param>
/// <param name="Context">More, for programs.</param>
internal sealed record Problem(LooseValue.List Place, string Message, string Type, LooseValue.Map? Context = null)
{
    public static Problem Missing(Place place) => new(place.ToList(), "field required", "value_error.missing");

    public static Problem Null(Place place) => new(place.ToList(), "none is not an allowed value", "type_error.none.not_allowed");

    public static Problem NoText(Place place) => new(place.ToList(), "str type expected", "type_error.str");

    public static Problem TooLong(Place place, int maxCharacters) =>
        new(place.ToList(), FormattableString.Invariant($"ensure this value has at most {maxCharacters} characters"), "value_error.any_str.max_length");

    public static Problem NoMap(Place place) => new(place.ToList(), "value is not a valid dict", "type_error.dict");

    public static Problem NoList(Place place) => new(place.ToList(), "value is not a valid list", "type_error.list");

    public static Problem NoReal(Place place) => new(place.ToList(), "value is not a valid float", "type_error.float");

    public static Problem NoWhole(Place place) => new(place.ToList(), "value is not a valid integer", "type_error.integer");

    public static Problem NoFlag(Place place) => new(place.ToList(), "value could not be parsed to a boolean", "type_error.bool");

    /// <summary>As text: the field of the document, and what was expected.</summary>
    public string Describe() => $"{string.Join('.', Place.Items.Skip(1).Select(FieldType.ToText))}: {Message}";

    public static Problem Wrong(Place place, string message) => new(place.ToList(), message, "value_error");
}

/// <summary>Where in a request something is.</summary>
internal sealed record Place(Place? Outer, LooseValue Step)
{
    public static Place Body { get; } = new(null, new LooseValue.Text("body"));

    public static Place Query { get; } = new(null, new LooseValue.Text("query"));

    public static Place Header { get; } = new(null, new LooseValue.Text("header"));

    public Place At(string name) => new(this, new LooseValue.Text(name));

    public Place At(int index) => new(this, new LooseValue.Whole(index.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public LooseValue.List ToList()
    {
        var steps = new List<LooseValue>();
        for (var place = this; place is not null; place = place.Outer)
        {
            steps.Insert(0, place.Step);
        }

        return new(steps);
    }
}
