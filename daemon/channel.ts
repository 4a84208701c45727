// Requests and answers between two processes, both ways, over an IPC channel. Knows nothing of what is asked.

import type { ErrorCode } from "../shared/api.ts";
import { AppError, messageOf } from "./errors.ts";

/** The narrow part of ChildProcess and process that a channel needs. */
export interface Wire {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

export interface Channel {
  /** Asks the other side. Rejects with what the other side threw, or when the channel is closed. */
  ask(question: unknown): Promise<unknown>;
  /** Rejects everything that is still unanswered. */
  close(reason: Error): void;
}

interface Frame {
  readonly id: number;
  readonly kind: "ask" | "answer" | "error";
  readonly body: unknown;
}

interface WireError {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly hint?: string;
}

/** Opens a channel; `answer` handles the questions of the other side. */
export function openChannel(wire: Wire, answer: (question: unknown) => Promise<unknown>): Channel {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let closed: Error | null = null;

  async function reply(id: number, question: unknown): Promise<void> {
    try {
      const body = await answer(question);
      if (!closed) wire.send({ id, kind: "answer", body } satisfies Frame);
    } catch (error) {
      if (!closed) wire.send({ id, kind: "error", body: pack(error) } satisfies Frame);
    }
  }

  wire.onMessage((message) => {
    const { id, kind, body } = message as Frame;
    if (kind === "ask") {
      void reply(id, body);
      return;
    }
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (kind === "answer") waiter?.resolve(body);
    else waiter?.reject(unpack(body as WireError));
  });

  return {
    ask(question) {
      if (closed) return Promise.reject(closed);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        wire.send({ id, kind: "ask", body: question } satisfies Frame);
      });
    },
    close(reason) {
      closed ??= reason;
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
    },
  };
}

function pack(error: unknown): WireError {
  if (!(error instanceof AppError)) return { message: messageOf(error) };
  return { message: error.message, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) };
}

function unpack(error: WireError): Error {
  if (error.code === undefined) return new Error(error.message);
  return new AppError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
}
