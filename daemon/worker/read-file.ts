// Reads one file as a whole, and notices when it changes meanwhile (invariant 3). Opens for reading only (invariant 10).
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { IN_CLOUD } from "../../shared/api.ts";
import { classifyFsError, messageOf } from "../errors.ts";
import { isDataless } from "./dataless.ts";
import { PictureProblem } from "./problem.ts";

const CHUNK_BYTES = 1 << 20;

/** The file is no longer what the scanner saw. */
export class FileChanged extends Error {}
/** The file is no longer there. */
export class FileGone extends Error {}

export interface FileContent {
  readonly bytes: Buffer;
  /** SHA-256, 64 hex digits. */
  readonly contentHash: string;
}

export interface ExpectedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
}

/**
 * The bytes of the file and their hash. One read serves hash and decoder, so they can never see different content.
 * Throws FileChanged, FileGone or PictureProblem("read").
 */
export async function readFileWhole(file: ExpectedFile, maxFileBytes: number): Promise<FileContent> {
  const bytes = await withFile(file, maxFileBytes, (handle) => handle.readFile());
  return { bytes, contentHash: createHash("sha256").update(bytes).digest("hex") };
}

/** Opens the file and reads it, and makes sure that it stayed the same meanwhile. */
async function withFile<T>(
  file: ExpectedFile,
  maxFileBytes: number,
  read: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  let handle: FileHandle;
  try {
    const stats = await lstat(file.path, { bigint: true });
    if (await isDataless(file.path, stats)) throw inCloud();
    // O_NONBLOCK: a named pipe that was put in the file's place must not hang the worker.
    handle = await open(file.path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw error instanceof PictureProblem ? error : readProblem(error);
  }
  try {
    await assertUnchanged(handle, file);
    if (file.sizeBytes === 0) throw new PictureProblem("read", "empty-file", "The file is empty.");
    if (file.sizeBytes > maxFileBytes) {
      const limit = Math.round(maxFileBytes / 1e6);
      throw new PictureProblem("read", "too-large", `The file is larger than ${limit} MB (setting maxFileMegabytes).`);
    }
    const content = await read(handle);
    await assertUnchanged(handle, file);
    return content;
  } catch (error) {
    if (error instanceof PictureProblem || error instanceof FileChanged) throw error;
    throw readProblem(error);
  } finally {
    await handle.close();
  }
}

/** The hash alone, of a file that may be too large for memory. Throws as readFileWhole. */
export async function hashFile(file: ExpectedFile, maxFileBytes: number): Promise<string> {
  return withFile(file, maxFileBytes, async (handle) => {
    const hash = createHash("sha256");
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES }))
      hash.update(chunk);
    return hash.digest("hex");
  });
}

async function assertUnchanged(handle: FileHandle, file: ExpectedFile): Promise<void> {
  const stat = await handle.stat({ bigint: true });
  if (!stat.isFile() || stat.size !== BigInt(file.sizeBytes) || stat.mtimeNs !== file.modifiedNs)
    throw new FileChanged();
}

function inCloud(): PictureProblem {
  return new PictureProblem(
    "read",
    IN_CLOUD,
    "The file lies in the cloud only. It is read when it has been downloaded.",
  );
}

function readProblem(error: unknown): Error {
  // What macOS answers a program that must not fetch files (launchd/agent.ts).
  if ((error as NodeJS.ErrnoException).code === "EDEADLK") return inCloud();
  switch (classifyFsError(error)) {
    case "missing":
    case "not-a-directory":
      return new FileGone();
    case "denied":
      return new PictureProblem("read", "permission-denied", "The system does not let rememe read this file.", true);
    case "busy":
      return new PictureProblem("read", "busy", "Another program holds this file.", true);
    default:
      return new PictureProblem("read", "read-failed", `The file cannot be read: ${messageOf(error)}`, true);
  }
}
