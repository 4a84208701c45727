// The program itself: its version, its settings, the Node that runs it, and what macOS knows that Node by.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../config.ts";
import { AppError, messageOf } from "../../errors.ts";
import { VERSION } from "../../version.ts";
import type { Context } from "../command.ts";
import { shortPath } from "../output.ts";
import { type System, THIS_SYSTEM } from "../service/service.ts";
import { type Line, ok, problem, warning } from "./line.ts";

/** Directories of version managers: what is in them moves or goes with the next version. */
const MOVING = /\/(\.nvm|\.fnm|fnm|\.volta|\.asdf|mise|\.n|\.nodenv|\.nodebrew|nvs|Cellar)\//;

export async function checkProgram(context: Context, system: System = THIS_SYSTEM): Promise<readonly Line[]> {
  const copy = join(context.paths.data, "runtime/bin/node");
  const node = existsSync(copy) ? copy : process.execPath;
  return [
    ok("version", `rememe ${VERSION} on ${system.platform} ${release()}, ${process.arch}`),
    settings(context),
    nodeVersion(context),
    nodePlace(node, context),
    ...(system.platform === "darwin" ? [await signature(node, system)] : []),
  ];
}

function settings({ paths, env }: Context): Line {
  try {
    loadConfig({ file: paths.config, env, flags: {} });
    return ok(
      "settings",
      existsSync(paths.config) ? "the settings can be read" : "no settings file; the defaults count",
    );
  } catch (error) {
    const next = (error instanceof AppError && error.hint) || "Mend config.json, or the variable that it names.";
    return problem("settings", messageOf(error), next);
  }
}

function nodeVersion({ root }: Context): Line {
  const wanted = engines(root);
  const text = `Node ${process.versions.node}`;
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return ok("node", text);
  return problem("node", `${text}; ${wanted} or newer is needed`, "Use `npm run rememe`, which brings its own Node.");
}

function engines(root: string): string {
  const file = join(root, "package.json");
  if (!existsSync(file)) return "0";
  const { engines } = JSON.parse(readFileSync(file, "utf8")) as { engines?: { node?: string } };
  return engines?.node?.replace(/^\D+/, "") ?? "0";
}

function nodePlace(node: string, { home }: Context): Line {
  const real = realpathSync(node);
  const text = `it is at ${shortPath(real, home)}`;
  if (!MOVING.test(real)) return ok("node-path", text);
  const next = "`rememe install` runs a copy of its own, which keeps its place and what the system allowed it.";
  return warning("node-path", `${text}, where the next update of Node moves it`, next);
}

/** macOS remembers what it allowed by the place and the signature of the program. */
async function signature(node: string, { run }: System): Promise<Line> {
  const { code, text } = await run("codesign", ["-dv", "--verbose=4", node]);
  if (code === null)
    return warning("signature", "codesign could not be run", "It belongs to macOS: is /usr/bin in PATH?");
  const next =
    "macOS may ask again for every folder when Node changes; a Node from nodejs.org is signed by its makers.";
  if (code !== 0) return warning("signature", "this Node is not signed", next);
  if (/^Signature=adhoc$/m.test(text)) return warning("signature", "this Node is signed ad hoc", next);
  const team = /^TeamIdentifier=(\S+)$/m.exec(text)?.[1];
  return ok("signature", `signed by team ${team ?? "unknown"}`);
}
