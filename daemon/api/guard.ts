// Owns which requests are looked at at all: our own Host (DNS rebinding), our own Origin, the token or the page's cookie; and the
// headers that keep pages and pictures harmless in a browser.
import type {} from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ROUTES } from "../../shared/api.ts";
import { AppError } from "../errors.ts";
import type { Auth } from "./auth.ts";

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": PAGE_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

const READING = new Set(["GET", "HEAD"]);

/** Whether the request carries a valid cookie of the page. */
export function hasSession(request: FastifyRequest, auth: Auth): boolean {
  const session = request.cookies[auth.cookieName()];
  return session !== undefined && auth.acceptsSession(session);
}

export async function addSecurityHeaders(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(SECURITY_HEADERS);
}

/** Refuses requests that were not made to us by name, or that a page of another site made. */
export function createSiteCheck(port: () => number): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const sites = [new URL(`http://127.0.0.1:${port()}`), new URL(`http://localhost:${port()}`)];
    if (!sites.some(({ host }) => host === request.headers.host)) {
      throw new AppError("forbidden-origin", "This server answers only to 127.0.0.1 and localhost, with its port.");
    }
    const { origin, "sec-fetch-site": fetchSite } = request.headers;
    // A link may be opened from anywhere: it is worth nothing without its code.
    const isLink = request.routeOptions.url === ROUTES.open.path && request.method === ROUTES.open.method;
    const isOurs = fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
    // Under `Referrer-Policy: no-referrer` a same-origin POST can carry `Origin: null`; Sec-Fetch-Site tells it from a stranger.
    const isOrigin =
      origin === undefined ||
      sites.some((site) => site.origin === origin) ||
      (origin === "null" && fetchSite === "same-origin");
    if (!isOrigin || !(isOurs || isLink)) {
      throw new AppError("forbidden-origin", "Pages of other sites may not use this server.");
    }
  };
}

/** Lets through the token, or the page's cookie; the cookie changes something only when the browser vouches for our own page. */
export function createAccessCheck(auth: Auth): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const { authorization, origin, "sec-fetch-site": fetchSite } = request.headers;
    if (authorization !== undefined) {
      if (auth.acceptsAuthorization(authorization)) return;
      throw new AppError("unauthorized", "This is not the token of this library.");
    }
    if (!hasSession(request, auth)) {
      throw new AppError("unauthorized", "The token is missing, or the page was opened too long ago.");
    }
    const isVouchedFor = fetchSite === undefined ? origin !== undefined : fetchSite === "same-origin";
    if (!READING.has(request.method) && !isVouchedFor) {
      throw new AppError("forbidden-origin", "Only rememe's own page may change something with its cookie.");
    }
  };
}
