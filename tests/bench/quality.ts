// Does the right picture come first? node tests/bench/quality.ts [MODEL] [LABELLED_FOLDER ...] [--json] [--limit N]
// MODEL is what the setting `model` takes (`auto`). The format of labels.json is in docs/benchmarks.md, "Quality".
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Reason, SearchAnswer, SearchHit } from "../../shared/api.ts";
import { startDaemon, type TestDaemon } from "../helpers/daemon.ts";
import { drawEmoji } from "./emoji.ts";
import { type Relevance, relevanceOf } from "./relevance.ts";

interface Label {
  readonly captions?: readonly string[];
  readonly lines?: readonly string[];
  readonly name?: string;
  readonly keywords?: readonly string[];
  readonly group?: number | string;
}
interface Question {
  readonly kind: string;
  /** Words, or the file of a picture. */
  readonly words?: string;
  readonly like?: string;
  readonly relevant: ReadonlySet<string>;
}
const SIGNALS = ["fused", "texts", "looks"] as const;
type Signal = (typeof SIGNALS)[number];
interface Row extends Relevance {
  readonly set: string;
  readonly kind: string;
  readonly signal: Signal;
  readonly pictures: number;
}

const { values: flags, positionals } = parseArgs({
  options: { json: { type: "boolean" }, limit: { type: "string", default: "300" } },
  allowPositionals: true,
});
const DATA = join(import.meta.dirname, "..", "..", "..", "shared", "data");
const [model = "auto", ...folders] = positionals;
const QUESTIONS = Number(flags.limit);

const cleanUp: (() => unknown)[] = [];
const scratch = await mkdtemp(join(tmpdir(), "rememe-quality-"));
try {
  const sets = folders.length > 0 ? folders.map((folder) => resolve(folder)) : await defaultSets();
  const rows: Row[] = [];
  for (const folder of sets) rows.push(...(await measure(await realpath(folder))));
  print(rows);
} finally {
  for (const end of cleanUp.toReversed()) await end();
  await rm(scratch, { recursive: true, force: true });
}

async function defaultSets(): Promise<readonly string[]> {
  const emoji = join(scratch, "emoji");
  await mkdir(emoji);
  await drawEmoji(emoji, 400);
  const known = ["captioned-photos", "memes-with-text", "near-duplicates"].map((name) => join(DATA, name));
  const present = known.filter((folder) => existsSync(folder));
  if (present.length < known.length) console.error(`skipped: some sets are not in ${DATA}`);
  return [...present, emoji];
}

async function measure(folder: string): Promise<readonly Row[]> {
  const labels = JSON.parse(await readFile(join(folder, "labels.json"), "utf8")) as Record<string, Label>;
  // A home and a folder of its own: the index holds this set alone, its names say nothing.
  const daemon = await startDaemon(
    { after: (end) => void cleanUp.push(end as () => unknown) },
    { env: { REMEME_MODEL: model, REMEME_LOG_LEVEL: "error" }, folders: [folder] },
  );
  const { counts } = await daemon.waitIdle(3_600_000);
  const idOf = await idsByFile(daemon, folder);
  const results = new Map<string, Map<Signal, { ranking: readonly string[]; relevant: ReadonlySet<string> }[]>>();
  for (const question of sample(questionsOf(labels), QUESTIONS)) {
    const hits = await ask(daemon, question, idOf);
    if (!hits) continue;
    const bySignal = results.get(question.kind) ?? new Map();
    results.set(question.kind, bySignal);
    for (const signal of SIGNALS) {
      const ranking = order(hits, signal).map(({ image }) => relative(folder, image.path));
      bySignal.set(signal, [...(bySignal.get(signal) ?? []), { ranking, relevant: question.relevant }]);
    }
  }
  await daemon.stop();
  return [...results].flatMap(([kind, bySignal]) =>
    [...bySignal].map(([signal, queries]) => ({
      set: basename(folder),
      kind,
      signal,
      pictures: counts.images,
      ...relevanceOf(queries),
    })),
  );
}

/** Captions and words read are asked as they are; of a group, each picture asks for the others. */
function questionsOf(labels: Readonly<Record<string, Label>>): readonly Question[] {
  const groups = Map.groupBy(Object.entries(labels), ([, { group }]) => group);
  return Object.entries(labels).flatMap(([file, label]): Question[] => {
    const only = new Set([file]);
    const words = (kind: string, text: string | undefined): Question[] =>
      text ? [{ kind, words: text, relevant: only }] : [];
    const text = (label.lines ?? []).join(" ").toLowerCase().split(/\s+/);
    const others = label.group === undefined ? [] : (groups.get(label.group) ?? []).map(([path]) => path);
    return [
      ...words("caption → picture", label.captions?.[0]),
      ...words("all its text → picture", label.lines && text.join(" ")),
      ...words("three words of its text → picture", text.length >= 5 ? text.slice(1, 4).join(" ") : undefined),
      ...words("name → picture", label.name),
      ...words("keyword → picture", label.keywords?.[1] ?? label.keywords?.[0]),
      ...(others.length > 1
        ? [{ kind: "picture → picture", like: file, relevant: new Set(others.filter((path) => path !== file)) }]
        : []),
    ];
  });
}

/** Evenly from all of each kind, so that every run asks the same. */
function sample(questions: readonly Question[], most: number): readonly Question[] {
  return [...Map.groupBy(questions, ({ kind }) => kind).values()].flatMap((all) => {
    const step = Math.max(1, all.length / most);
    return Array.from({ length: Math.min(most, all.length) }, (_, index) => all[Math.floor(index * step)]).filter(
      (question) => question !== undefined,
    );
  });
}

async function ask(
  daemon: TestDaemon,
  { words, like }: Question,
  idOf: ReadonlyMap<string, number>,
): Promise<readonly SearchHit[] | null> {
  const id = like === undefined ? null : idOf.get(like);
  if (id === undefined) return null;
  const path =
    id === null ? `/v1/search?q=${encodeURIComponent(words ?? "")}` : `/v1/images/${id}/similar?duplicates=show`;
  const hits: SearchHit[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const page: SearchAnswer = await daemon.get(`${path}&limit=60&offset=${offset}`);
    hits.push(...page.hits);
    offset = page.nextOffset;
  }
  return hits;
}

async function idsByFile(daemon: TestDaemon, folder: string): Promise<ReadonlyMap<string, number>> {
  const hits = (await ask(daemon, { kind: "", words: "", relevant: new Set() }, new Map())) ?? [];
  return new Map(hits.map(({ image }) => [relative(folder, image.path), image.id]));
}

/** The hits of one signal alone, in its own order. */
function order(hits: readonly SearchHit[], signal: Signal): readonly SearchHit[] {
  if (signal === "fused") return hits;
  const kind: Reason["kind"] = signal === "looks" ? "visual" : "text";
  const rankOf = ({ why }: SearchHit): number => why.find((reason) => reason.kind === kind)?.rank ?? 0;
  return hits.filter((hit) => rankOf(hit) > 0).toSorted((a, b) => rankOf(a) - rankOf(b));
}

function print(rows: readonly Row[]): void {
  if (flags.json) {
    console.log(JSON.stringify(rows, null, 2));
    return;
  }
  console.log("| set | pictures | question | asked | by | recall@1 | @5 | @10 | nDCG@10 | MRR |");
  console.log("| --- | ---: | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |");
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  for (const row of rows) {
    const figures = [percent(row.recallAt1), percent(row.recallAt5), percent(row.recallAt10)];
    const means = [row.ndcgAt10.toFixed(3), row.mrr.toFixed(3)];
    const cells = [row.set, row.pictures, row.kind, row.queries, row.signal, ...figures, ...means];
    console.log(`| ${cells.join(" | ")} |`);
  }
}
