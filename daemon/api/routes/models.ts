// The models: which there are, choosing one, and what the one in use makes of a text or a picture.
import { Value } from "typebox/value";
import type { EmbedAnswer, ModelList, Status } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import type { Embeddable } from "../services.ts";
import { bytesOf, noPicture, PICTURE_CONTENT, takePictures } from "./picture-body.ts";
import { type ApiServer, about, answers, at, inOwnScope, type RouteContext } from "./route.ts";

export function modelRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("models"),
    schema: {
      ...about("models", "models", "The models that can be chosen, and what is here of each"),
      querystring: schemas.NoQuery,
      response: answers(schemas.ModelList),
    },
    handler: (): ModelList => services.models(),
  });

  app.route({
    ...at("useModel"),
    schema: {
      ...about("useModel", "models", "Another model, from now on; the one before answers until its index is complete"),
      querystring: schemas.NoQuery,
      body: schemas.UseModelRequest,
      response: answers(schemas.Status),
    },
    async handler(request): Promise<Status> {
      await services.useModel(request.body.name);
      return services.status();
    },
  });

  inOwnScope(app, (scope) => embedRoute(scope, services));
}

/** In a scope of its own, because few other routes take pictures as a body. */
function embedRoute(scope: ApiServer, services: RouteContext["services"]): void {
  takePictures(scope);
  scope.route({
    ...at("embed"),
    schema: {
      ...about("embed", "models", "The vector of a text, or of a picture given by path or as the body"),
      querystring: schemas.NoQuery,
      body: { content: { "application/json": { schema: schemas.EmbedRequest }, ...PICTURE_CONTENT } },
      response: answers(schemas.EmbedAnswer),
    },
    handler: (request): Promise<EmbedAnswer> => services.embed(embeddableOf(request.body)),
  });
}

function embeddableOf(body: unknown): Embeddable {
  const bytes = bytesOf(body);
  if (bytes) return { bytes };
  if (Value.Check(schemas.EmbedRequest, body)) {
    const { text, path } = body;
    if (text !== undefined) return { text };
    if (path !== undefined) return { path };
  }
  throw noPicture(
    'Send {"text": "…"} or {"path": "/absolute/path"} as JSON, or a picture itself with its type (image/*).',
  );
}
