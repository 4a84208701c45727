// Looking after the library: a check that mends, and a backup.
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { CheckAnswer } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, answersWith, at, type RouteContext } from "./route.ts";

export function careRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("check"),
    schema: {
      ...about("check", "care", "Looks through the whole library, and mends what does not fit together"),
      querystring: schemas.NoQuery,
      body: schemas.CheckRequest,
      response: answers(schemas.CheckAnswer),
    },
    handler: (request): Promise<CheckAnswer> => services.check(request.body.repair ?? true),
  });

  app.route({
    ...at("backup"),
    exposeHeadRoute: false,
    schema: {
      ...about("backup", "care", "A copy of the library as it is now, a SQLite database"),
      querystring: schemas.NoQuery,
      response: answersWith("application/vnd.sqlite3", "The database.", { type: "string", format: "binary" }),
    },
    async handler(_request, reply) {
      const path = await services.backup();
      const file = await open(path, "r");
      // Gone as soon as it is sent, or as the one who asked hangs up.
      await rm(path);
      const { size } = await file.stat();
      return reply
        .headers({
          "content-type": "application/vnd.sqlite3",
          "content-length": size,
          "content-disposition": 'attachment; filename="rememe-library.db"',
          "cache-control": "no-store",
        })
        .send(createReadStream(path, { fd: file }));
    },
  });
}
