// Search by words and by picture.
import { Value } from "typebox/value";
import type { SearchAnswer } from "../../../shared/api.ts";
import { AppError } from "../../errors.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, at, inOwnScope, type RouteContext } from "./route.ts";

/** Photographs are a few megabytes; nobody searches with more than this. */
const PICTURE_LIMIT_BYTES = 64 * 1024 * 1024;
/** In OpenAPI 3.1 a body of bytes has a schema that says nothing. */
const THE_PICTURE = { description: "The picture itself." };

export function searchRoutes(app: ApiServer, { services, signals }: RouteContext): void {
  app.route({
    ...at("search"),
    schema: {
      ...about("search", "search", "Pictures that fit the words, best first"),
      querystring: schemas.SearchQuery,
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> => services.search(request.query, signals.of(reply)),
  });

  app.route({
    ...at("similarToImage"),
    schema: {
      ...about("similarToImage", "search", "Pictures that look like an indexed one"),
      params: schemas.IdParams,
      querystring: schemas.PageQuery,
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> =>
      services.similarToImage(request.params.id, request.query, signals.of(reply)),
  });

  inOwnScope(app, (scope) => similarRoute(scope, services, signals));
}

/** In a scope of its own, because no other route takes pictures as a body. */
function similarRoute(scope: ApiServer, services: RouteContext["services"], signals: RouteContext["signals"]): void {
  scope.addContentTypeParser(
    /^(?:image\/[a-z0-9.+-]+|application\/octet-stream)/i,
    { parseAs: "buffer", bodyLimit: PICTURE_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  );
  scope.route({
    ...at("similar"),
    schema: {
      ...about(
        "similar",
        "search",
        "Pictures that look like any picture on this machine, given by path or as the body",
      ),
      querystring: schemas.PageQuery,
      body: {
        content: {
          "application/json": { schema: schemas.SimilarRequest },
          "application/octet-stream": { schema: THE_PICTURE },
          "image/*": { schema: THE_PICTURE },
        },
      },
      response: answers(schemas.SearchAnswer),
    },
    handler: (request, reply): Promise<SearchAnswer> =>
      services.similarToPicture(pictureOf(request.body), request.query, signals.of(reply)),
  });
}

function pictureOf(body: unknown): { path: string } | { bytes: Uint8Array } {
  if (body instanceof Uint8Array && body.length > 0) return { bytes: body };
  if (Value.Check(schemas.SimilarRequest, body)) return body;
  throw new AppError("bad-request", "There is no picture in this request.", {
    hint: 'Send {"path": "/absolute/path"} as JSON, or the picture itself with its type (image/*).',
  });
}
