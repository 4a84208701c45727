// How a browser gets in: a link that works once, exchanged for the page's cookie.
import type { FastifyReply } from "fastify";
import type { Link } from "../../../shared/api.ts";
import { AppError } from "../../errors.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, answersWith, at, type RouteContext } from "./route.ts";

/** The page's shell needs no cookie; only the API does. */
const COOKIE_PATH = "/v1";

export function linkRoute(app: ApiServer, { auth }: RouteContext): void {
  app.route({
    ...at("link"),
    schema: {
      ...about("link", "page", "A link that opens the page once, in one browser"),
      querystring: schemas.NoQuery,
      response: answers(schemas.Link),
    },
    handler: (): Link => auth.createLink(),
  });
}

/** No HEAD: looking at a link must not use it up. */
export function openRoute(app: ApiServer, { auth }: RouteContext): void {
  app.route({
    ...at("open"),
    exposeHeadRoute: false,
    schema: {
      ...about("open", "page", "Exchanges the code of a link for the page's cookie, and goes on to the page"),
      security: [],
      querystring: schemas.OpenQuery,
      response: answersWith("text/html", "A page that leads on to the page of rememe."),
    },
    handler: (request, reply) => {
      if (auth.redeemCode(request.query.code ?? "")) {
        const { session, maxAgeSeconds } = auth.createSession();
        reply.setCookie(auth.cookieName(), session, {
          path: COOKIE_PATH,
          httpOnly: true,
          sameSite: "strict",
          maxAge: maxAgeSeconds,
        });
        return sendHtml(reply, 200, LEAD_ON);
      }
      // A person who clicks the link again is let in by the cookie, which is not sent here; without one the page says what to do.
      if (request.headers.accept?.includes("text/html")) return sendHtml(reply, 401, LEAD_ON);
      throw new AppError("link-expired", "This link was used already, or is too old.");
    },
  });
}

function sendHtml(reply: FastifyReply, status: 200 | 401, html: string): FastifyReply {
  return reply.code(status).header("cache-control", "no-store").type("text/html; charset=utf-8").send(html);
}

/**
 * Not a redirect: when the link was clicked on a page of another site, a browser would not send a `SameSite=Strict` cookie with
 * the redirected request. This page leads on from our own site.
 */
const LEAD_ON =
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">` +
  `<title>rememe</title><link rel="icon" href="/icon.svg"><meta http-equiv="refresh" content="0; url=/"></head>` +
  `<body><a href="/">Open rememe</a></body></html>\n`;
