// The copy of the program that the service runs: it stays as it is when the checkout, the package or the system's Node is changed or removed.
// Below the data directory: runtime/bin/node (always this path, so that what macOS allowed it stays allowed), program/current, and program/previous
// while an installation may still be taken back.
import { execFile } from "node:child_process";
import { constants, existsSync, readFileSync, realpathSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { classifyFsError, messageOf } from "../../errors.ts";
import { CliError } from "../failure.ts";

export interface ProgramCopy {
  /** What the service runs. */
  readonly command: readonly string[];
  readonly isInstalled: boolean;
  /** Copies everything beside what is there; nothing that runs is touched. */
  stage(): Promise<void>;
  /** Puts the staged copy in place; what was there is kept. When it throws, what was there is still in place. */
  swap(): Promise<void>;
  /** Puts back what was there before swap(); false when there was nothing. */
  takeBack(): Promise<boolean>;
  /** The installation holds: what was there before goes. */
  settle(): Promise<void>;
  remove(): Promise<void>;
}

/** Parts of the package, besides its dependencies. */
const PARTS = ["bin", "dist", "samples", "package.json", "NOTICE.md", "LICENSE"];
const COPIES_AT_ONCE = 8;
/** For people and compilers. */
const NOT_RUN = /\.(map|d\.[cm]?ts|md|markdown|flow)$/i;
const LICENCE = /^(licen[cs]e|notice|copying)/i;
const BUILT = "dist/daemon/launch.js";
const BEFORE = ".before-upgrade";

/**
 * @param root the package that is installed: a checkout, or what npm installed
 * @param data the data directory
 */
export function programCopy(root: string, data: string): ProgramCopy {
  const [program, runtime] = [join(data, "program"), join(data, "runtime")];
  const [current, next, previous] = ["current", "next", "previous"].map((name) => join(program, name)) as [
    string,
    string,
    string,
  ];
  const node = join(runtime, "bin", "node");
  const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });

  return {
    command: [node, join(current, BUILT)],
    isInstalled: existsSync(join(current, BUILT)),
    async stage() {
      await build(root);
      await remove(next);
      try {
        await mkdir(next, { recursive: true, mode: 0o700 });
        for (const part of PARTS.filter((name) => existsSync(join(root, name))))
          await copy(join(root, part), join(next, part));
        await copyPackages(dependencies(root), join(next, "node_modules"));
      } catch (error) {
        await remove(next);
        throw copyFailed(error, program);
      }
    },
    async swap() {
      await remove(previous);
      await replaceNode(node);
      try {
        if (existsSync(current)) await rename(current, previous);
        await rename(next, current);
      } catch (error) {
        if (existsSync(previous)) await rename(previous, current);
        await putNodeBack(node);
        throw error;
      }
    },
    async takeBack() {
      if (!existsSync(previous)) return false;
      await remove(current);
      await rename(previous, current);
      await putNodeBack(node);
      return true;
    },
    async settle() {
      await remove(previous);
      await remove(node + BEFORE);
    },
    async remove() {
      await remove(program);
      await remove(runtime);
    },
  };
}

function copyFailed(cause: unknown, to: string): unknown {
  if (cause instanceof CliError) return cause;
  const isFull = classifyFsError(cause) === "disk-full";
  return new CliError("install-failed", `The program cannot be copied to ${to}: ${messageOf(cause)}`, {
    hint: isFull ? "Free some 300 MB and try again; nothing was changed." : "Nothing was changed.",
    cause,
  });
}

/** A checkout is compiled; a package was, before it was published. */
async function build(root: string): Promise<void> {
  const script = join(root, "scripts", "build.ts");
  if (!existsSync(script)) {
    if (existsSync(join(root, BUILT))) return;
    throw new CliError("install-failed", `${root} is not complete: ${BUILT} is missing.`, {
      hint: "Install rememe again.",
    });
  }
  try {
    await promisify(execFile)(process.execPath, [script], { cwd: root });
  } catch (cause) {
    throw new CliError("install-failed", "rememe could not be compiled.", {
      hint: `\`npm ci && npm run build\` in ${root} says why.`,
      cause,
    });
  }
}

/** Every package that is needed to run, with its place below node_modules. Those that are optional and not there are left out. */
function dependencies(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (from: string): void => {
    const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as Record<string, object | undefined>;
    for (const name of Object.keys({ ...manifest.optionalDependencies, ...manifest.dependencies })) {
      // The runtime is copied to a place of its own.
      if (from === root && name === "node") continue;
      const path = resolvePackage(from, name);
      if (path === null) {
        if (Object.hasOwn(manifest.optionalDependencies ?? {}, name)) continue;
        throw new CliError("install-failed", `The package ${name}, which ${basename(from)} needs, is missing.`, {
          hint: `Run \`npm ci\` in ${root}.`,
        });
      }
      if (found.has(path)) continue;
      found.set(path, placeOf(root, path));
      visit(path);
    }
  };
  visit(root);
  return found;
}

/** As Node looks for it: in node_modules of the directory, then of those above. */
function resolvePackage(from: string, name: string): string | null {
  for (let directory = from; ; directory = dirname(directory)) {
    const candidate = join(directory, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (dirname(directory) === directory) return null;
  }
}

/** Below the package itself as it is there; beside it (npm puts them so for packages of a project) as if it were below. */
function placeOf(root: string, path: string): string {
  const own = join(root, "node_modules");
  if (path.startsWith(own + sep)) return relative(own, path);
  const marker = `${sep}node_modules${sep}`;
  const above = dirname(root);
  return path.startsWith(above + sep) ? relative(above, path) : path.slice(path.indexOf(marker) + marker.length);
}

/** Ten thousand small files: most of the time goes to waiting, so several at once; a package before those inside it. */
async function copyPackages(packages: ReadonlyMap<string, string>, target: string): Promise<void> {
  const depth = (place: string): number => place.split(`node_modules${sep}`).length;
  const byDepth = Map.groupBy(packages, ([, place]) => depth(place));
  for (const level of [...byDepth.keys()].sort((a, b) => a - b)) {
    const left = [...(byDepth.get(level) ?? [])];
    const copyRest = async (): Promise<void> => {
      for (let next = left.pop(); next; next = left.pop()) await copy(next[0], join(target, next[1]));
    };
    await Promise.all(Array.from({ length: COPIES_AT_ONCE }, copyRest));
  }
}

async function copy(from: string, to: string): Promise<void> {
  await cp(realpathSync(from), to, {
    recursive: true,
    // On APFS and Btrfs a clone: no bytes are copied.
    mode: constants.COPYFILE_FICLONE,
    filter: (source) =>
      isForThisSystem(relative(from, source)) && (!NOT_RUN.test(source) || LICENCE.test(basename(source))),
  });
}

/** ONNX Runtime ships its library for every system: 200 MB that are of no use here. */
function isForThisSystem(path: string): boolean {
  if (path.split(sep).includes("node_modules")) return false;
  const [, platform, arch] = /^bin[/\\]napi-v\d+[/\\](\w+)(?:[/\\](\w+))?/.exec(path) ?? [];
  if (platform === undefined) return true;
  return platform === process.platform && (arch === undefined || arch === process.arch);
}

/** Renamed over the old one, of which a copy is kept. */
async function replaceNode(target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  if (existsSync(target)) await copyFile(target, target + BEFORE, constants.COPYFILE_FICLONE);
  const temporary = `${target}.next`;
  await copyFile(process.execPath, temporary, constants.COPYFILE_FICLONE);
  await chmod(temporary, 0o755);
  await rename(temporary, target);
}

async function putNodeBack(target: string): Promise<void> {
  if (existsSync(target + BEFORE)) await rename(target + BEFORE, target);
}
