// Whether a watched root can be read at the moment. An absent root is not an empty one (invariant 5).
import { opendir } from "node:fs/promises";
import { classifyFsError } from "../errors.ts";
import { deviceOf } from "./scan-state.ts";

export type RootState = "online" | "offline" | "denied";

/** What is remembered of a root. */
export interface RootMemory {
  /** Files known on it that are not missing. */
  readonly knownFiles: number;
  /**
   * Its device when it was last online, or null when that is not known, as after a start: device numbers do not outlive
   * a reboot or a mount.
   */
  readonly knownDevice: bigint | null;
}

/**
 * - **denied**: the system refuses to read it.
 * - **offline**: nothing there, or no directory, or any other trouble (a disk that does not answer). Also sudden
 *   emptiness: a root that had files, has nothing visible now and is on another device than before: what is seen is the
 *   bare mount point. When the device before is not known, an empty root that had files is offline, too: taking a disk
 *   that is not plugged in for one that was emptied would forget its pictures, the other mistake only keeps some until
 *   the root is removed or has a file again.
 * - **online**: everything else; a folder that was emptied on the same device is just empty.
 */
export async function probeRoot(path: string, memory: RootMemory): Promise<RootState> {
  try {
    const device = await deviceOf(path);
    const isEmpty = await hasNothingVisible(path);
    return isEmpty && memory.knownFiles > 0 && device !== memory.knownDevice ? "offline" : "online";
  } catch (error) {
    return classifyFsError(error) === "denied" ? "denied" : "offline";
  }
}

/**
 * The root's device, to be remembered while it is online; null when there is no directory or it may not be looked at.
 */
export function rootDevice(path: string): Promise<bigint | null> {
  return deviceOf(path).catch(() => null);
}

/** Hidden entries do not count: mount points are left behind with a .DS_Store or a marker in them. */
async function hasNothingVisible(path: string): Promise<boolean> {
  for await (const { name } of await opendir(path)) if (!name.startsWith(".")) return false;
  return true;
}
