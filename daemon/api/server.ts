// The HTTP API and the page: validate, call a service, map errors. Builds the server; listen.ts lets it listen.
import cookie from "@fastify/cookie";
import staticFiles from "@fastify/static";
import swagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import { AppError } from "../errors.ts";
import { createAnswerWriters } from "./answer-writers.ts";
import type { Auth } from "./auth.ts";
import { answerClientError, answerError, answerNotFound } from "./error-answers.ts";
import { createEventStreams } from "./event-streams.ts";
import { addSecurityHeaders, createAccessCheck, createSiteCheck, SECURITY_HEADERS } from "./guard.ts";
import { openApiOptions } from "./openapi.ts";
import { createRequestSignals, type RequestSignals } from "./request-signals.ts";
import { careRoutes } from "./routes/care.ts";
import { failureRoutes } from "./routes/failures.ts";
import { folderRoutes, indexingRoutes } from "./routes/folders.ts";
import { imageRoutes } from "./routes/images.ts";
import { markRoutes, useRoutes } from "./routes/marks.ts";
import { modelRoutes } from "./routes/models.ts";
import { openApiRoute } from "./routes/openapi.ts";
import { originalRoutes, trashRoutes } from "./routes/originals.ts";
import { linkRoute, openRoute } from "./routes/page.ts";
import { type ApiServer, inOwnScope, type RouteContext } from "./routes/route.ts";
import { searchRoutes } from "./routes/search.ts";
import { healthRoute, statusRoutes } from "./routes/status.ts";
import { SHAPES } from "./schemas.ts";
import type { Services } from "./services.ts";
import { compileValidator } from "./validation.ts";

const JSON_LIMIT_BYTES = 256 * 1024;
/** A query of 10,000 characters takes up to 90,000 bytes in a URL; Node's own limit is 16 KB. */
const HEADER_LIMIT_BYTES = 128 * 1024;
/** Receiving a whole request, 64 MB of picture included. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Without a byte in either direction; the first search may load a model, and event streams have a heartbeat. */
const SILENCE_TIMEOUT_MS = 180_000;
const KEEP_ALIVE_MS = 30_000;
/** What requests in progress have to end after the server was told to stop. */
const STOP_GRACE_MS = 250;

export interface ServerParts {
  readonly services: Services;
  readonly auth: Auth;
  /** Absolute path of the directory with the page's files, which are public. */
  readonly webDirectory: string;
  readonly log: FastifyBaseLogger | false;
  /** The port the server listens on; asked for only while requests are answered. */
  readonly port: () => number;
}

/** The server, not listening yet. Every route but `health`, `open` and the page's own files needs the token or the page's cookie. */
export function buildServer(parts: ServerParts): FastifyInstance {
  const app = createFastify(parts.log);
  const signals = createRequestSignals();
  const streams = createEventStreams(parts.services);
  const context: RouteContext = { ...parts, signals, streams };

  app.addHook("onRequest", addSecurityHeaders);
  app.addHook("onRequest", createSiteCheck(parts.port));
  stopInOrder(app, signals, () => streams.closeAll());
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => answerNotFound(app, request, reply));
  app.setValidatorCompiler(compileValidator);
  app.setSerializerCompiler(createAnswerWriters(SHAPES));
  takeOnlyJson(app);
  for (const schema of SHAPES) app.addSchema(schema);

  void app.register(cookie);
  void app.register(swagger, openApiOptions(parts.services.health().version));
  inOwnScope(app, (scope) => publicRoutes(scope, context, parts.webDirectory));
  inOwnScope(app, (scope) => privateRoutes(scope, context));
  return app;
}

function publicRoutes(app: ApiServer, context: RouteContext, webDirectory: string): void {
  healthRoute(app, context);
  openRoute(app, context);
  void app.register(staticFiles, {
    root: webDirectory,
    // One route per file that is there: nothing else can be asked for, however a path is spelt.
    wildcard: false,
    decorateReply: false,
    cacheControl: false,
    setHeaders: (reply) => reply.header("cache-control", "no-cache"),
  });
}

function privateRoutes(app: ApiServer, context: RouteContext): void {
  app.addHook("onRequest", createAccessCheck(context.auth));
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("cache-control", "no-store");
  });
  statusRoutes(app, context);
  searchRoutes(app, context);
  imageRoutes(app, context);
  markRoutes(app, context);
  useRoutes(app, context);
  originalRoutes(app, context);
  trashRoutes(app, context);
  folderRoutes(app, context);
  indexingRoutes(app, context);
  failureRoutes(app, context);
  modelRoutes(app, context);
  careRoutes(app, context);
  linkRoute(app, context);
  openApiRoute(app);
}

function createFastify(log: FastifyBaseLogger | false): ApiServer {
  return fastify({
    ...(log === false ? { logger: false } : { loggerInstance: log }),
    // A line for every keystroke would fill the log, and what people search for does not belong there.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: JSON_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { maxHeaderSize: HEADER_LIMIT_BYTES },
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request, reply.headers(SECURITY_HEADERS)),
  }).withTypeProvider<TypeBoxTypeProvider>();
}

/** Requests have no body, JSON, or (in one route) a picture. An empty body counts as `{}`: most requests say enough without one. */
function takeOnlyJson(app: ApiServer): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, {});
    else void parseJson(request, String(body), done);
  });
  app.addHook("preValidation", async (request) => {
    if (request.body === undefined) request.body = {};
  });
}

/** close() gives up running work, ends the event streams, and after a moment cuts what still hangs. */
function stopInOrder(app: ApiServer, signals: RequestSignals, endStreams: () => void): void {
  let cut: NodeJS.Timeout | undefined;
  app.addHook("onRequest", async () => {
    if (signals.isStopping()) throw new AppError("stopping", "rememe is stopping.");
  });
  app.addHook("preClose", async () => {
    signals.stop();
    endStreams();
    cut = setTimeout(() => app.server.closeAllConnections(), STOP_GRACE_MS);
  });
  app.addHook("onClose", async () => clearTimeout(cut));
}
