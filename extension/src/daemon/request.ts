// One request: route, parameters and body in; the answer's content or a DaemonError out.
import { type ErrorBody, ROUTES } from "../contract";
import { type Connection, explainSilence } from "./connect";
import { DaemonError } from "./errors";
import { askLocal } from "./http";
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
  readonly picture?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export async function send(
  { port, token }: Connection,
  places: Places,
  name: RouteName,
  request: Request,
): Promise<unknown> {
  const { method, path } = ROUTES[name];
  const { id, query, body, picture, signal, timeoutMs = ANSWER_TIMEOUT_MS } = request;
  const type = picture ? "application/octet-stream" : "application/json";
  const answer = await askLocal({
    port,
    method,
    path: path.replace(":id", String(id)) + queryText(query),
    headers: { authorization: `Bearer ${token}`, ...(picture || body ? { "content-type": type } : {}) },
    body: picture ?? (body && Buffer.from(JSON.stringify(body))),
    timeoutMs,
    signal,
  }).catch((error: unknown) => {
    throw explainSilence(error, places);
  });
  return contentOf(answer.status, answer.text);
}

function contentOf(status: number, text: string): unknown {
  const content = parse(text);
  if (status >= 200 && status < 300) return content;
  const error = (content as Partial<ErrorBody> | null)?.error;
  throw error
    ? new DaemonError(error.code, error.message, error.hint)
    : new DaemonError("internal", `Rememe gave an answer that makes no sense (status ${status}).`);
}

function queryText(query: object = {}): string {
  const entries = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)]);
  const text = new URLSearchParams(entries).toString();
  return text && `?${text}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
