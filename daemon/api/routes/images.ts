// One picture: what is known of it, its thumbnail, and the original file.
import type { ImageDetails } from "../../../shared/api.ts";
import { sendPicture } from "../pictures.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, answersWith, at, type RouteContext } from "./route.ts";

const BINARY = { type: "string", format: "binary" };

export function imageRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("image"),
    schema: {
      ...about("image", "pictures", "Everything known of one picture"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      response: answers(schemas.ImageDetails),
    },
    handler: (request): ImageDetails => services.image(request.params.id),
  });

  app.route({
    ...at("thumbnail"),
    schema: {
      ...about("thumbnail", "pictures", "A small JPEG of the picture, at most 320 pixels wide and high"),
      params: schemas.IdParams,
      querystring: schemas.ThumbnailQuery,
      response: answersWith("image/jpeg", "The thumbnail.", BINARY),
    },
    handler: (request, reply) =>
      sendPicture(request, reply, {
        path: services.thumbnail(request.params.id, request.query.scene),
        mediaType: "image/jpeg",
        cacheControl: request.query.v === undefined ? "private, no-cache" : "private, max-age=31536000, immutable",
      }),
  });

  app.route({
    ...at("file"),
    schema: {
      ...about(
        "file",
        "pictures",
        "The original file, or the picture in a format that all programs show; whole or a range of it",
      ),
      params: schemas.IdParams,
      querystring: schemas.FileQuery,
      response: answersWith("image/*", "The file; its own type.", BINARY),
    },
    async handler(request, reply) {
      const { id } = request.params;
      const { as } = request.query;
      const file = as === undefined ? services.file(id) : await services.exportImage(id, as);
      return sendPicture(request, reply, { ...file, cacheControl: "private, no-cache" });
    },
  });
}
