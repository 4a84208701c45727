// One request to a server on this machine. node:http with an agent of our own instead of fetch, because fetch goes through the proxy of
// the environment under NODE_USE_ENV_PROXY, and the token must not.
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

const agent = new Agent({ keepAlive: false });

export interface LocalRequest {
  readonly port: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export interface LocalAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends a request to 127.0.0.1 and reads the whole answer. Rejects with node's error when there is no answer. */
export async function askLocal(options: LocalRequest): Promise<LocalAnswer> {
  const answer = await openLocal(options);
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** The same, with the content still to be read. */
export function openLocal(options: LocalRequest): Promise<IncomingMessage> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
  const headers = {
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
  };
  return new Promise((resolve, reject) => {
    const { port, method, path, signal } = options;
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent, signal }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}
