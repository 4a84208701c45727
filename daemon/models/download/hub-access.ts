// Where models come from and what may be told there: the variables that the hub's own tools know. Reads nothing but the environment.
import { homedir } from "node:os";
import { join } from "node:path";

export interface HubAccess {
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Told to the endpoint's own origin, and to nobody it redirects to. */
  readonly token: string | null;
  /** Nothing is asked of the network; what the shared cache holds is still used. */
  readonly isOffline: boolean;
  /** The shared cache of the hub's tools. It is read, never written. */
  readonly cache: string;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case. */
  readonly proxies: NodeJS.ProcessEnv;
}

const ENDPOINT = "https://huggingface.co";
const PROXY_VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HF_HUB_CACHE and HF_HOME as the hub's tools read them; `isAllowed` false: offline. */
export function hubAccess(env: NodeJS.ProcessEnv, isAllowed = true): HubAccess {
  return Object.freeze({
    endpoint: (env.HF_ENDPOINT || ENDPOINT).replace(/\/+$/, ""),
    token: env.HF_TOKEN || null,
    isOffline: !isAllowed || /^(1|true|yes|on)$/i.test(env.HF_HUB_OFFLINE ?? ""),
    cache: cacheDirectory(env),
    proxies: Object.fromEntries(PROXY_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  });
}

function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const named = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE;
  if (named) return named;
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "huggingface");
  return join(home, "hub");
}
