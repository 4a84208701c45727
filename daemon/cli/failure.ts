// Errors of the command line, and how any error becomes a message and an exit code.
import type { ErrorCode } from "../../shared/api.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Exit } from "./command.ts";

/** Codes that only the command line knows, besides those of the API. */
export type CliCode =
  | "usage"
  | "not-running"
  | "not-answering"
  | "api-mismatch"
  | "no-display"
  | "clipboard-failed"
  | "start-failed"
  | "backup-failed"
  | "no-service"
  | "service-failed"
  | "not-installed"
  | "install-failed"
  | "stopped"
  | "interrupted";

export interface CliErrorOptions {
  readonly exit?: Exit;
  /** The next step, in words for a person. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** An error of the command line itself: what happened, what to do next, and the exit code. */
export class CliError extends Error {
  readonly code: CliCode;
  readonly exit: Exit;
  readonly hint: string | undefined;

  constructor(code: CliCode, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CliError";
    this.code = code;
    this.exit = options.exit ?? "error";
    this.hint = options.hint;
  }
}

export function usageError(message: string, hint?: string): CliError {
  return new CliError("usage", message, { exit: "usage", hint });
}

/** Some work was stopped by Ctrl-C. */
export function interrupted(): CliError {
  return new CliError("interrupted", "Interrupted.", { exit: "interrupted" });
}

export interface Failure {
  readonly exit: Exit;
  readonly code: CliCode | ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Any error in the words and the exit code it ends with. Everything that is not made for people counts as a bug ("internal"). */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CliError) {
    return { exit: error.exit, code: error.code, message: error.message, hint: error.hint };
  }
  if (error instanceof AppError) return { exit: "error", code: error.code, message: error.message, hint: error.hint };
  return { exit: "error", code: "internal", message: messageOf(error), hint: "This is a bug; please report it." };
}
