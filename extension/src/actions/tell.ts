// Runs what an action does and tells how it went. Every failure is shown with the daemon's own next step.
import { type Keyboard, showToast, Toast } from "@raycast/api";
import { DaemonError, isAbort } from "../daemon/errors";

/** What was done, and how to take it back if that is possible. */
const UNDO: Keyboard.Shortcut = { modifiers: ["cmd"], key: "z" };

export interface Done {
  readonly title: string;
  readonly undo?: () => Promise<unknown>;
}

/** Shows `doing` while it runs, then what `done` makes of the result; or the failure. Resolves with false after a failure. */
export async function tell<T>(
  doing: string,
  work: () => Promise<T>,
  done: (result: T) => string | Done,
): Promise<boolean> {
  const toast = await showToast({ style: Toast.Style.Animated, title: doing });
  try {
    const told = done(await work());
    const { title, undo } = typeof told === "string" ? { title: told } : told;
    Object.assign(toast, { title, style: Toast.Style.Success });
    if (undo) toast.primaryAction = { title: "Undo", shortcut: UNDO, onAction: undo };
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
