// One request to a server on this machine. node:http with an agent of our own instead of fetch, because fetch goes through the proxy of
// the environment under NODE_USE_ENV_PROXY, and the token must not.
import { Agent, request } from "node:http";

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
export function askLocal(options: LocalRequest): Promise<LocalAnswer> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
  const headers = {
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
  };
  return new Promise((resolve, reject) => {
    const { port, method, path, signal } = options;
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent, signal }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
