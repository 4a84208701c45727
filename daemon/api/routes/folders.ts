// The watched folders, and control over the indexer.
import type { Folder, FolderList, Status } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, at, type RouteContext } from "./route.ts";

export function folderRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("folders"),
    schema: {
      ...about("folders", "folders", "The watched folders"),
      querystring: schemas.NoQuery,
      response: answers(schemas.FolderList),
    },
    handler: (): FolderList => ({ folders: services.folders() }),
  });

  app.route({
    ...at("addFolder"),
    schema: {
      ...about("addFolder", "folders", "Watches a folder and everything below it"),
      querystring: schemas.NoQuery,
      body: schemas.AddFolderRequest,
      response: answers(schemas.Folder, 201),
    },
    handler: (request, reply): Promise<Folder> => {
      reply.code(201);
      return services.addFolder(request.body.path);
    },
  });

  app.route({
    ...at("removeFolder"),
    schema: {
      ...about("removeFolder", "folders", "Forgets a folder and its pictures; the files stay as they are"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      response: answers(schemas.FolderList),
    },
    handler: async (request): Promise<FolderList> => {
      await services.removeFolder(request.params.id);
      return { folders: services.folders() };
    },
  });
}

export function indexingRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("rescan"),
    schema: {
      ...about("rescan", "indexing", "Looks through one folder, or all of them, now"),
      querystring: schemas.NoQuery,
      body: schemas.RescanRequest,
      response: answers(schemas.Status),
    },
    handler: (request): Status => {
      services.rescan(request.body.folderId);
      return services.status();
    },
  });

  app.route({
    ...at("pause"),
    schema: {
      ...about("pause", "indexing", "Stops indexing until it is resumed; search goes on"),
      querystring: schemas.NoQuery,
      response: answers(schemas.Status),
    },
    handler: (): Status => {
      services.pause();
      return services.status();
    },
  });

  app.route({
    ...at("resume"),
    schema: {
      ...about("resume", "indexing", "Goes on indexing"),
      querystring: schemas.NoQuery,
      response: answers(schemas.Status),
    },
    handler: (): Status => {
      services.resume();
      return services.status();
    },
  });
}
