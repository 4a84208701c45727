// Brings a model's files from the hub into one directory, all of them or none. A directory that is there is whole; until then everything
// is in another one beside it, which the next try goes on with.
import { existsSync } from "node:fs";
import { mkdir, open, readFile, rename, rm, rmdir, stat, statfs, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import Type, { type Static } from "typebox";
import { Value } from "typebox/value";
import { hasContent } from "./content.ts";
import { DownloadProblem, diskFull } from "./download-problem.ts";
import { fetchFile } from "./fetch-file.ts";
import type { HubAccess } from "./hub-access.ts";
import { type HubFile, readRepository } from "./repository.ts";
import { PAUSES_MS } from "./retry.ts";
import { openSharedCache } from "./shared-cache.ts";
import { createTransport } from "./transport.ts";

/** A file that is wanted; what is null the hub says, once. */
export interface WantedFile {
  readonly path: string;
  readonly sizeBytes: number | null;
  /** SHA-256, 64 hex digits. */
  readonly sha256: string | null;
}

export interface Wanted {
  /** `owner/name` on the hub. */
  readonly repository: string;
  /** Commit; null: the newest, which is then kept. */
  readonly revision: string | null;
  /** Or a choice among the repository's files, for a model that nobody has described. */
  readonly files: readonly WantedFile[] | ((paths: readonly string[]) => readonly string[]);
}

export interface DownloadOptions {
  /** Absolute path; made when everything is there. */
  readonly directory: string;
  readonly access: HubAccess;
  readonly signal: AbortSignal;
  /** Files to write beside the fetched ones, by name. */
  extras?(commit: string): Readonly<Record<string, string>>;
  onProgress?(bytes: number, totalBytes: number): void;
  readonly pausesMs?: readonly number[];
  readonly silenceMs?: number;
  /** Bytes that may still be written to the disk that holds `path`. */
  freeBytes?(path: string): Promise<number>;
}

const Plan = Type.Object({
  repository: Type.String(),
  commit: Type.String(),
  files: Type.Array(Type.Object({ path: Type.String(), sizeBytes: Type.Number(), hash: Type.String() })),
});
type Plan = Static<typeof Plan>;

const PLAN_FILE = "plan.json";
/** Room for everything else on the disk: the new index, and what others do. */
const MARGIN_BYTES = 500e6;
const SILENCE_MS = 30_000;

/** Where the unfinished download of a directory is. */
export const unfinished = (directory: string): string => `${directory}.part`;

/**
 * Resolves when `directory` is there, whole and checked. Rejects with AppError (download-failed, no-network, disk-full), or with the
 * signal's reason; what has been fetched is kept then.
 */
export async function download(wanted: Wanted, options: DownloadOptions): Promise<void> {
  const { directory, signal } = options;
  if (existsSync(directory)) return;
  const part = unfinished(directory);
  await mkdir(part, { recursive: true, mode: 0o700 });
  const session = openSession(wanted, part, options);
  let plan: Plan;
  try {
    plan = await session.plan();
    await session.fetchAll(plan);
  } catch (error) {
    // Gone only when nothing is in it.
    await rmdir(part).catch(() => {});
    throw error;
  }
  signal.throwIfAborted();
  for (const [name, text] of Object.entries(options.extras?.(plan.commit) ?? {}))
    await writeSynced(join(part, name), text);
  await rm(join(part, PLAN_FILE), { force: true });
  await rename(part, directory);
  await syncDirectory(dirname(directory));
}

interface Session {
  plan(): Promise<Plan>;
  fetchAll(plan: Plan): Promise<void>;
}

function openSession(wanted: Wanted, part: string, options: DownloadOptions): Session {
  const { access, signal, pausesMs = PAUSES_MS, silenceMs = SILENCE_MS, freeBytes = freeOnDisk } = options;
  const { repository } = wanted;
  const transport = createTransport(access, silenceMs);
  const cache = openSharedCache(access.cache);

  async function plan(): Promise<Plan> {
    const kept = await readPlan(part);
    if (kept && kept.repository === repository && fits(kept, wanted)) return kept;
    const made = pinned(wanted) ?? (await fromCache(wanted)) ?? (await fromHub(wanted));
    await writeSynced(join(part, PLAN_FILE), JSON.stringify(made));
    return made;
  }

  /** Offline, the cache's word is all there is; the names of its blobs are their hashes. */
  async function fromCache({ revision, files }: Wanted): Promise<Plan | null> {
    if (!access.isOffline) return null;
    const commit = revision ?? (await cache.commitOf(repository, "main"));
    if (commit === null || typeof files === "function") throw offline(repository);
    const known = await Promise.all(files.map(({ path }) => cache.describe(repository, commit, path)));
    if (known.includes(null)) throw offline(repository);
    return agreed({ repository, commit, files: known as HubFile[] }, files);
  }

  async function fromHub({ revision, files }: Wanted): Promise<Plan> {
    const told = await readRepository(transport, repository, revision ?? "main", { signal, pausesMs });
    const paths =
      typeof files === "function" ? files(told.files.map(({ path }) => path)) : files.map(({ path }) => path);
    const chosen = paths.map((path) => {
      const file = told.files.find((candidate) => candidate.path === path);
      if (file) return file;
      throw new DownloadProblem(
        "download-failed",
        `The model ${repository} on ${transport.host} has no file ${path}.`,
        {
          hint: "Choose another model: `rememe models` lists those that are known to work.",
          isPassing: false,
        },
      );
    });
    return agreed({ repository, commit: told.commit, files: chosen }, typeof files === "function" ? [] : files);
  }

  async function fetchAll({ commit, files }: Plan): Promise<void> {
    const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const done = new Map<string, number>();
    const tell = (path: string, bytes: number): void => {
      done.set(path, bytes);
      options.onProgress?.(
        [...done.values()].reduce((sum, count) => sum + count, 0),
        totalBytes,
      );
    };
    const missing: HubFile[] = [];
    for (const file of files) {
      signal.throwIfAborted();
      if (await isThere(commit, file)) tell(file.path, file.sizeBytes);
      else missing.push(file);
    }
    if (missing.length === 0) return;
    if (access.isOffline) throw offline(repository);
    await checkSpace(part, missing, await freeBytes(part));
    for (const file of missing) await fetchOne(commit, file, (bytes) => tell(file.path, bytes));
  }

  /** Finished before, or found in the shared cache. */
  async function isThere(commit: string, file: HubFile): Promise<boolean> {
    const target = join(part, file.path);
    const size = (await stat(target).catch(() => null))?.size;
    if (size === file.sizeBytes && (await hasContent(target, file, signal))) return true;
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    return cache.take(repository, commit, file, target, signal);
  }

  async function fetchOne(commit: string, file: HubFile, onProgress: (bytes: number) => void): Promise<void> {
    const { path, sizeBytes, hash } = file;
    const partPath = `${join(part, path)}.part`;
    const from = `/${repository}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
    const name = `${path} of ${repository}`;
    await fetchFile(transport, { sizeBytes, hash, from, name, partPath, signal, pausesMs, onProgress });
    await rename(partPath, join(part, path));
  }

  return { plan, fetchAll };
}

/** Everything is known beforehand. */
function pinned({ repository, revision, files }: Wanted): Plan | null {
  if (revision === null || typeof files === "function") return null;
  const all = files.flatMap(({ path, sizeBytes, sha256 }) =>
    sizeBytes === null || sha256 === null ? [] : [{ path, sizeBytes, hash: sha256 }],
  );
  return all.length === files.length ? { repository, commit: revision, files: all } : null;
}

/** The plan with what the wish knows for certain; throws where the two contradict each other. */
function agreed(plan: Plan, wanted: readonly WantedFile[]): Plan {
  const files = plan.files.map((file) => {
    const { sizeBytes = null, sha256 = null } = wanted.find(({ path }) => path === file.path) ?? {};
    const isOther =
      (sizeBytes ?? file.sizeBytes) !== file.sizeBytes || (isSha256(file) && (sha256 ?? file.hash) !== file.hash);
    if (!isOther) return { ...file, hash: sha256 ?? file.hash };
    throw new DownloadProblem(
      "download-failed",
      `${file.path} of ${plan.repository} is not the file that rememe knows.`,
      {
        hint: "It was changed since. Update rememe, or choose another model.",
        isPassing: false,
      },
    );
  });
  return { ...plan, files };
}

const isSha256 = ({ hash }: HubFile): boolean => hash.length === 64;

function fits(plan: Plan, { revision, files }: Wanted): boolean {
  if (revision !== null && plan.commit !== revision) return false;
  return (
    typeof files === "function" || (files.length === plan.files.length && files.every((file) => isAsWanted(plan, file)))
  );
}

function isAsWanted(plan: Plan, { path, sizeBytes, sha256 }: WantedFile): boolean {
  const planned = plan.files.find((file) => file.path === path);
  if (!planned) return false;
  return (sizeBytes === null || planned.sizeBytes === sizeBytes) && (sha256 === null || planned.hash === sha256);
}

async function readPlan(part: string): Promise<Plan | null> {
  try {
    const plan: unknown = JSON.parse(await readFile(join(part, PLAN_FILE), "utf8"));
    return Value.Check(Plan, plan) ? plan : null;
  } catch {
    return null;
  }
}

async function checkSpace(part: string, files: readonly HubFile[], freeBytes: number): Promise<void> {
  let neededBytes = MARGIN_BYTES;
  for (const { path, sizeBytes } of files) {
    neededBytes += sizeBytes - ((await stat(`${join(part, path)}.part`).catch(() => null))?.size ?? 0);
  }
  if (freeBytes < neededBytes) throw diskFull({ neededBytes, freeBytes });
}

async function freeOnDisk(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function offline(repository: string): DownloadProblem {
  return new DownloadProblem(
    "no-network",
    `The model ${repository} is not on this machine, and rememe fetches nothing.`,
    {
      hint: "The setting `download` or the variable HF_HUB_OFFLINE says so.",
      isPassing: true,
    },
  );
}

async function writeSynced(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, text, { mode: 0o600, flush: true });
  await rename(temporary, path);
}

/** So that a power cut does not take the new name back. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
