// Moves a file to the system's Trash and back. Never deletes, and knows nothing of pictures.
import { freedesktopTrash } from "./trash-freedesktop.ts";
import { macTrash, type RunScript } from "./trash-macos.ts";

export interface Trash {
  /** Resolves with the path it has in the Trash, or null when the system does not say. Rejects when it cannot be moved: it is where it was. */
  move(path: string): Promise<string | null>;
  /** Moves it back. Rejects when it cannot be done, and when something is at its old place: nothing is replaced. */
  restore(trashPath: string, path: string): Promise<void>;
}

/** The Trash of this system: Finder's on macOS, that of freedesktop.org elsewhere. */
export function systemTrash(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  runScript?: RunScript,
): Trash {
  return platform === "darwin" ? macTrash(runScript) : freedesktopTrash(env);
}
