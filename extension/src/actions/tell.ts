// Runs what an action does and tells how it went. Every failure is shown with the daemon's own next step.
import { showToast, Toast } from "@raycast/api";
import { DaemonError, isAbort } from "../daemon/errors";

/** Shows `doing` while it runs, then what `done` makes of the result; or the failure. Resolves with false after a failure. */
export async function tell<T>(doing: string, work: () => Promise<T>, done: (result: T) => string): Promise<boolean> {
  const toast = await showToast({ style: Toast.Style.Animated, title: doing });
  try {
    toast.title = done(await work());
    toast.style = Toast.Style.Success;
    return true;
  } catch (error) {
    Object.assign(toast, failure(error));
    return false;
  }
}

export async function tellFailure(error: unknown): Promise<void> {
  if (!isAbort(error)) await showToast(failure(error));
}

function failure(error: unknown): { style: Toast.Style; title: string; message?: string } {
  const title = error instanceof Error ? error.message : String(error);
  const hint = error instanceof DaemonError ? error.hint : undefined;
  return { style: Toast.Style.Failure, title, ...(hint ? { message: hint } : {}) };
}
