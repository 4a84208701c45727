// Owns who may use the API: the token, the page's sessions and the one-time links. It knows nothing of Fastify.
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Link, ROUTES } from "../../shared/api.ts";
import { loadToken } from "./token.ts";

/** A link is opened right after it was asked for; ten minutes leave room for a slow browser start. */
const CODE_LIFETIME_MS = 10 * 60_000;
/** More are never open at once in honest use; the oldest gives way. */
const MAX_CODES = 100;
const SESSION_LIFETIME_MS = 30 * 24 * 3_600_000;
const SECRET_BYTES = 32;

export interface AuthOptions {
  /** Created when it is missing; see token.ts. */
  readonly tokenFile: string;
  /** The port the server listens on; asked for only once it does. */
  readonly port: () => number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Auth {
  /** Whether this is the value of an `Authorization` header with our token. */
  acceptsAuthorization(header: string): boolean;
  /** Name of the page's cookie. It carries the port, because browsers share cookies between all ports of a host. */
  cookieName(): string;
  /** Whether this is the value of a page's cookie that we gave out and that has not expired. */
  acceptsSession(session: string): boolean;
  /** A new session for a page: the cookie's value and how long it is good for. */
  createSession(): { readonly session: string; readonly maxAgeSeconds: number };
  /** A link to the page that works once, for ten minutes. */
  createLink(): Link;
  /** Whether the code of a link is known and not expired; a code is good once. */
  redeemCode(code: string): boolean;
}

/**
 * Reads or creates the token. Sessions are `nonce.expiresAtMs.mac`, signed with a key derived from the token: a restart of the daemon does not log the page
 * out, and deleting the token file logs every page out. Only hashes of the codes are kept, in memory.
 */
export function openAuth({ tokenFile, port, now = Date.now }: AuthOptions): Auth {
  const token = loadToken(tokenFile);
  const tokenHash = sha256(token);
  const sessionKey = createHmac("sha256", token).update("rememe page session").digest();
  const codes = new Map<string, number>();

  const sign = (nonce: string, expiresAtMs: string) =>
    createHmac("sha256", sessionKey).update(`${nonce}.${expiresAtMs}`).digest("base64url");

  function dropCodes(): void {
    for (const [hash, expiresAtMs] of codes) if (expiresAtMs <= now()) codes.delete(hash);
    for (const hash of codes.keys()) {
      if (codes.size < MAX_CODES) return;
      codes.delete(hash);
    }
  }

  return {
    acceptsAuthorization(header) {
      const given = /^Bearer +(\S+) *$/i.exec(header)?.[1];
      return given !== undefined && timingSafeEqual(sha256(given), tokenHash);
    },

    cookieName: () => `rememe_${port()}`,

    acceptsSession(session) {
      const [nonce = "", expiresAtMs = "", mac = "", ...rest] = session.split(".");
      if (rest.length > 0 || !timingSafeEqual(sha256(mac), sha256(sign(nonce, expiresAtMs)))) return false;
      return Number(expiresAtMs) > now();
    },

    createSession() {
      const nonce = randomBytes(SECRET_BYTES).toString("base64url");
      const expiresAtMs = String(now() + SESSION_LIFETIME_MS);
      return {
        session: `${nonce}.${expiresAtMs}.${sign(nonce, expiresAtMs)}`,
        maxAgeSeconds: SESSION_LIFETIME_MS / 1000,
      };
    },

    createLink() {
      dropCodes();
      const code = randomBytes(SECRET_BYTES).toString("base64url");
      const expiresAtMs = now() + CODE_LIFETIME_MS;
      codes.set(sha256(code).toString("hex"), expiresAtMs);
      return { url: `http://127.0.0.1:${port()}${ROUTES.open.path}?code=${code}`, expiresAtMs };
    },

    redeemCode(code) {
      const hash = sha256(code).toString("hex");
      const expiresAtMs = codes.get(hash);
      codes.delete(hash);
      return expiresAtMs !== undefined && expiresAtMs > now();
    },
  };
}

/** Equal lengths for timingSafeEqual, and a lookup by hash tells nothing about the secret. */
function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
