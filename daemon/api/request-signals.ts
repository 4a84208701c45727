// Owns when work for a request is given up: the client went away, or the server stops.
import type { FastifyReply } from "fastify";
import { AppError } from "../errors.ts";

export interface RequestSignals {
  /** Aborted when the connection closes before the answer is complete, and when the server stops. */
  of(reply: FastifyReply): AbortSignal;
  /** Gives up all work in progress, and what still comes. */
  stop(): void;
  isStopping(): boolean;
}

/**
 * Watches the answer, not the request: a request is "closed" (and Fastify's `request.signal` with it) as soon as its body has been
 * read, whether the client still waits or not.
 */
export function createRequestSignals(): RequestSignals {
  const controllers = new Set<AbortController>();
  let stopping = false;
  return {
    of(reply) {
      const controller = new AbortController();
      controllers.add(controller);
      reply.raw.once("close", () => {
        controllers.delete(controller);
        if (!reply.raw.writableFinished) controller.abort();
      });
      return controller.signal;
    },
    stop() {
      stopping = true;
      for (const controller of controllers) controller.abort(new AppError("stopping", "rememe is stopping."));
    },
    isStopping: () => stopping,
  };
}
