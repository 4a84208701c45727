// One GET over HTTP(S): redirects, proxies, the token that only its own host sees, a limit on silence. Knows nothing of files.
import { Agent as HttpAgent, get as httpGet, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, get as httpsGet } from "node:https";
import { VERSION } from "../../version.ts";
import { DownloadProblem } from "./download-problem.ts";
import type { HubAccess } from "./hub-access.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end, or destroyed. */
  readonly body: IncomingMessage;
}

export interface Transport {
  /** Host of the endpoint, for messages. */
  readonly host: string;
  /** Resolves with the last answer of a chain of redirects, whatever its status. Rejects with what the sockets say. */
  get(path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Answer>;
}

const MAX_REDIRECTS = 5;

/** @param silenceMs a connection that sends nothing for so long is given up */
export function createTransport(access: HubAccess, silenceMs: number): Transport {
  const endpoint = new URL(access.endpoint);
  const agents = {
    "http:": new HttpAgent({ proxyEnv: access.proxies }),
    "https:": new HttpsAgent({ proxyEnv: access.proxies }),
  };

  function once(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    // Bytes as they are: what is counted, resumed and hashed is the file, not its compression.
    const sent: Record<string, string> = {
      ...headers,
      "accept-encoding": "identity",
      "user-agent": `rememe/${VERSION}`,
      ...(access.token !== null && url.origin === endpoint.origin ? { authorization: `Bearer ${access.token}` } : {}),
    };
    return new Promise((resolve, reject) => {
      const isPlain = url.protocol === "http:";
      const options = { headers: sent, signal, timeout: silenceMs };
      const request = isPlain
        ? httpGet(url, { ...options, agent: agents["http:"] }, resolve)
        : httpsGet(url, { ...options, agent: agents["https:"] }, resolve);
      request.on("error", reject);
      request.on("timeout", () => request.destroy(new Error(`nothing came for ${Math.round(silenceMs / 1_000)} s`)));
    });
  }

  return {
    host: endpoint.host,
    async get(path, headers, signal) {
      let url = new URL(access.endpoint + path);
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const body = await once(url, headers, signal);
        const status = body.statusCode ?? 0;
        const { location } = body.headers;
        if (status < 300 || status >= 400 || location === undefined) return { status, headers: body.headers, body };
        body.resume();
        url = redirected(url, location);
      }
      throw failed(`${endpoint.host} redirects in circles.`);
    },
  };
}

/** A relay may not lead from an encrypted connection to an open one. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : null;
  const isAllowed = to && (to.protocol === "https:" || (to.protocol === "http:" && from.protocol === "http:"));
  if (!isAllowed) throw failed(`${from.host} redirects to ${JSON.stringify(location)}, which rememe does not follow.`);
  return to;
}

function failed(message: string): DownloadProblem {
  return new DownloadProblem("download-failed", message, {
    hint: "Check HF_ENDPOINT and the proxy settings.",
    isPassing: false,
  });
}
