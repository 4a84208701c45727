// Looks at and converts pictures in the query process: nothing is decoded in the daemon.
import { type Child, ChildDied } from "../child.ts";
import { AppError } from "../errors.ts";
import type { ConvertPicture, PictureFacts, ProbePicture } from "../worker/protocol.ts";
import type { ExportsDeps } from "./exports.ts";
import type { OriginalsDeps } from "./originals.ts";

/** A person waits; the largest pictures take a few seconds. */
const TIME_LIMIT_MS = 60_000;

/** @param child runs daemon/worker/main.ts in the role "query". */
export function converter(child: Child): ExportsDeps["convert"] {
  return async (path, to, target) => {
    await ask(child, { ask: "convert-picture", path, to, target });
  };
}

export function prober(child: Child): OriginalsDeps["probe"] {
  return async (bytes) => (await ask(child, { ask: "probe-picture", bytes })) as PictureFacts;
}

async function ask(child: Child, question: ProbePicture | ConvertPicture): Promise<unknown> {
  try {
    return await child.ask(question, TIME_LIMIT_MS);
  } catch (cause) {
    if (!(cause instanceof ChildDied)) throw cause;
    const how = cause.timedOut ? "takes too long" : "ends the program that decodes it";
    throw new AppError("broken-image", `Decoding this picture ${how}.`, { cause });
  }
}
