// SPDX-License-Identifier: Apache-2.0

using Tributary.Protocol.PythonJson;

namespace Tributary.Repository.Documents;

/// <summary>An error in a request, in the format of pydantic.</summary>
/// <param name="Location">The location of the error: names and indices.</param>
/// <param name="Message">The description of what was expected.</param>
/// <param name="Type">The kind of error, for programs.</param>
/// <param name="Context">Further details, for programs; null for none.</param>
internal sealed record ValidationError(PythonJsonValue.Array Location, string Message, string Type, PythonJsonValue.Object? Context = null)
{
    public static ValidationError Missing(ErrorLocation place) => new(place.ToList(), "field required", "value_error.missing");

    public static ValidationError Null(ErrorLocation place) => new(place.ToList(), "none is not an allowed value", "type_error.none.not_allowed");

    public static ValidationError NotString(ErrorLocation place) => new(place.ToList(), "str type expected", "type_error.str");

    public static ValidationError TooLong(ErrorLocation place, int maxCharacters) =>
        new(place.ToList(), FormattableString.Invariant($"ensure this value has at most {maxCharacters} characters"), "value_error.any_str.max_length");

    public static ValidationError TooShort(ErrorLocation place, int minCharacters) =>
        new(place.ToList(), FormattableString.Invariant($"ensure this value has at least {minCharacters} characters"), "value_error.any_str.min_length");

    public static ValidationError NotObject(ErrorLocation place) => new(place.ToList(), "value is not a valid dict", "type_error.dict");

    public static ValidationError NotArray(ErrorLocation place) => new(place.ToList(), "value is not a valid list", "type_error.list");

    public static ValidationError NotNumber(ErrorLocation place) => new(place.ToList(), "value is not a valid float", "type_error.float");

    public static ValidationError NotInteger(ErrorLocation place) => new(place.ToList(), "value is not a valid integer", "type_error.integer");

    public static ValidationError NotBoolean(ErrorLocation place) => new(place.ToList(), "value could not be parsed to a boolean", "type_error.bool");

    /// <summary>Returns the error as text: the field of the document and what was expected.</summary>
    public string Describe() => $"{string.Join('.', Location.Items.Skip(1).Select(SchemaType.ToPythonString))}: {Message}";

    public static ValidationError Wrong(ErrorLocation place, string message) => new(place.ToList(), message, "value_error");
}

internal sealed record ErrorLocation(ErrorLocation? Outer, PythonJsonValue Step)
{
    public static ErrorLocation Body { get; } = new(null, new PythonJsonValue.String("body"));

    public static ErrorLocation Query { get; } = new(null, new PythonJsonValue.String("query"));

    public static ErrorLocation Header { get; } = new(null, new PythonJsonValue.String("header"));

    public ErrorLocation At(string name) => new(this, new PythonJsonValue.String(name));

    public ErrorLocation At(int index) => new(this, new PythonJsonValue.Integer(index.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    public PythonJsonValue.Array ToList()
    {
        var steps = new List<PythonJsonValue>();
        for (var place = this; place is not null; place = place.Outer)
        {
            steps.Insert(0, place.Step);
        }

        return new(steps);
    }
}
