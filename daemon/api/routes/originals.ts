// The few things that are done with original files, each only when asked for.
import type {
  AddPictureAnswer,
  DuplicateList,
  ExportAnswer,
  RestoreAnswer,
  RevealAnswer,
  TrashAnswer,
  TrashedList,
} from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { bytesOf, noPicture, PICTURE_CONTENT, takePictures } from "./picture-body.ts";
import { type ApiServer, about, answers, at, inOwnScope, type RouteContext } from "./route.ts";

export function originalRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("exportImage"),
    schema: {
      ...about("exportImage", "files", "A file to paste: the original, or a copy that any program can read"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      body: schemas.ExportRequest,
      response: answers(schemas.ExportAnswer),
    },
    handler: (request): Promise<ExportAnswer> => services.exportImage(request.params.id, request.body.as),
  });

  app.route({
    ...at("reveal"),
    schema: {
      ...about("reveal", "files", "Shows a file of a picture in Finder or the file manager"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      body: schemas.RevealRequest,
      response: answers(schemas.RevealAnswer),
    },
    handler: (request): Promise<RevealAnswer> => services.reveal(request.params.id, request.body.path),
  });

  inOwnScope(app, (scope) => {
    takePictures(scope);
    scope.route({
      ...at("addPicture"),
      schema: {
        ...about("addPicture", "files", "Saves a picture into a watched folder, under a free name"),
        params: schemas.IdParams,
        querystring: schemas.AddPictureQuery,
        body: { content: PICTURE_CONTENT },
        response: answers(schemas.AddPictureAnswer, 201),
      },
      handler: (request, reply): Promise<AddPictureAnswer> => {
        const bytes = bytesOf(request.body);
        if (!bytes) throw noPicture("Send the picture itself with its type (image/*).");
        reply.code(201);
        return services.addPicture(request.params.id, request.query.name, bytes);
      },
    });
  });
}

export function trashRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("duplicates"),
    schema: {
      ...about("duplicates", "search", "Groups of nearly the same picture, the best of each first"),
      querystring: schemas.PageQuery,
      response: answers(schemas.DuplicateList),
    },
    handler: (request): DuplicateList => services.duplicates(request.query),
  });

  app.route({
    ...at("trash"),
    schema: {
      ...about("trash", "files", "Moves the files of a picture to the system's Trash; nothing is deleted"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      body: schemas.TrashRequest,
      response: answers(schemas.TrashAnswer),
    },
    handler: (request): Promise<TrashAnswer> => services.trash(request.params.id, request.body.paths),
  });

  app.route({
    ...at("trashed"),
    schema: {
      ...about("trashed", "files", "What rememe moved to the Trash, the last first"),
      querystring: schemas.PageQuery,
      response: answers(schemas.TrashedList),
    },
    handler: (request): TrashedList => services.trashed(request.query),
  });

  app.route({
    ...at("restore"),
    schema: {
      ...about("restore", "files", "Moves a file back from the Trash"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      response: answers(schemas.RestoreAnswer),
    },
    handler: (request): Promise<RestoreAnswer> => services.restore(request.params.id),
  });
}
