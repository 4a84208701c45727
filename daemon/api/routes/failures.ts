// Files that could not be indexed.
import type { FailureList, RetryAnswer } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, at, type RouteContext } from "./route.ts";

export function failureRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("failures"),
    schema: {
      ...about("failures", "failures", "Files that could not be indexed, and why"),
      querystring: schemas.PageQuery,
      response: answers(schemas.FailureList),
    },
    handler: (request): FailureList => services.failures(request.query),
  });

  app.route({
    ...at("retryFailures"),
    schema: {
      ...about("retryFailures", "failures", "Tries some of them, or all of them, again"),
      querystring: schemas.NoQuery,
      body: schemas.RetryRequest,
      response: answers(schemas.RetryAnswer),
    },
    handler: (request): RetryAnswer => ({ retried: services.retryFailures(request.body.fileIds) }),
  });
}
