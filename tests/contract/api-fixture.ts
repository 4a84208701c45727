// A server on top of services that record what they are asked and answer with one fixed library.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FastifyInstance } from "fastify";
import { type Auth, openAuth } from "../../daemon/api/auth.ts";
import { listen } from "../../daemon/api/listen.ts";
import { buildServer } from "../../daemon/api/server.ts";
import type { Services } from "../../daemon/api/services.ts";
import { AppError } from "../../daemon/errors.ts";
import type { CheckAnswer, DaemonEvent, ImageDetails, ModelList, SearchAnswer, Status } from "../../shared/api.ts";

export const PORT = 41_739;

export const STATUS: Status = {
  activity: "idle",
  paused: false,
  counts: { folders: 1, files: 3, images: 2, pending: 0, failed: 1, inCloud: 0 },
  filesPerSecond: 0,
  secondsLeft: null,
  currentDirectory: null,
  model: { id: "palette", title: "Palette", dimension: 64, licence: "MIT", provider: "cpu", providerReason: null },
  upgrade: null,
  ocr: true,
  version: "0.1.0",
  startedAtMs: 1_700_000_000_000.5,
  libraryBytes: 4096,
  notices: [],
};

export const IMAGE: ImageDetails = {
  id: 7,
  path: "/pictures/dog.png",
  name: "dog.png",
  folderId: 1,
  format: "png",
  width: 640,
  height: 480,
  frames: 1,
  sizeBytes: 1234,
  modifiedAtMs: 1_700_000_000_000,
  offline: false,
  copies: 1,
  favourite: false,
  hidden: false,
  tags: ["dog"],
  thumbnailUrl: "/v1/images/7/thumbnail",
  thumbnailPath: null,
  text: "this is fine",
  paths: ["/pictures/dog.png"],
  contentHash: "ab",
  indexedAtMs: 1_700_000_000_000,
};

const { text: _text, paths: _paths, contentHash: _hash, indexedAtMs: _at, ...SHOWN } = IMAGE;

export const ANSWER: SearchAnswer = {
  hits: [
    {
      image: SHOWN,
      scene: null,
      section: "match",
      similarCopies: 0,
      score: 0.5,
      strong: true,
      why: [
        { kind: "visual", rank: 1, similarity: 0.31 },
        {
          kind: "text",
          field: "ocr",
          rank: 2,
          words: ["fine"],
          snippet: "this is fine",
          marks: [{ word: "fine", start: 8, end: 12 }],
          boxes: [{ word: "fine", x: 0.5, y: 0.75, width: 0.25, height: 0.125 }],
        },
      ],
    },
  ],
  nextOffset: null,
  tookMs: 3.25,
  reading: [],
  q: "fine",
  visual: true,
  notices: [],
};

export const CHECKED: CheckAnswer = {
  healthy: false,
  pictures: 2,
  findings: [{ kind: "stray-vectors", count: 1, message: "Embeddings without a picture.", done: "They were removed." }],
  freedBytes: 0,
  libraryBytes: 4096,
  tookMs: 12,
};

export const TRASHED = {
  id: 5,
  path: "/pictures/old.png",
  trashPath: "/trash/old.png",
  trashedAtMs: 1_700_000_000_000,
};

export const MODELS: ModelList = {
  setting: "auto",
  auto: "siglip2-base-patch16-224",
  models: [
    {
      name: "palette",
      title: "Palette",
      licence: "MIT",
      researchOnly: false,
      languages: ["en"],
      dimension: 64,
      imageSize: 48,
      downloadBytes: null,
      installed: true,
      index: "searched",
    },
    {
      name: "mobileclip-s1",
      title: "MobileCLIP S1",
      licence: "research",
      researchOnly: true,
      languages: ["en"],
      dimension: 512,
      imageSize: 256,
      downloadBytes: 300_000_000,
      installed: false,
      index: null,
    },
  ],
};

export interface Fixture {
  readonly app: FastifyInstance;
  readonly auth: Auth;
  readonly token: string;
  /** Headers of a client with the token. */
  readonly headers: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly webDirectory: string;
  /** Every call of a service with its arguments, signals left out. */
  readonly calls: (readonly unknown[])[];
  readonly signals: AbortSignal[];
  emit(event: DaemonEvent): void;
  listeners(): number;
}

export interface FixtureOptions {
  readonly services?: Partial<Services>;
  readonly now?: () => number;
}

/** A server that is closed, with its directory removed, when the test ends. */
export function startFixture(t: TestContext, options: FixtureOptions = {}): Fixture {
  const directory = mkdtempSync(join(tmpdir(), "rememe-api-"));
  const webDirectory = mkdtempSync(join(tmpdir(), "rememe-web-"));
  writeFileSync(join(webDirectory, "index.html"), "<!doctype html><title>rememe</title>");
  writeFileSync(join(webDirectory, "app.js"), "// the page\n");
  writeFileSync(join(webDirectory, "icon.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
  const calls: unknown[][] = [];
  const signals: AbortSignal[] = [];
  const listeners = new Set<(event: DaemonEvent) => void>();
  const tokenFile = join(directory, "token");
  let port = PORT;
  const auth = openAuth({ tokenFile, port: () => port, ...(options.now ? { now: options.now } : {}) });
  const services = { ...createServices(calls, signals, listeners), ...options.services };
  const app = buildServer({ services, auth, webDirectory, log: false, port: () => port });
  t.after(async () => {
    await app.close();
    for (const made of [directory, webDirectory]) rmSync(made, { recursive: true, force: true });
  });
  app.server.on("listening", () => {
    port = Object(app.server.address()).port;
  });
  const token = readFileSync(tokenFile, "utf8").trim();
  const headers = { host: `127.0.0.1:${PORT}`, authorization: `Bearer ${token}` };
  const emit = (event: DaemonEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { app, auth, token, headers, directory, webDirectory, calls, signals, emit, listeners: () => listeners.size };
}

function createServices(
  calls: unknown[][],
  signals: AbortSignal[],
  listeners: Set<(event: DaemonEvent) => void>,
): Services {
  const note = <T>(answer: T, name: string, ...args: unknown[]): T => {
    signals.push(...args.filter((argument) => argument instanceof AbortSignal));
    calls.push([name, ...args.filter((argument) => !(argument instanceof AbortSignal))]);
    return answer;
  };
  const folder = {
    id: 1,
    path: "/pictures",
    state: "online",
    permission: null,
    files: 3,
    pending: 0,
    failed: 1,
    addedAtMs: 1,
    lastScanAtMs: null,
  } as const;
  return {
    health: () => ({ name: "rememe", version: "0.1.0", apiVersion: 1, pid: 1 }),
    status: () => STATUS,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    search: async (query, signal) => note(ANSWER, "search", query, signal),
    similarToImage: async (id, page, signal) => note({ ...ANSWER, q: null }, "similarToImage", id, page, signal),
    similarToPicture: async (picture, page, signal) =>
      note({ ...ANSWER, q: null }, "similarToPicture", picture, page, signal),
    image(id) {
      if (id === IMAGE.id) return note(IMAGE, "image", id);
      throw new AppError("image-not-found", `There is no picture ${id}.`);
    },
    thumbnail: () => "/nowhere/thumbnail.jpg",
    file: () => ({ path: "/nowhere/picture.png", mediaType: "image/png" }),
    random: (query) => note(SHOWN, "random", query),
    tags: () => [{ tag: "dog", images: 2 }],
    mark: (id, marks) => note({ ...IMAGE, ...marks }, "mark", id, marks),
    recordUse: (id, use) => note(true, "recordUse", id, use),
    forgetUses: () => note(3, "forgetUses"),
    exportImage: async (id, as) => note({ path: IMAGE.path, mediaType: "image/png" }, "exportImage", id, as),
    duplicates: (page) =>
      note({ groups: [{ id: 7, images: [SHOWN, SHOWN] }], total: 1, nextOffset: null }, "duplicates", page),
    reveal: async (id, path) => note({ path: path ?? IMAGE.path }, "reveal", id, path),
    trash: async (id, paths) => note({ moved: [TRASHED], failed: [] }, "trash", id, paths),
    trashed: (page) => note({ files: [TRASHED], nextOffset: null }, "trashed", page),
    restore: async (id) => note({ path: TRASHED.path }, "restore", id),
    models: () => note(MODELS, "models"),
    useModel: async (name) => note(undefined, "useModel", name),
    embed: async (what) => note({ model: "palette", dimension: 2, vector: [0.6, 0.8] }, "embed", what),
    addPicture: async (id, name, bytes) =>
      note({ path: "/pictures/new.png", added: true }, "addPicture", id, name, bytes.length),
    folders: () => [folder],
    addFolder: async (path) => note({ ...folder, path }, "addFolder", path),
    removeFolder: async (id) => note(undefined, "removeFolder", id),
    rescan: (id) => note(undefined, "rescan", id),
    pause: () => note(undefined, "pause"),
    resume: () => note(undefined, "resume"),
    failures: (page) => note({ failures: [], total: 0, nextOffset: null }, "failures", page),
    retryFailures: (ids) => note(ids?.length ?? 1, "retryFailures", ids),
    check: async (repair) => note(CHECKED, "check", repair),
    backup: async () => note("/nowhere/backup.db", "backup"),
  };
}

export interface LiveAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Listens on a free port; the returned function makes a request with the token and reads the answer to its end. */
export async function goLive(fixture: Fixture): Promise<{
  readonly port: number;
  open(options: RequestOptions, body?: Uint8Array | string): Promise<IncomingMessage>;
  ask(options: RequestOptions, body?: Uint8Array | string): Promise<LiveAnswer>;
}> {
  const port = await listen(fixture.app, 0);
  const open = (options: RequestOptions, body?: Uint8Array | string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${fixture.token}`, ...options.headers };
      const request = httpRequest({ host: "127.0.0.1", port, ...options, headers }, resolve);
      request.on("error", reject);
      request.end(body);
    });
  return {
    port,
    open,
    async ask(options, body) {
      const answer = await open(options, body);
      let text = "";
      for await (const chunk of answer.setEncoding("utf8")) text += chunk;
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: text };
    },
  };
}

/** Waits until `condition` holds; fails after five seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within five seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
