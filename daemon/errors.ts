// The one error class for people, and the one place that turns errno codes into our words.
import { ERROR_STATUS, type ErrorCode } from "../shared/api.ts";

export interface AppErrorOptions {
  /** The next step, in words for a person. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error a person should read: what happened, and what to do next. Anything else that is thrown is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.hint = options.hint;
  }

  /** HTTP status that goes with the code. */
  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** What kind of trouble a file system call met. */
export type FsTrouble =
  | "missing"
  | "denied"
  | "loop"
  | "disk-full"
  | "too-many-files"
  | "not-a-directory"
  | "is-a-directory"
  | "busy"
  | "other";

const TROUBLE: Readonly<Record<string, FsTrouble>> = {
  ENOENT: "missing",
  ENAMETOOLONG: "missing",
  EACCES: "denied",
  EPERM: "denied",
  ELOOP: "loop",
  ENOSPC: "disk-full",
  EDQUOT: "disk-full",
  EMFILE: "too-many-files",
  ENFILE: "too-many-files",
  ENOTDIR: "not-a-directory",
  EISDIR: "is-a-directory",
  EBUSY: "busy",
  EDEADLK: "busy",
};

/** Classifies an error thrown by node:fs; "other" when it carries no known errno code. */
export function classifyFsError(error: unknown): FsTrouble {
  const code = (error as { code?: unknown } | null)?.code;
  return (typeof code === "string" && TROUBLE[code]) || "other";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
