// What can go wrong between here and the hub, in words for a person, and whether waiting helps.
import type { ErrorCode } from "../../../shared/api.ts";
import { AppError, type AppErrorOptions, classifyFsError, messageOf } from "../../errors.ts";

export interface DownloadProblemOptions extends AppErrorOptions {
  /** The hub asked for a pause this long. */
  readonly retryAfterMs?: number;
  /** The same again may work, at once or later. False: somebody has to do something first. */
  readonly isPassing: boolean;
}

export class DownloadProblem extends AppError {
  readonly retryAfterMs: number | undefined;
  readonly isPassing: boolean;

  constructor(code: ErrorCode, message: string, options: DownloadProblemOptions) {
    super(code, message, options);
    this.name = "DownloadProblem";
    this.retryAfterMs = options.retryAfterMs;
    this.isPassing = options.isPassing;
  }
}

/** An answer that is not the file. `what` names what was asked for; `retryAfter` is that header. */
export function refused(status: number, what: string, host: string, retryAfter?: string): DownloadProblem {
  const problem = (message: string, options: DownloadProblemOptions): DownloadProblem =>
    new DownloadProblem("download-failed", message, options);
  if (status === 401 || status === 403) {
    return problem(`${host} does not give out ${what} (${status}).`, {
      hint: "Is the name right? If the model asks for a login, set HF_TOKEN to your access token and start rememe again.",
      isPassing: false,
    });
  }
  if (status === 404 || status === 410) {
    return problem(`${host} has no ${what} (${status}).`, {
      hint: "Check the model's name; `rememe models` lists those that are known to work.",
      isPassing: false,
    });
  }
  if (status === 429) {
    const retryAfterMs = pauseOf(retryAfter);
    return problem(`${host} gets too many requests from here (429).`, {
      hint: "It is tried again by itself.",
      isPassing: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  return problem(`${host} answers ${status} for ${what}.`, {
    hint: "It is tried again by itself.",
    isPassing: status >= 500 || status === 408,
  });
}

const HOUR_MS = 3_600_000;

/** Seconds or a date, as HTTP has it; undefined when it is neither. At most a day. */
function pauseOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 24 * HOUR_MS) : undefined;
}

/** Errors of sockets and of the disk, translated; AppErrors and abortions pass unchanged. */
export function translate(error: unknown, host: string, signal: AbortSignal): unknown {
  if (error instanceof AppError || signal.aborted) return error;
  if (classifyFsError(error) === "disk-full") return diskFull();
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string" && /^(EACCES|EPERM|EROFS|ENOENT|EISDIR|ENOTDIR|EIO|EMFILE)$/.test(code)) return error;
  return new DownloadProblem("no-network", `${host} cannot be reached: ${messageOf(error) || String(code)}`, {
    hint: "Check the connection (HTTPS_PROXY, if this network needs one). It is tried again by itself.",
    isPassing: true,
    cause: error,
  });
}

/** `space`: what was seen before anything was written. */
export function diskFull(space?: { readonly neededBytes: number; readonly freeBytes: number }): DownloadProblem {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
  const message = space
    ? `The model needs ${megabytes(space.neededBytes)} of free disk space, and there are ${megabytes(space.freeBytes)}.`
    : "The disk is full, so the model cannot be fetched.";
  return new DownloadProblem("disk-full", message, {
    hint: "Free some space; what has been fetched is kept.",
    isPassing: true,
  });
}
