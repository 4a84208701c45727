// One request to a server on this machine. node:http with an agent of our own instead of fetch: fetch may go through a proxy of the
// environment or of the host, and the token must not.
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";

/** A kept connection that the daemon closes at the wrong moment would look like a daemon that is gone. */
const agent = new Agent({ keepAlive: false });

export interface LocalRequest {
  readonly port: number;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array | undefined;
  /** For the whole of it, to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface LocalAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request to 127.0.0.1 and reads the whole answer. Rejects with node's error when there is none, with an AbortError when the
 * signal is aborted, and with a TimeoutError when it takes too long.
 */
export async function askLocal(options: LocalRequest): Promise<LocalAnswer> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs);
  try {
    const signal = options.signal ? AbortSignal.any([options.signal, timeout.signal]) : timeout.signal;
    const answer = await openLocal(options, signal);
    return { status: answer.statusCode ?? 0, text: await text(answer) };
  } catch (error) {
    if (timeout.signal.aborted) throw new DOMException(`no answer within ${options.timeoutMs} ms`, "TimeoutError");
    throw options.signal?.aborted ? new DOMException("given up", "AbortError") : error;
  } finally {
    clearTimeout(timer);
  }
}

function openLocal(options: LocalRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { port, method, path, body } = options;
  const headers = { ...options.headers, ...(body ? { "content-length": body.byteLength } : {}) };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent, signal }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}
