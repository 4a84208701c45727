// Fetches one file: goes on where it was cut off, today or last week, and lets nothing pass that is not exactly what was expected.
import type { Hash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import { type ExpectedContent, feed, startHash } from "./content.ts";
import { DownloadProblem, refused, translate } from "./download-problem.ts";
import { withRetries } from "./retry.ts";
import type { Answer, Transport } from "./transport.ts";

export interface FileRequest extends ExpectedContent {
  /** Path and query on the hub. */
  readonly from: string;
  /** For messages. */
  readonly name: string;
  /** Absolute path of the unfinished file; what it holds already is not fetched again. */
  readonly partPath: string;
  readonly signal: AbortSignal;
  readonly pausesMs: readonly number[];
  /** How many bytes of this file are there. */
  onProgress(bytes: number): void;
}

/** What is written, and the hash of that. */
interface State {
  hash: Hash;
  bytes: number;
}

/**
 * Resolves when `partPath` holds the whole content, checked and on the disk. Rejects with AppError (download-failed, no-network,
 * disk-full), or with the signal's reason.
 */
export async function fetchFile(transport: Transport, file: FileRequest): Promise<void> {
  // A second time from the start: what was left of an earlier try, or a relay on the way, may have been at fault.
  for (const isLast of [false, true]) {
    if (await fetchBytes(transport, file)) return;
    await rm(file.partPath, { force: true });
    if (isLast) throw wrongContent(transport.host, file);
  }
}

/** Fetches what is missing of the file; false when the whole is not what it should be. */
async function fetchBytes(transport: Transport, file: FileRequest): Promise<boolean> {
  const { signal, pausesMs } = file;
  const part = await open(file.partPath, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const state = await resume(part, file);
    const attempt = async (): Promise<void> => {
      if (state.bytes === file.sizeBytes) return;
      try {
        await fetchRest(transport, file, part, state);
      } catch (error) {
        throw translate(error, transport.host, signal);
      }
    };
    await withRetries(attempt, { signal, pausesMs, progress: () => state.bytes });
    if (state.bytes !== file.sizeBytes || state.hash.digest("hex") !== file.hash) return false;
    await part.sync();
    return true;
  } finally {
    await part.close();
  }
}

/** Hashes what an earlier try has left. */
async function resume(part: FileHandle, file: FileRequest): Promise<State> {
  const state: State = { hash: startHash(file), bytes: 0 };
  if ((await part.stat()).size > file.sizeBytes) await part.truncate(0);
  else state.bytes = await feed(state.hash, file.partPath, file.signal);
  file.onProgress(state.bytes);
  return state;
}

async function fetchRest(transport: Transport, file: FileRequest, part: FileHandle, state: State): Promise<void> {
  const headers: Record<string, string> = state.bytes > 0 ? { range: `bytes=${state.bytes}-` } : {};
  const answer = await transport.get(file.from, headers, file.signal);
  try {
    if (!isRest(answer, state.bytes)) {
      if (answer.status !== 200 && answer.status !== 206 && answer.status !== 416) {
        throw refused(answer.status, file.name, transport.host, answer.headers["retry-after"]);
      }
      // It sends the whole although only the rest was asked for, or has no such rest.
      await part.truncate(0);
      Object.assign(state, { hash: startHash(file), bytes: 0 });
      if (answer.status !== 200) throw cutOff(transport.host, file);
    }
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      if (state.bytes + chunk.length > file.sizeBytes) throw wrongContent(transport.host, file);
      await part.write(chunk, 0, chunk.length, state.bytes);
      state.hash.update(chunk);
      state.bytes += chunk.length;
      file.onProgress(state.bytes);
    }
  } finally {
    answer.body.destroy();
  }
  if (state.bytes < file.sizeBytes) throw cutOff(transport.host, file);
}

function isRest({ status, headers }: Answer, fromByte: number): boolean {
  return status === 206 && (headers["content-range"]?.startsWith(`bytes ${fromByte}-`) ?? false);
}

function cutOff(host: string, { name }: FileRequest): DownloadProblem {
  return new DownloadProblem("no-network", `The connection to ${host} ended before the end of ${name}.`, {
    hint: "It is tried again by itself.",
    isPassing: true,
  });
}

function wrongContent(host: string, { name }: FileRequest): DownloadProblem {
  return new DownloadProblem("download-failed", `${host} sends another ${name} than the one it should be.`, {
    hint: "Nothing of it is used. A proxy, or a copy of the hub (HF_ENDPOINT) that is damaged or out of date, does this.",
    isPassing: false,
  });
}
