// Reads a picture that the daemon cannot read by itself, to be sent to it.
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { bytes } from "./words";

/** The daemon takes no more; and what is read here counts against the memory that Raycast allows. */
const LIMIT_BYTES = 64_000_000;

export async function readPicture(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > LIMIT_BYTES) throw new Error(`${basename(path)} is larger than ${bytes(LIMIT_BYTES)}.`);
  return readFile(path);
}
