// The OpenAPI 3.1 document, made from the schemas of the routes.
import type { FastifyDynamicSwaggerOptions, JSONObject } from "@fastify/swagger";
import { API_VERSION } from "../../shared/api.ts";

/** @param version of rememe, as /v1/health gives it. */
export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    convertConstToEnum: false,
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "rememe",
        version,
        description: `Local picture search. API version ${API_VERSION}. Every error answer has the shape \`Error\`.`,
      },
      security: [{ token: [] }, { page: [] }],
      components: {
        securitySchemes: {
          token: {
            type: "http",
            scheme: "bearer",
            description: "The content of the file `token` in the data directory.",
          },
          page: {
            type: "apiKey",
            in: "cookie",
            name: "rememe_41739",
            description: "Set by /open; the name ends in the port.",
          },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, index) => nameOf(json) ?? `shape-${index}` },
  };
}

function nameOf(json: JSONObject): string | undefined {
  return typeof json.$id === "string" ? json.$id : undefined;
}
