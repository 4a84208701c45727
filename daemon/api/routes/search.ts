// Search by words and by picture.
import { Value } from "typebox/value";
import type { SearchAnswer } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { bytesOf, noPicture, PICTURE_CONTENT, takePictures } from "./picture-body.ts";
import { type ApiServer, about, answers, at, inOwnScope, type RouteContext } from "./route.ts";

/** Fastify's serializer asks a validator which kind each reason is: slower than JSON, and made in 0.1 s at the first answer. */
const PLAIN_JSON = { serializerCompiler: () => JSON.stringify };

export function searchRoutes(app: ApiServer, { services, signals }: RouteContext): void {
  app.route({
    ...at("search"),
    ...PLAIN_JSON,
    schema: {
      ...about("search", "search", "Pictures that fit the words, best first"),
      querystring: schemas.SearchQuery,
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> => services.search(request.query, signals.of(reply)),
  });

  app.route({
    ...at("similarToImage"),
    ...PLAIN_JSON,
    schema: {
      ...about("similarToImage", "search", "Pictures that look like an indexed one"),
      params: schemas.IdParams,
      querystring: schemas.SimilarQuery,
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> =>
      services.similarToImage(request.params.id, request.query, signals.of(reply)),
  });

  inOwnScope(app, (scope) => similarRoute(scope, services, signals));
}

/** In a scope of its own, because no other route takes pictures as a body. */
function similarRoute(scope: ApiServer, services: RouteContext["services"], signals: RouteContext["signals"]): void {
  takePictures(scope);
  scope.route({
    ...at("similar"),
    ...PLAIN_JSON,
    schema: {
      ...about(
        "similar",
        "search",
        "Pictures that look like any picture on this machine, given by path or as the body",
      ),
      querystring: schemas.SimilarQuery,
      body: {
        content: {
          "application/json": { schema: schemas.SimilarRequest },
          ...PICTURE_CONTENT,
        },
      },
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> =>
      services.similarToPicture(pictureOf(request.body), request.query, signals.of(reply)),
  });
}

function pictureOf(body: unknown): { path: string } | { bytes: Uint8Array } {
  const bytes = bytesOf(body);
  if (bytes) return { bytes };
  if (Value.Check(schemas.SimilarRequest, body)) return body;
  throw noPicture('Send {"path": "/absolute/path"} as JSON, or the picture itself with its type (image/*).');
}
