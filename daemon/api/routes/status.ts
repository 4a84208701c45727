// Who answers here, how it is doing, and its events.
import type { Health, Status } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, answersWith, at, type RouteContext } from "./route.ts";

/** The one route of the API that needs no token: clients find out with it whether a daemon runs, and which. */
export function healthRoute(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("health"),
    schema: {
      ...about("health", "status", "Who answers here, and which version of the API it speaks"),
      security: [],
      querystring: schemas.NoQuery,
      response: answers(schemas.Health),
    },
    handler: (): Health => services.health(),
  });
}

export function statusRoutes(app: ApiServer, { services, streams }: RouteContext): void {
  app.route({
    ...at("status"),
    schema: {
      ...about("status", "status", "What the daemon does, how much it knows, and what the user should know"),
      querystring: schemas.NoQuery,
      response: answers(schemas.Status),
    },
    handler: (): Status => services.status(),
  });

  app.route({
    ...at("events"),
    exposeHeadRoute: false,
    schema: {
      ...about("events", "status", "Events as they happen (server-sent events), the current status first"),
      querystring: schemas.NoQuery,
      response: answersWith("text/event-stream", "Events; `data` is one of these as JSON.", schemas.DaemonEvent),
    },
    handler: (_request, reply) => {
      const stream = streams.open();
      return reply.header("content-type", "text/event-stream; charset=utf-8").send(stream);
    },
  });
}
