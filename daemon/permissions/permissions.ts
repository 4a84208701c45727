// May rememe read this folder? Asked without ever waiting for a person who does not answer macOS's dialog.
import type { FolderPermission } from "../../shared/api.ts";
import type { Logger } from "../log.ts";
import { type Access, adviceFor, guardOf, type Place } from "./guards.ts";
import { type Look, lookInto, macPermissionsModule, photosStatus } from "./look.ts";

export interface Permissions {
  /** What is known after a short while; at once where macOS guards nothing. "granted" also when the folder is not there: that is no question of permission. */
  accessTo(path: string): Promise<Access>;
  advice(path: string, access: Access): FolderPermission | null;
}

export interface PermissionsDeps {
  readonly place: Place;
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, "warn">;
  readonly look?: (path: string, signal: AbortSignal) => Promise<Look>;
  readonly photos?: () => Promise<string | null>;
  readonly waitMs?: number;
  /** Nobody changes a setting more often. */
  readonly askAgainMs?: number;
}

interface Asked {
  /** Settles when the system has answered. */
  readonly answer: Promise<Access>;
  known: Access | null;
  atMs: number;
}

const WAIT_MS = 3_000;
const ASK_AGAIN_MS = 60_000;

export function createPermissions(deps: PermissionsDeps): Permissions {
  const { place, signal, log } = deps;
  const look = deps.look ?? lookInto;
  const photos =
    deps.photos ??
    (() =>
      photosStatus(macPermissionsModule(), (reason) => log.warn({ reason }, "node-mac-permissions does not work")));
  const asked = new Map<string, Asked>();

  async function ask(path: string): Promise<Access> {
    const seen = await look(path, signal);
    if (seen === "unanswered") return "undecided";
    // The disk may be away: whether it may be read is asked when it is back.
    if (seen === "missing") asked.delete(path);
    if (seen !== "denied") return "granted";
    if (guardOf(path, place) !== "photos") return "denied";
    return (await photos()) === "not determined" ? "undecided" : "denied";
  }

  /** A "yes" stays: when it is taken back, reading fails at once and without a dialog. */
  function isFresh({ known, atMs }: Asked): boolean {
    return known === null || known === "granted" || performance.now() - atMs < (deps.askAgainMs ?? ASK_AGAIN_MS);
  }

  function question(path: string): Asked {
    const before = asked.get(path);
    if (before && isFresh(before)) return before;
    const entry: Asked = {
      answer: ask(path).then((access) => {
        entry.known = access;
        entry.atMs = performance.now();
        return access;
      }),
      known: null,
      atMs: 0,
    };
    asked.set(path, entry);
    return entry;
  }

  return {
    async accessTo(path) {
      if (guardOf(path, place) === null) return "granted";
      const { answer, known } = question(path);
      if (known !== null) return known;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<Access>((resolve) => {
        timer = setTimeout(resolve, deps.waitMs ?? WAIT_MS, "undecided");
      });
      try {
        return await Promise.race([answer, patience]);
      } finally {
        clearTimeout(timer);
      }
    },
    advice: (path, access) => adviceFor(path, access, place),
  };
}
