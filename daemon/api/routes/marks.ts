// What the user says of pictures (favourite, hidden, tags, uses), and a picture by chance.
import type { ForgetUsesAnswer, Image, ImageDetails, TagList, UseAnswer } from "../../../shared/api.ts";
import * as schemas from "../schemas.ts";
import { type ApiServer, about, answers, at, type RouteContext } from "./route.ts";

export function markRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("mark"),
    schema: {
      ...about("mark", "marks", "Makes a picture a favourite, hides it, tags it; or takes that back"),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      body: schemas.MarkRequest,
      response: answers(schemas.ImageDetails),
    },
    handler: (request): ImageDetails => services.mark(request.params.id, request.body),
  });

  app.route({
    ...at("tags"),
    schema: {
      ...about("tags", "marks", "Every tag, with how many pictures have it"),
      querystring: schemas.NoQuery,
      response: answers(schemas.TagList),
    },
    handler: (): TagList => ({ tags: services.tags() }),
  });

  app.route({
    ...at("random"),
    schema: {
      ...about("random", "search", "Any picture"),
      querystring: schemas.RandomQuery,
      response: answers(schemas.Image),
    },
    handler: (request): Image => services.random(request.query),
  });
}

export function useRoutes(app: ApiServer, { services }: RouteContext): void {
  app.route({
    ...at("recordUse"),
    schema: {
      ...about(
        "recordUse",
        "marks",
        "Remembers that a picture was copied, pasted, opened or dragged, and after which words",
      ),
      params: schemas.IdParams,
      querystring: schemas.NoQuery,
      body: schemas.UseRequest,
      response: answers(schemas.UseAnswer),
    },
    handler: (request): UseAnswer => ({ recorded: services.recordUse(request.params.id, request.body) }),
  });

  app.route({
    ...at("forgetUses"),
    schema: {
      ...about("forgetUses", "marks", "Forgets everything that was remembered of uses"),
      querystring: schemas.NoQuery,
      response: answers(schemas.ForgetUsesAnswer),
    },
    handler: (): ForgetUsesAnswer => ({ forgotten: services.forgetUses() }),
  });
}
