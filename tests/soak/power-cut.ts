// What is left of a library when the power goes: the file and its write-ahead log at one instant, without what the system had not yet
// written through. SQLite syncs the log before it copies pages from it; so only frames after those can be missing or torn.
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Random } from "./random.ts";

const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Offsets in the -shm file, in SQLite's "WAL-index format": frames copied, and frames that are perhaps being copied. */
const BACKFILLED_AT = 96;
const BACKFILL_ATTEMPTED_AT = 128;

/** Copies library.db and its log from `home`, whose daemon must stand still, to `target` as a power cut may leave them. */
export function cutPower(home: string, target: string, random: Random): void {
  const from = join(home, "library.db");
  const to = join(target, "library.db");
  copyFileSync(from, to);
  writeFileSync(`${to}-wal`, "");
  if (!existsSync(`${from}-wal`)) return;
  copyFileSync(`${from}-wal`, `${to}-wal`);
  const size = statSync(`${to}-wal`).size;
  if (size <= WAL_HEADER_BYTES) return;
  const pageBytes = numberAt(`${to}-wal`, 8, "big");
  const written = Math.max(numberAt(`${from}-shm`, BACKFILLED_AT), numberAt(`${from}-shm`, BACKFILL_ATTEMPTED_AT));
  const safe = Math.min(size, WAL_HEADER_BYTES + written * (FRAME_HEADER_BYTES + pageBytes));
  const end = safe + random.below(size - safe + 1);
  truncateSync(`${to}-wal`, end);
  // The last sectors may hold anything.
  const torn = Math.min(end - safe, 512 * random.below(9));
  if (torn > 0) overwrite(`${to}-wal`, end - torn, Buffer.alloc(torn, random.below(256)));
}

function numberAt(path: string, offset: number, order: "big" | "native" = "native"): number {
  const bytes = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, bytes, 0, 4, offset);
  closeSync(file);
  return order === "big" ? bytes.readUInt32BE() : bytes.readUInt32LE();
}

function overwrite(path: string, offset: number, bytes: Buffer): void {
  const file = openSync(path, "r+");
  writeSync(file, bytes, 0, bytes.length, offset);
  closeSync(file);
}
