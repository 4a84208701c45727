// The description of this API for programs.
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answersWith, at } from "./route.ts";

export function openApiRoute(app: ApiServer): void {
  app.route({
    ...at("openapi"),
    schema: {
      ...about("openapi", "status", "This API as an OpenAPI 3.1 document"),
      querystring: schemas.NoQuery,
      response: answersWith("application/json", "The document.", { type: "object", additionalProperties: true }),
    },
    handler: () => app.swagger(),
  });
}
