// The one error of everything that is asked of the daemon: a stable code, words for a person, and the next step.
import type { ErrorCode } from "../contract";

/** Codes of the client itself, for when the daemon does not answer. */
export type ClientCode = "not-installed" | "stopped" | "not-answering" | "mismatch" | "start-failed";

export class DaemonError extends Error {
  override readonly name = "DaemonError";
  readonly code: ErrorCode | ClientCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode | ClientCode, message: string, hint?: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** The daemon that runs speaks another version of the API. */
export class MismatchError extends DaemonError {
  /** True: the extension is the older side. */
  readonly isDaemonNewer: boolean;

  constructor(isDaemonNewer: boolean, daemonVersion: string) {
    super(
      "mismatch",
      isDaemonNewer
        ? `Rememe ${daemonVersion} on this computer is newer than this extension.`
        : `Rememe ${daemonVersion} on this computer is older than this extension.`,
      isDaemonNewer ? "Update the extension." : "Update Rememe.",
    );
    this.isDaemonNewer = isDaemonNewer;
  }
}

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** The code that Node gives a failed connection or file access; fetch hides it in the cause. */
export function systemCode(error: unknown): string | undefined {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  return cause instanceof Object ? systemCode(cause) : undefined;
}

/** Whatever was thrown, as something with a code and words. */
export const asDaemonError = (error: unknown): DaemonError =>
  error instanceof DaemonError
    ? error
    : new DaemonError("internal", error instanceof Error ? error.message : String(error), undefined, error);

/** The daemon was not reached; what it thinks of the request is not known. */
export const isUnreachable = ({ code }: DaemonError): boolean =>
  code === "mismatch" ||
  code === "stopped" ||
  code === "not-installed" ||
  code === "not-answering" ||
  code === "stopping";
