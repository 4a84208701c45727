// Starts the real daemon on a library and measures what is asked of it, at rest and while it indexes new pictures.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sharp from "sharp";
import { readQuery } from "../../daemon/search/query.ts";
import type { SearchAnswer } from "../../shared/api.ts";
import { startDaemon, type TestDaemon, until } from "../helpers/daemon.ts";
import { longestDelays } from "./loop-delay.ts";
import type { Asked } from "./search-truth.ts";
import { anyRank, wordOf } from "./synthetic-library.ts";
import { createSyntheticVectors } from "./synthetic-vectors.ts";

type Delays = Awaited<ReturnType<typeof longestDelays>>;

export interface DaemonSample {
  readonly startMs: number;
  /** Milliseconds of each request, all kinds together: those right after the start, and others when their code has been compiled. */
  readonly firstTimes: readonly number[];
  readonly times: readonly number[];
  readonly timesWhileIndexing: readonly number[];
  readonly kinds: readonly {
    readonly kind: string;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly maxMs: number;
  }[];
  readonly asked: readonly Asked[];
  /** The same with filters, broad and narrow ones. */
  readonly askedWithFilters: readonly Asked[];
  readonly rssBytes: number;
  readonly loop: Delays;
  readonly loopWhileIndexing: Delays;
}

type Question = { readonly kind: string; readonly path: string; readonly asked?: Omit<Asked, "found"> };

/** A page as clients ask for it; and so many hits that recall can be counted. */
const LIMIT = 30;
const RECALL_LIMIT = 50;
const NEW_PICTURES = 40;
const FILTERS = [
  "in:Pictures",
  "after:2014",
  "size:>100kb",
  "-in:Memes",
  "type:photo",
  "type:gif",
  "type:screenshot after:2020",
  "type:photo size:<60kb -in:Pictures",
  "in:Work",
  "date:2020-05",
] as const;
const WORDS_A_FILTER = 6;
const MONITOR = new URL("./loop-delay.ts", import.meta.url).href;

export async function measureDaemon(
  home: string,
  model: string,
  queryWords: readonly string[],
  requests: number,
): Promise<DaemonSample> {
  const stops: (() => unknown)[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "rememe-bench-new-"));
  const start = async (env: NodeJS.ProcessEnv = {}): Promise<TestDaemon> => {
    const scope = { after: (stop: () => unknown) => void stops.push(stop) } as Parameters<typeof startDaemon>[0];
    // As people run it: the first start leaves compiled code behind.
    const settings = { REMEME_MODEL: model, REMEME_OCR: "false", NODE_DISABLE_COMPILE_CACHE: undefined };
    return startDaemon(scope, { home, env: { ...settings, ...env } });
  };
  try {
    const loop = await measureLoop(start, queryWords, requests, scratch);
    const started = performance.now();
    const daemon = await start();
    const startMs = Math.round(performance.now() - started);
    const { images } = (await daemon.status()).counts;
    const questions = questionsFor(queryWords, requests, images, 3);
    // The model answers each word once, and remembers.
    for (const word of queryWords) await daemon.search(word, 1);
    const early = await ask(daemon, questionsFor(queryWords, requests, images, 5));
    const quiet = await ask(daemon, questions);
    const deep = await askDeeper(daemon, questions);
    const deepWithFilters = await askDeeper(daemon, questionsWithFilters(queryWords));
    const rssBytes = rssOf(daemon);
    const busy = await whileIndexing(daemon, join(scratch, "new"), () => ask(daemon, questions));
    await daemon.stop();
    return {
      startMs,
      firstTimes: early.map(({ ms }) => ms),
      times: quiet.map(({ ms }) => ms),
      timesWhileIndexing: busy.map(({ ms }) => ms),
      kinds: byKind(quiet),
      asked: deep,
      askedWithFilters: deepWithFilters,
      rssBytes,
      ...loop,
    };
  } finally {
    for (const stop of stops.toReversed()) await stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** In a daemon of its own: looking at the event loop a thousand times a second makes answers slower. */
async function measureLoop(
  start: (env: NodeJS.ProcessEnv) => Promise<TestDaemon>,
  queryWords: readonly string[],
  requests: number,
  scratch: string,
): Promise<Pick<DaemonSample, "loop" | "loopWhileIndexing">> {
  const path = join(scratch, "loop-delay");
  const daemon = await start({ NODE_OPTIONS: `--import ${MONITOR}`, REMEME_BENCH_LOOP_DELAY: path });
  const questions = questionsFor(queryWords, requests, (await daemon.status()).counts.images, 3);
  for (const word of queryWords) await daemon.search(word, 1);
  const quietFrom = Date.now();
  await ask(daemon, questions);
  const loop = await longestDelays(path, quietFrom);
  const busyFrom = Date.now();
  await whileIndexing(daemon, join(scratch, "first"), () => ask(daemon, questions));
  const loopWhileIndexing = await longestDelays(path, busyFrom);
  await daemon.stop();
  return { loop, loopWhileIndexing };
}

/** Those of which recall can be counted, with more hits. */
async function askDeeper(daemon: TestDaemon, questions: readonly Question[]): Promise<readonly Asked[]> {
  const deeper = questions
    .filter(({ asked }) => asked)
    .map((question) => ({ ...question, path: question.path.replace(`limit=${LIMIT}`, `limit=${RECALL_LIMIT}`) }));
  return (await ask(daemon, deeper)).flatMap(({ question, answer }) =>
    question.asked ? [{ ...question.asked, found: answer.hits.map(({ image }) => image.id) }] : [],
  );
}

/** Words for looks alone, so that the exact answer is known, with each of the filters. */
function questionsWithFilters(queryWords: readonly string[]): readonly Question[] {
  const vectors = createSyntheticVectors(1);
  const vectorsOfWords = queryWords.map(() => vectors.text());
  return FILTERS.flatMap((filter, at) =>
    queryWords.slice(at * WORDS_A_FILTER, (at + 1) * WORDS_A_FILTER).map((word, index): Question => {
      const q = `${word} ${filter}`;
      const vector = vectorsOfWords[at * WORDS_A_FILTER + index] ?? null;
      const asked = { imageId: null, vector, filter: readQuery(q, Date.now()).filter };
      return { kind: "looks and filter", path: `/v1/search?limit=${LIMIT}&q=${encodeURIComponent(q)}`, asked };
    }),
  );
}

/** Kinds in turn. Words of the model stand in no text; the others do, frequent ones often. */
function questionsFor(
  queryWords: readonly string[],
  requests: number,
  images: number,
  seed: number,
): readonly Question[] {
  const { random } = createSyntheticVectors(seed);
  const vectors = createSyntheticVectors(1);
  const vectorsOfWords = queryWords.map(() => vectors.text());
  const any = (count: number): string => Array.from({ length: count }, () => wordOf(anyRank(random))).join(" ");
  const search = (kind: string, q: string): Question => ({
    kind,
    path: `/v1/search?limit=${LIMIT}&q=${encodeURIComponent(q)}`,
  });
  return Array.from({ length: requests }, (_, at): Question => {
    const which = Math.floor(random() * queryWords.length);
    const looks = queryWords[which] ?? "";
    switch (at % 8) {
      case 0:
      case 1:
        return { ...search("looks", looks), asked: { imageId: null, vector: vectorsOfWords[which] ?? null } };
      case 2:
      case 3: {
        const imageId = 1 + Math.floor(random() * images);
        return {
          kind: "similar",
          path: `/v1/images/${imageId}/similar?duplicates=show&limit=${LIMIT}`,
          asked: { imageId, vector: null },
        };
      }
      case 4:
        return search("words and looks", `${any(2)} ${looks}`);
      case 5:
        return search("four words", any(4));
      case 6:
        return search("broad filter", `${looks} ${["in:Pictures", "after:2014", "size:>100kb"][at % 3]}`);
      default:
        return search(
          "narrow filter",
          `${any(1)} ${looks} ${["type:gif", "in:Work", "date:2020-05", "type:photo size:<60kb"][at % 4]}`,
        );
    }
  });
}

interface Timed {
  readonly question: Question;
  readonly ms: number;
  readonly answer: SearchAnswer;
}

/** One after the other, over one connection; until the last byte of the answer is there. */
async function ask(daemon: TestDaemon, questions: readonly Question[]): Promise<readonly Timed[]> {
  const agent = new Agent({ keepAlive: true });
  const timed: Timed[] = [];
  for (const question of questions) {
    const started = performance.now();
    const text = await textOf(daemon, question.path, agent);
    timed.push({ question, ms: performance.now() - started, answer: JSON.parse(text) as SearchAnswer });
  }
  agent.destroy();
  return timed;
}

/** Without fetch, which takes half a millisecond of its own. */
function textOf({ url, token }: TestDaemon, path: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    get(url + path, { agent, headers }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error(`${path}: ${response.statusCode}`));
    }).on("error", reject);
  });
}

/** Pictures appear in a watched folder meanwhile; afterwards everything is as it was. */
async function whileIndexing<T>(daemon: TestDaemon, directory: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(directory);
  const { id } = await daemon.addFolder(directory);
  for (let n = 0; n < NEW_PICTURES; n++) {
    const background = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 53) % 256 };
    await sharp({ create: { width: 640, height: 480, channels: 3, background } })
      .png()
      .toFile(join(directory, `${n}.png`));
  }
  const done = await work();
  await until("the new pictures are indexed", async () => {
    const folder = (
      await daemon.get<{ folders: { id: number; files: number; pending: number }[] }>("/v1/folders")
    ).folders.find((each) => each.id === id);
    return folder?.files === NEW_PICTURES && folder.pending === 0;
  });
  await daemon.api(`/v1/folders/${id}`, { method: "DELETE" });
  return done;
}

function byKind(timed: readonly Timed[]): DaemonSample["kinds"] {
  return [...Map.groupBy(timed, ({ question }) => question.kind)].map(([kind, all]) => {
    const times = all.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (part: number): number =>
      Math.round((times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0) * 10) / 10;
    return { kind, p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1) };
  });
}

function rssOf({ process }: TestDaemon): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(process.pid)], { encoding: "utf8" })) * 1_024;
}
