// One request: route, parameters and body in; the answer's content or a DaemonError out.
import { type ErrorBody, ROUTES } from "../contract";
import type { Connection } from "./connect";
import { notAnswering, notRunning } from "./connect";
import { DaemonError, isAbort, systemCode } from "./errors";
import type { Places } from "./places";

/** The first search may have to load a model. */
const ANSWER_TIMEOUT_MS = 120_000;

export type RouteName = keyof typeof ROUTES;

export interface Request {
  readonly id?: number;
  readonly query?: object;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is; the body of routes that take a picture. */
  readonly picture?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
}

export async function send(
  { url, token }: Connection,
  places: Places,
  name: RouteName,
  request: Request,
): Promise<unknown> {
  const { method, path } = ROUTES[name];
  const { id, query, body, picture, signal } = request;
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  try {
    const answer = await fetch(url + path.replace(":id", String(id)) + queryText(query), {
      method,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { authorization: `Bearer ${token}`, ...contentType(body, picture) },
      ...(body || picture ? { body: picture ?? JSON.stringify(body) } : {}),
    });
    return contentOf(answer.status, answer.status === 204 ? "null" : await answer.text());
  } catch (error) {
    if (isAbort(error) || error instanceof DaemonError) throw error;
    if (systemCode(error) !== undefined) throw notRunning(places);
    throw notAnswering(places, error);
  }
}

function contentOf(status: number, text: string): unknown {
  const content = parse(text);
  if (status >= 200 && status < 300) return content;
  const error = (content as Partial<ErrorBody> | null)?.error;
  throw error
    ? new DaemonError(error.code, error.message, error.hint)
    : new DaemonError("internal", `Rememe gave an answer that makes no sense (status ${status}).`);
}

function contentType(body: object | undefined, picture: Uint8Array | undefined): Record<string, string> {
  if (picture) return { "content-type": "application/octet-stream" };
  return body ? { "content-type": "application/json" } : {};
}

function queryText(query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text && `?${text}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
