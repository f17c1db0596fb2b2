// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Tributary.Controller.Rest;
using Tributary.Core;
using Tributary.Core.Combiners;
using Tributary.Core.Models;
using Tributary.Hosting.Authorization;

namespace Tributary.Controller.Models;

/// <summary>The endpoints that upload and download models, streamed.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this RouteGroupBuilder api, IModelStore models)
    {
        var group = api.MapResource(
            Resource.Models, "models", "model_id", ["session_id", "name", "parent_model", "model_id", "model"], models.ListAsync, Documents.ToDocument);
        group.MapGet("/{id}/download", DownloadAsync).WithName("models.download").Requires(Resource.Models, AccessAction.Read);
        group.MapPost("/", UploadAsync).WithName("models.upload").Requires(Resource.Models, AccessAction.Write).DisableAntiforgery();
    }

    private static async Task<IResult> DownloadAsync(string id, IModelStore models, IModelDataStore data, CancellationToken cancellationToken)
    {
        if (!ModelId.TryParse(id, out var modelId) || await models.FindAsync(modelId, cancellationToken) is not { } model
            || await data.OpenAsync(modelId, cancellationToken) is not { } source)
        {
            return Responses.NotFound(id);
        }

        return TypedResults.Stream(
            source.ToStream(),
            "application/octet-stream",
            fileDownloadName: model.Format == "npz" ? $"{id}.npz" : $"{id}.bin",
            entityTag: new EntityTagHeaderValue($"\"{model.Data.Sha256}\""),
            enableRangeProcessing: true);
    }

    private static async Task<IResult> UploadAsync(
        HttpRequest request, ModelUpload upload, IOptions<CombinerOptions> options, CancellationToken cancellationToken)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The multipart frame around the file needs a little more.
            limit.MaxRequestBodySize = Math.Min(options.Value.MaxModelBytes, long.MaxValue - (1 << 20)) + (1 << 20);
        }

        return await upload.ReceiveAsync(request, cancellationToken);
    }
}
