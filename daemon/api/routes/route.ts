// What every route module needs: the server's type, what it may call, and the parts of a route that come from the contract.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { TSchema } from "typebox";
import { ROUTES } from "../../../shared/api.ts";
import type { Auth } from "../auth.ts";
import type { EventStreams } from "../event-streams.ts";
import type { RequestSignals } from "../request-signals.ts";
import { ErrorBody, ref } from "../schemas.ts";
import type { Services } from "../services.ts";

export type ApiServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface RouteContext {
  readonly services: Services;
  readonly auth: Auth;
  readonly signals: RequestSignals;
  readonly streams: EventStreams;
}

/** Hooks and parsers that `define` adds are for the routes it adds, and no others. */
export function inOwnScope(app: ApiServer, define: (scope: ApiServer) => void): void {
  void app.register((scope: ApiServer, _options, done) => {
    define(scope);
    done();
  });
}

type RouteName = keyof typeof ROUTES;

/** Method and URL of a route of the contract. */
export function at<Name extends RouteName>(name: Name) {
  return { method: ROUTES[name].method, url: ROUTES[name].path };
}

/** The parts of a route's schema that OpenAPI shows for every route. */
export function about(name: RouteName, tag: string, summary: string) {
  return { operationId: name, tags: [tag], summary };
}

/** The answers of a route: JSON of one shape, or an error. */
export function answers(schema: TSchema, status: 200 | 201 = 200): Record<string, TSchema> {
  return { [status]: ref(schema), default: ref(ErrorBody) };
}

/** The answers of a route that sends something else than JSON. */
export function answersWith(mediaType: string, description: string, schema: object = { type: "string" }) {
  return { 200: { description, content: { [mediaType]: { schema } } }, default: ref(ErrorBody) };
}
