// Files that lie in a cloud only, on macOS: their name and size are here, their content is fetched by whoever reads them. rememe does not.
import { execFile } from "node:child_process";

const FIND = "/usr/bin/find";
const LIMIT_MS = 10_000;

interface Sizes {
  readonly size: bigint;
  /** Of 512 bytes, on the disk. */
  readonly blocks: bigint;
}

/**
 * Whether reading the file would fetch it (SF_DATALESS, chflags(2)). Looks at the file's state only. Few others have no block on the disk:
 * compressed ones may be kept in the catalogue, so `find`, which knows the flag, has the last word.
 */
export async function isDataless(
  path: string,
  { size, blocks }: Sizes,
  platform: NodeJS.Platform = process.platform,
  find = FIND,
): Promise<boolean> {
  if (platform !== "darwin" || size === 0n || blocks > 0n) return false;
  return new Promise((resolve) => {
    const args = [path, "-maxdepth", "0", "-flags", "+dataless"];
    // Who cannot tell does not fetch: the next scan asks again.
    execFile(find, args, { timeout: LIMIT_MS, killSignal: "SIGKILL" }, (error, stdout) => {
      resolve(error !== null || stdout.trim() !== "");
    });
  });
}
