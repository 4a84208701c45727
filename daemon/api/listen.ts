// Lets the server listen: on 127.0.0.1 and nothing else.
import type { FastifyInstance } from "fastify";
import { AppError, messageOf } from "../errors.ts";

const HOST = "127.0.0.1";

/**
 * Listens on 127.0.0.1. Port 0 takes any free one. Returns the port. Throws AppError("port-taken") when something else listens
 * there, AppError("config-invalid") when the system does not allow the port.
 */
export async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    throw explain(cause, port);
  }
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("The server does not listen on a port.");
  return address.port;
}

function explain(cause: unknown, port: number): unknown {
  const code = (cause as { code?: unknown }).code;
  const hint = "Choose another port: `--port`, REMEME_PORT, or `port` in config.json. 0 takes any free one.";
  if (code === "EADDRINUSE") {
    return new AppError("port-taken", `Another program listens on ${HOST}:${port}.`, { hint, cause });
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL") {
    return new AppError("config-invalid", `Port ${port} cannot be used: ${messageOf(cause)}`, { hint, cause });
  }
  return cause;
}
