// Turns everything that can go wrong while a request is answered into the one error shape. Inner details stay in the log.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ERROR_STATUS, type ErrorBody, ROUTES } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import { NEXT_STEPS } from "./next-steps.ts";

/** Headers of the answer that was meant to be given, and would be wrong on an error. */
const ANSWER_HEADERS = ["accept-ranges", "content-disposition", "content-range", "etag", "last-modified"];

/** The error shape of any error; a code's usual next step stands in for a missing hint. */
export function errorBody(error: AppError): ErrorBody {
  return { error: { code: error.code, message: error.message, hint: error.hint ?? NEXT_STEPS[error.code] } };
}

/** Answers with an error; used by the error handlers only, everybody else throws. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toAppError(error);
  if (known.code === "internal") request.log.error({ err: error, route: request.routeOptions.url }, "a request failed");
  for (const name of ANSWER_HEADERS) reply.removeHeader(name);
  if (known.code === "unauthorized") reply.header("www-authenticate", 'Bearer realm="rememe"');
  return reply
    .code(known.status)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(errorBody(known));
}

/** Answers a request that no route takes; a known path with another method is told which one it takes. */
export function answerNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split("?", 1)[0] ?? "";
  const methods = [...new Set(Object.values(ROUTES).map(({ method }) => method))];
  const allowed = methods.filter((method) => app.findRoute({ method, url: routePattern(path) }) !== null);
  if (allowed.length > 0) reply.header("allow", allowed.join(", "));
  const hint = allowed.length > 0 ? { hint: `This path takes ${allowed.join(" and ")}.` } : {};
  return answerError(new AppError("not-found", `There is no ${request.method} ${path}.`, hint), request, reply);
}

/** `/v1/images/7/file` → `/v1/images/:id/file`; `:id` is the only kind of path parameter. */
function routePattern(path: string): string {
  return path.replace(/\/\d+(?=\/|$)/, "/:id");
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, name, validation, statusCode, message } = Object(error) as Record<string, unknown>;
  const text = typeof message === "string" ? message : "";
  if (validation !== undefined || code === "FST_ERR_VALIDATION") return new AppError("bad-request", text);
  if (name === "AbortError") return new AppError("stopping", "The request was given up.");
  if (typeof code === "string" && Object.hasOwn(FRAMEWORK_ERRORS, code)) return FRAMEWORK_ERRORS[code]?.() as AppError;
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) return new AppError("bad-request", text);
  return new AppError("internal", "Something went wrong inside rememe.", { cause: error });
}

const FRAMEWORK_ERRORS: Readonly<Record<string, () => AppError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AppError("too-large", "The body is too large."),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new AppError("bad-request", "This route does not take that type of body.", JSON_HINT),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new AppError("bad-request", "The body is not valid JSON.", JSON_HINT),
  FST_ERR_BAD_URL: () => new AppError("bad-request", "The path of the URL is not correctly encoded."),
  FST_ERR_MAX_PARAM_LENGTH: () => new AppError("bad-request", "The path of the URL is too long."),
};
const JSON_HINT = { hint: "Send JSON, with `Content-Type: application/json`." };

/** Answers what was not even HTTP, or too much of it, before Fastify saw a request. */
export function answerClientError(this: { log: FastifyBaseLogger }, error: { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const known =
    error.code === "HPE_HEADER_OVERFLOW"
      ? new AppError("too-large", "The URL and the headers are too long.", { hint: "Shorten the query." })
      : new AppError("bad-request", "This is not a valid HTTP request, or it came too slowly.");
  const body = JSON.stringify(errorBody(known));
  const status = ERROR_STATUS[known.code];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
