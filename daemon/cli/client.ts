// The API, typed: finds the daemon that runs, makes sure both speak the same version, turns error answers into errors for people.
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  API_VERSION,
  type CheckAnswer,
  type DaemonAddress,
  type DuplicateList,
  type EmbedAnswer,
  type EmbedRequest,
  type ErrorBody,
  type FailureList,
  type Folder,
  type FolderList,
  type ForgetUsesAnswer,
  type Health,
  type Image,
  type ImageDetails,
  type Link,
  type MarkRequest,
  type ModelList,
  type PageQuery,
  type RandomQuery,
  type RestoreAnswer,
  type RetryAnswer,
  type RevealAnswer,
  ROUTES,
  type SearchAnswer,
  type SearchQuery,
  type Status,
  type TrashAnswer,
  type TrashedList,
} from "../../shared/api.ts";
import { AppError, classifyFsError, messageOf } from "../errors.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./command.ts";
import { CliError, interrupted } from "./failure.ts";
import { askLocal, type LocalAnswer, type LocalRequest, openLocal } from "./http.ts";

/** The daemon answers this at once, whatever else it does. */
const HEALTH_TIMEOUT_MS = 5_000;
/** The first search may load a model. */
const ANSWER_TIMEOUT_MS = 180_000;
/** Reading a library of a million pictures from a slow disk. */
const CARE_TIMEOUT_MS = 3_600_000;

type RouteName = keyof typeof ROUTES;
type Finder = Pick<Context, "paths" | "program" | "stop">;

export interface Client {
  readonly address: DaemonAddress;
  status(): Promise<Status>;
  search(query: SearchQuery): Promise<SearchAnswer>;
  /** @param path absolute */
  similar(path: string, page: PageQuery): Promise<SearchAnswer>;
  similarToImage(imageId: number, page: PageQuery): Promise<SearchAnswer>;
  image(imageId: number): Promise<ImageDetails>;
  mark(imageId: number, marks: MarkRequest): Promise<ImageDetails>;
  random(query: RandomQuery): Promise<Image>;
  forgetUses(): Promise<ForgetUsesAnswer>;
  duplicates(page: PageQuery): Promise<DuplicateList>;
  /** All files of the picture when `paths` is left out. */
  reveal(imageId: number, path?: string): Promise<RevealAnswer>;
  trash(imageId: number, paths?: readonly string[]): Promise<TrashAnswer>;
  trashed(page: PageQuery): Promise<TrashedList>;
  restore(id: number): Promise<RestoreAnswer>;
  folders(): Promise<readonly Folder[]>;
  /** @param path absolute */
  addFolder(path: string): Promise<Folder>;
  removeFolder(folderId: number): Promise<readonly Folder[]>;
  rescan(folderId?: number): Promise<Status>;
  pause(): Promise<Status>;
  resume(): Promise<Status>;
  failures(page: PageQuery): Promise<FailureList>;
  /** Every failed file when `fileIds` is left out. */
  retryFailures(fileIds?: readonly number[]): Promise<RetryAnswer>;
  models(): Promise<ModelList>;
  /** @param name "auto", a name of the list, `owner/name`, or an absolute directory */
  useModel(name: string): Promise<Status>;
  embed(what: EmbedRequest): Promise<EmbedAnswer>;
  /** @param repair false: only looks. A large library takes a while. */
  check(repair: boolean): Promise<CheckAnswer>;
  /** A copy of the library, to be read as it comes. */
  backup(): Promise<Readable>;
  link(): Promise<Link>;
}

/**
 * Finds the running daemon. Throws CliError "not-running" (also for what a crashed daemon left behind), "not-answering", and
 * "api-mismatch" when the daemon speaks another version of the API.
 */
export async function connect(context: Finder): Promise<Client> {
  const address = await findDaemon(context);
  if (address.apiVersion !== API_VERSION) throw mismatch(address, context.program);
  const token = readToken(context);
  const { stop } = context;
  const requestOf: RequestOf = (name, { id, query, body } = {}, limitMs = ANSWER_TIMEOUT_MS) => ({
    port: address.port,
    method: ROUTES[name].method,
    path: ROUTES[name].path.replace(":id", String(id)) + queryText(query),
    token,
    body,
    signal: AbortSignal.any([stop, AbortSignal.timeout(limitMs)]),
  });
  return createClient(
    address,
    async (...asked) => contentOf(await send(context, askLocal(requestOf(...asked)))),
    async (...asked) => {
      const answer = await send(context, openLocal(requestOf(...asked)));
      if (answer.statusCode !== 200) contentOf({ status: answer.statusCode ?? 0, text: await text(answer) });
      return answer;
    },
  );
}

/** The daemon that runs, whatever version of the API it speaks; apiVersion and version are those it states itself. */
export async function findDaemon(context: Finder): Promise<DaemonAddress> {
  const address = readAddress(context.paths.address);
  // Nothing is asked of a port whose daemon is gone: another program may have it by now.
  if (address === null || !isAlive(address.pid)) throw notRunning(context.program);
  const { method, path } = ROUTES.health;
  const signal = AbortSignal.any([context.stop, AbortSignal.timeout(HEALTH_TIMEOUT_MS)]);
  const answer = await send(context, askLocal({ port: address.port, method, path, signal }));
  const health = parse<Partial<Health>>(answer.text);
  // Never show the token to a program that happens to listen where a daemon was.
  if (health?.name !== "rememe" || health.pid !== address.pid) throw notRunning(context.program);
  return { ...address, apiVersion: health.apiVersion ?? 0, version: health.version ?? "?" };
}

type Asked = [name: RouteName, request?: { id?: number; query?: object; body?: unknown }, limitMs?: number];
type RequestOf = (...asked: Asked) => LocalRequest;
type Ask = (...asked: Asked) => Promise<unknown>;
type Open = (...asked: Asked) => Promise<Readable>;

function createClient(address: DaemonAddress, ask: Ask, open: Open): Client {
  return {
    address,
    status: () => ask("status") as Promise<Status>,
    search: (query) => ask("search", { query }) as Promise<SearchAnswer>,
    similar: (path, page) => ask("similar", { query: page, body: { path } }) as Promise<SearchAnswer>,
    similarToImage: (id, page) => ask("similarToImage", { id, query: page }) as Promise<SearchAnswer>,
    image: (id) => ask("image", { id }) as Promise<ImageDetails>,
    mark: (id, body) => ask("mark", { id, body }) as Promise<ImageDetails>,
    random: (query) => ask("random", { query }) as Promise<Image>,
    forgetUses: () => ask("forgetUses") as Promise<ForgetUsesAnswer>,
    duplicates: (query) => ask("duplicates", { query }) as Promise<DuplicateList>,
    reveal: (id, path) => ask("reveal", { id, body: path === undefined ? {} : { path } }) as Promise<RevealAnswer>,
    trash: (id, paths) => ask("trash", { id, body: paths ? { paths } : {} }) as Promise<TrashAnswer>,
    trashed: (query) => ask("trashed", { query }) as Promise<TrashedList>,
    restore: (id) => ask("restore", { id }) as Promise<RestoreAnswer>,
    folders: async () => ((await ask("folders")) as FolderList).folders,
    addFolder: (path) => ask("addFolder", { body: { path } }) as Promise<Folder>,
    removeFolder: async (id) => ((await ask("removeFolder", { id })) as FolderList).folders,
    rescan: (folderId) => ask("rescan", { body: folderId === undefined ? {} : { folderId } }) as Promise<Status>,
    pause: () => ask("pause") as Promise<Status>,
    resume: () => ask("resume") as Promise<Status>,
    failures: (query) => ask("failures", { query }) as Promise<FailureList>,
    retryFailures: (fileIds) => ask("retryFailures", { body: fileIds ? { fileIds } : {} }) as Promise<RetryAnswer>,
    models: () => ask("models") as Promise<ModelList>,
    useModel: (name) => ask("useModel", { body: { name } }) as Promise<Status>,
    embed: (body) => ask("embed", { body }) as Promise<EmbedAnswer>,
    check: (repair) => ask("check", { body: { repair } }, CARE_TIMEOUT_MS) as Promise<CheckAnswer>,
    backup: () => open("backup", {}, CARE_TIMEOUT_MS),
    link: () => ask("link") as Promise<Link>,
  };
}

async function send<Answer>(context: Finder, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (context.stop.aborted) throw interrupted();
    const code = (cause as { code?: unknown }).code;
    if (code === "ECONNREFUSED" || code === "ECONNRESET") throw notRunning(context.program);
    throw new CliError("not-answering", `rememe does not answer: ${messageOf(cause)}`, {
      hint: `The log in ${context.paths.logs} may say why; \`${context.program} stop\` and \`${context.program} start\` begin anew.`,
      cause,
    });
  }
}

/** The content of an answer. Throws the error that the daemon reports, with its code and hint. */
function contentOf(answer: LocalAnswer): unknown {
  const content = parse<unknown>(answer.text);
  if (answer.status >= 200 && answer.status < 300 && content !== null) return content;
  const error = (content as Partial<ErrorBody> | null)?.error;
  if (!error) throw new AppError("internal", `rememe gave an answer that makes no sense (status ${answer.status}).`);
  throw new AppError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
}

function queryText(query: object = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T | null;
  } catch {
    return null;
  }
}

function readAddress(file: string): DaemonAddress | null {
  try {
    const address = parse<Partial<DaemonAddress>>(readFileSync(file, "utf8"));
    const isWhole = Number.isInteger(address?.pid) && Number.isInteger(address?.port);
    return isWhole ? (address as DaemonAddress) : null;
  } catch (error) {
    if (classifyFsError(error) === "missing") return null;
    throw error;
  }
}

function readToken({ paths, program }: Finder): string {
  try {
    return readFileSync(paths.token, "utf8").trim();
  } catch (cause) {
    throw new AppError("unauthorized", `The token of the library cannot be read: ${messageOf(cause)}`, {
      hint: `Run ${program} as the user who started it.`,
      cause,
    });
  }
}

/** Whether this user has such a process. (EPERM, a process of another user: no daemon of ours.) */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function notRunning(program: string): CliError {
  return new CliError("not-running", "rememe is not running.", { exit: "notRunning", hint: `Run: ${program} start` });
}

function mismatch(address: DaemonAddress, program: string): CliError {
  const hint =
    address.apiVersion > API_VERSION
      ? "Install the newer version for the command line too."
      : `Restart it with this version: ${program} stop, then ${program} start (or log out and in, if it starts by itself).`;
  return new CliError(
    "api-mismatch",
    `rememe ${address.version} is running and speaks version ${address.apiVersion} of the API; this is ${VERSION}, which speaks ${API_VERSION}.`,
    { hint },
  );
}
