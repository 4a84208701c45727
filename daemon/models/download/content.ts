// What a file's content must be, and whether it is: SHA-256 (large files on the hub), or the id git gives it (small ones).
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface ExpectedContent {
  readonly sizeBytes: number;
  /** 64 hex digits: SHA-256. 40: the id of a git blob. */
  readonly hash: string;
}

/** A hash to be fed with the content; its hex digest must be `hash`. */
export function startHash({ sizeBytes, hash }: ExpectedContent): Hash {
  return hash.length === 40 ? createHash("sha1").update(`blob ${sizeBytes}\0`) : createHash("sha256");
}

export const isHash = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** Feeds a hash with a file's first bytes, and returns how many there were. */
export async function feed(hash: Hash, path: string, signal: AbortSignal): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return bytes;
}

/** Whether the file at `path` has the content. Rejects when it cannot be read. */
export async function hasContent(path: string, expected: ExpectedContent, signal: AbortSignal): Promise<boolean> {
  const hash = startHash(expected);
  return (await feed(hash, path, signal)) === expected.sizeBytes && hash.digest("hex") === expected.hash;
}
