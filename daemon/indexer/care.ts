// Looks after the library: once a day by itself, and whenever a person asks. What is mended is mended by the store; this says it in words.
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CheckAnswer, CheckFinding } from "../../shared/api.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Logger } from "../log.ts";
import { removeThumbnails, sweepThumbnails } from "./thumbnails.ts";

/** What an inspection finds; see store/inspection.ts. */
export interface Inspection {
  readonly damage: readonly string[];
  readonly pictures: number;
  readonly strayVectors: readonly unknown[];
  readonly withoutVector: readonly number[];
  readonly unfitSketches: readonly number[];
  readonly strayTexts: readonly number[];
  readonly withoutText: readonly number[];
  readonly staleText: readonly number[];
  readonly staleMarks: readonly number[];
  readonly withoutThumbnail: readonly number[];
  readonly strayThumbnails: readonly string[];
  readonly lostFiles: readonly number[];
  readonly unexplainedFiles: readonly number[];
  readonly forgotten: readonly number[];
  readonly wrongCounters: number;
}

export interface CareStore<Found extends Inspection> {
  inspect(path?: string): Promise<Found>;
  repair(found: Found): Promise<void>;
  backup(path: string): Promise<void>;
  giveBack(isPatient?: boolean): Promise<number>;
  sizeBytes(): number;
}

export interface CareDeps<Found extends Inspection> {
  readonly store: CareStore<Found>;
  /** rememe's own directory. */
  readonly directory: string;
  readonly thumbnails: string;
  readonly signal: AbortSignal;
  readonly log: Logger;
  isNeeded(thumbnail: string): boolean;
  /** Pictures were put into the queue. */
  onQueued(): void;
}

export interface Care {
  /** Looks through everything; mends what can be mended when `repair`. Whoever asks meanwhile gets the same answer. */
  check(repair: boolean): Promise<CheckAnswer>;
  /** A verified copy of the library in a file below rememe's own directory; the caller removes it. */
  backup(): Promise<string>;
  /** Cleans up what a crash left behind, now and once a day. After a crash, everything is checked at once. */
  start(afterCrash: boolean): void;
  close(): void;
}

const DAY_MS = 86_400_000;
const BACKUP_NAME = /^backup-.*\.db(-\w+)?$/;

export function createCare<Found extends Inspection>(deps: CareDeps<Found>): Care {
  const { store, directory, thumbnails, signal, log } = deps;
  let running: { readonly repair: boolean; readonly answer: Promise<CheckAnswer> } | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** Of this process; all others are left over. */
  const backups = new Set<string>();

  async function look(repair: boolean): Promise<CheckAnswer> {
    const started = performance.now();
    const found = await store.inspect();
    let left = found.damage;
    let freedBytes = 0;
    if (repair) {
      await store.repair(found);
      await removeThumbnails(thumbnails, found.strayThumbnails, deps.isNeeded, log);
      if (left.length > 0) left = (await store.inspect()).damage;
      freedBytes = await store.giveBack();
      deps.onQueued();
    }
    const findings = describe(found, left, repair);
    if (findings.length > 0) log.warn({ findings }, "the library was checked");
    return {
      healthy: findings.length === 0,
      pictures: found.pictures,
      findings,
      freedBytes,
      libraryBytes: store.sizeBytes(),
      tookMs: Math.round(performance.now() - started),
    };
  }

  async function tidy(): Promise<void> {
    try {
      for (const name of await readdir(directory)) {
        if (BACKUP_NAME.test(name) && !backups.has(name)) await rm(join(directory, name), { force: true });
      }
      await sweepThumbnails(thumbnails, deps.isNeeded, signal, log);
      if (!signal.aborted) await store.giveBack(true);
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error) }, "not everything could be tidied up");
    }
  }

  async function check(repair: boolean): Promise<CheckAnswer> {
    if (running && (running.repair || !repair)) return running.answer;
    await running?.answer.catch(() => {});
    const answer = look(repair).finally(() => {
      running = null;
    });
    running = { repair, answer };
    return answer;
  }

  return {
    check,
    async backup() {
      const name = `backup-${randomUUID()}.db`;
      const path = join(directory, name);
      backups.add(name);
      try {
        await store.backup(path);
        const { damage } = await store.inspect(path);
        if (damage.length > 0)
          throw new AppError("database-corrupt", `The library is damaged: ${damage[0]}.`, CHECK_HINT);
        return path;
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    start(afterCrash) {
      void tidy();
      if (afterCrash) {
        check(true).catch((error: unknown) => {
          if (!signal.aborted) log.error({ err: error }, "the library could not be checked after a crash");
        });
      }
      timer = setInterval(() => void tidy(), DAY_MS);
    },
    close: () => clearInterval(timer),
  };
}

const CHECK_HINT = { hint: "`rememe check` says more, and mends what it can." };

const READ_AGAIN = "They are read again.";
type Kind = CheckFinding["kind"];
/** kind → what is wrong, and what is done about it. */
const WORDS: Readonly<Record<Kind, readonly [wrong: string, done: string]>> = {
  damage: ["The database file is damaged.", "Its indexes were built anew."],
  "stray-vectors": ["Embeddings without a picture.", "They were removed."],
  "missing-vectors": ["Pictures without their embedding.", READ_AGAIN],
  sketches: ["Shortcuts for searching that did not fit the embeddings.", "They are made again."],
  "stray-texts": ["Texts without a picture.", "They were removed."],
  "missing-texts": ["Pictures that a search for text would not find.", "Their texts were written anew."],
  "stale-texts": ["Pictures found by old names.", "Their names were written anew."],
  "stale-marks": ["Pictures whose favourite or hidden mark was lost on the way.", "The marks were set again."],
  "missing-thumbnails": ["Pictures without a thumbnail.", READ_AGAIN],
  "stray-thumbnails": ["Thumbnails without a picture.", "They were removed."],
  "lost-files": ["Files that count as read, without a picture.", READ_AGAIN],
  "unexplained-failures": ["Files that count as failed, without a reason.", READ_AGAIN],
  "forgotten-pictures": ["Pictures that no file holds.", "They are forgotten after the usual time."],
  counters: ["Counters that were wrong.", "They were counted anew."],
};

function describe(found: Inspection, left: readonly string[], repair: boolean): CheckFinding[] {
  const counts: readonly (readonly [Kind, number])[] = [
    ["damage", found.damage.length],
    ["stray-vectors", found.strayVectors.length],
    ["missing-vectors", found.withoutVector.length],
    ["sketches", found.unfitSketches.length],
    ["stray-texts", found.strayTexts.length],
    ["missing-texts", found.withoutText.length],
    ["stale-texts", found.staleText.length],
    ["stale-marks", found.staleMarks.length],
    ["missing-thumbnails", found.withoutThumbnail.length],
    ["stray-thumbnails", found.strayThumbnails.length],
    ["lost-files", found.lostFiles.length],
    ["unexplained-failures", found.unexplainedFiles.length],
    ["forgotten-pictures", found.forgotten.length],
    ["counters", found.wrongCounters],
  ];
  return counts.flatMap(([kind, count]) => {
    if (count === 0) return [];
    const [wrong, done] = WORDS[kind];
    const isMended = repair && (kind !== "damage" || left.length === 0);
    const message = kind === "damage" ? `${wrong} ${found.damage[0]}` : wrong;
    return [{ kind, count, message, done: isMended ? done : null }];
  });
}
