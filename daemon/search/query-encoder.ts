// Asks the query encoder process for vectors, and remembers those of recent texts. Knows nothing of ranking.
import { type Child, ChildDied } from "../child.ts";
import { AppError } from "../errors.ts";
import type { InstalledModel } from "../models/catalog.ts";
import type { EncodePicture, EncodeText, QueryPicture } from "../worker/protocol.ts";

export interface QueryEncoder {
  /**
   * Unit vector, or null when the model has nothing to say about the text. Texts take turns: one that nobody waits for any more when its
   * turn comes is not encoded. Throws AppError("encoder-unavailable"), or the signal's reason.
   */
  text(text: string, signal?: AbortSignal): Promise<Float32Array | null>;
  /** Throws AppError: encoder-unavailable, or what is wrong with the picture. */
  picture(picture: QueryPicture): Promise<Float32Array>;
  /** Somebody is about to search: starts the process and loads the model, unless it runs. Nobody waits for it, or learns that it failed. */
  prepare(): void;
}

/** A first query loads the model; nobody waits longer than this. */
const TIME_LIMIT_MS = 30_000;
/** Vectors of recent texts: typing and deleting a word asks for the same prefixes again and again. */
const REMEMBERED_TEXTS = 500;

/**
 * `child` runs daemon/worker/main.ts in the role "query"; `model` tells the model of the index that is searched now, and changes when
 * another index takes its place.
 */
export function createQueryEncoder(child: Child, model: () => InstalledModel): QueryEncoder {
  const remembered = new Map<string, Promise<Float32Array | null>>();
  /** Settled when the text before is encoded. */
  let turn: Promise<unknown> = Promise.resolve();
  let deaths = 0;

  async function ask(question: EncodeText | EncodePicture): Promise<unknown> {
    try {
      return await child.ask(question, TIME_LIMIT_MS);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const how = cause instanceof ChildDied && cause.timedOut ? "took too long" : "stopped unexpectedly";
      deaths++;
      throw unavailable(how, cause);
    }
  }

  /** The child encodes one text after the other. What waits here can still be given up; what was sent cannot. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  function encode(text: string, key: string, asked: InstalledModel): Promise<Float32Array | null> {
    const vector = ask({ ask: "encode-text", model: asked, text }) as Promise<Float32Array | null>;
    remembered.set(key, vector);
    vector.catch(() => remembered.delete(key));
    const oldest = remembered.keys().next().value;
    if (remembered.size > REMEMBERED_TEXTS && oldest !== undefined) remembered.delete(oldest);
    return vector;
  }

  function recall(key: string): Promise<Float32Array | null> | undefined {
    const known = remembered.get(key);
    // Re-inserting keeps the map in order of use, oldest first.
    if (known && remembered.delete(key)) remembered.set(key, known);
    return known;
  }

  return {
    async text(text, signal) {
      const words = text.trim().replace(/\s+/g, " ").toLowerCase();
      const asked = model();
      const key = `${asked.directory}\n${words}`;
      const before = deaths;
      return (
        recall(key) ??
        inTurn(async () => {
          signal?.throwIfAborted();
          // Who waited for a child that hung has waited long enough.
          if (deaths !== before) throw unavailable("stopped unexpectedly");
          return recall(key) ?? encode(words, key, asked);
        })
      );
    },
    picture(picture) {
      return ask({ ask: "encode-picture", model: model(), picture }) as Promise<Float32Array>;
    },
    prepare() {
      const load = async (): Promise<unknown> => ask({ ask: "encode-text", model: model(), text: "" });
      if (child.pid() === null) load().catch(() => {});
    },
  };
}

function unavailable(how: string, cause?: unknown): AppError {
  return new AppError("encoder-unavailable", `The query encoder ${how}.`, {
    hint: "Try again; if it happens again, `rememe status` and the log say more.",
    cause,
  });
}
