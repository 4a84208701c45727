// Where ffmpeg is, which reads videos. Not part of rememe: without it videos are left out.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

export interface VideoPrograms {
  /** Absolute paths. */
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** launchd gives its programs a short PATH; Homebrew and MacPorts install here. */
const USUAL_DIRECTORIES = ["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin", "/usr/bin"];

/** Both programs from one directory, the first that has them: PATH, then where they usually are. Null when there is none. */
export function findVideoPrograms(
  env: NodeJS.ProcessEnv = process.env,
  usual: readonly string[] = USUAL_DIRECTORIES,
): VideoPrograms | null {
  const fromPath = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  for (const directory of [...fromPath, ...usual]) {
    const found = { ffmpeg: join(directory, "ffmpeg"), ffprobe: join(directory, "ffprobe") };
    if (isProgram(found.ffmpeg) && isProgram(found.ffprobe)) return found;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
