// What the built extension asks of the daemon, seen at node's own edge.
import http from "node:http";

export interface Requests {
  readonly sent: string[];
  readonly givenUp: string[];
}

/** Requests from now on whose path begins so; `onSent` is told of each as it goes out. */
export function watchRequests(
  t: { after(work: () => void): void },
  path: string,
  onSent: (method: string, path: string) => void = () => {},
): Requests {
  const requests: Requests = { sent: [], givenUp: [] };
  const original = http.request;
  const watched = (
    options: http.RequestOptions,
    listener?: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest => {
    const asked = String(options.path);
    const request = original(options, listener);
    if (!asked.startsWith(path)) return request;
    requests.sent.push(asked);
    onSent(String(options.method), asked);
    options.signal?.addEventListener("abort", () => requests.givenUp.push(asked));
    return request;
  };
  http.request = watched as typeof http.request;
  t.after(() => {
    http.request = original;
  });
  return requests;
}
