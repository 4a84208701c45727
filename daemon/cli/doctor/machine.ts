// The machine: disk space, limits of the system, helpers, the Raycast extension.
import { existsSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { VERSION } from "../../version.ts";
import { findVideoPrograms } from "../../video-programs.ts";
import type { Context } from "../command.ts";
import { bytes, count, shortPath } from "../output.ts";
import { type System, THIS_SYSTEM } from "../service/service.ts";
import { type Line, ok, problem, warning } from "./line.ts";

/** A download of a model and the index beside the old one. */
const COMFORTABLE_BYTES = 2e9;
const NEEDED_BYTES = 100e6;
const FEW_WATCHES = 65_536;
/** The soft limit of a launchd agent that asks for none is 256. */
const FEW_FILES = 1_024;

export async function checkMachine(context: Context, system: System = THIS_SYSTEM): Promise<readonly Line[]> {
  return [
    disk(context),
    openFiles(),
    ...(system.platform === "linux" ? watches() : []),
    ok("heic", `HEIC pictures are decoded by ${system.platform === "darwin" ? "macOS, or else by " : ""}rememe itself`),
    await ffmpeg(context, system),
    ...(system.platform === "darwin" ? [extension(context)] : []),
  ];
}

function disk({ paths, home }: Context): Line {
  let directory = paths.data;
  while (!existsSync(directory)) directory = dirname(directory);
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${bytes(free)} free where the library is (${shortPath(paths.data, home)})`;
  if (free < NEEDED_BYTES) return problem("disk", text, "Make room: nothing can be stored.");
  return free < COMFORTABLE_BYTES ? warning("disk", text, "A better model needs up to 2 GB.") : ok("disk", text);
}

/** Known without asking a shell. */
function openFiles(): Line {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | "unlimited" } } };
  const soft = report.userLimits?.open_files?.soft ?? "unlimited";
  const text = `${soft === "unlimited" ? "any number of" : count(soft)} files may be open at once`;
  if (soft === "unlimited" || soft >= FEW_FILES) return ok("open-files", text);
  return warning("open-files", text, "Run: ulimit -n 8192, then start rememe again.");
}

function watches(): readonly Line[] {
  const file = "/proc/sys/fs/inotify/max_user_watches";
  if (!existsSync(file)) return [];
  const limit = Number(readFileSync(file, "utf8"));
  const text = `${count(limit)} directories can be watched`;
  const next =
    "More: echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-rememe.conf && sudo sysctl --system";
  return [limit < FEW_WATCHES ? warning("watches", text, next) : ok("watches", text)];
}

async function ffmpeg(context: Context, { run }: System): Promise<Line> {
  const found = findVideoPrograms(context.env);
  if (!found) {
    const next =
      "To find videos as well, install ffmpeg (brew install ffmpeg, apt install ffmpeg), then restart rememe.";
    return ok("video", `there is no ffmpeg, so videos are left out. ${next}`);
  }
  const { code, text } = await run(found.ffmpeg, ["-version"]);
  const version = /version (\S+)/.exec(text)?.[1] ?? "of unknown version";
  if (code === 0) return ok("video", `videos are read by ${found.ffmpeg}, ${version}`);
  return warning("video", `${found.ffmpeg} does not run, so videos cannot be read`, "Install ffmpeg again.");
}

function extension({ home }: Context): Line {
  const directory = join(home, ".config/raycast/extensions");
  if (!existsSync(directory)) return ok("extension", "Raycast has no extensions here");
  for (const name of readdirSync(directory)) {
    const file = join(directory, name, "package.json");
    const { name: called, version } = readManifest(file);
    if (called !== "rememe") continue;
    return ok("extension", `the Raycast extension is there (version ${version ?? VERSION})`);
  }
  return ok("extension", "the Raycast extension is not installed");
}

/** Of an extension, whoever's it is; a broken one is none of rememe's business. */
function readManifest(file: string): { name?: string; version?: string } {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
  } catch {
    return {};
  }
}
