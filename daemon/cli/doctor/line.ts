// What a check says: one line of the page.

export interface Line {
  /** Stable, for programs: "node", "folder", … */
  readonly check: string;
  readonly state: "ok" | "warning" | "problem";
  readonly text: string;
  /** What to do about it; null when there is nothing to do. */
  readonly next: string | null;
}

export function ok(check: string, text: string): Line {
  return { check, state: "ok", text, next: null };
}

export function warning(check: string, text: string, next: string): Line {
  return { check, state: "warning", text, next };
}

export function problem(check: string, text: string, next: string): Line {
  return { check, state: "problem", text, next };
}
