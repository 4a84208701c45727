// Owns the token file: whoever can read it may use the API. It knows nothing of HTTP.
import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { AppError, classifyFsError, messageOf } from "../errors.ts";

const TOKEN_BYTES = 32;
/** 32 bytes in base64url without padding. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;
const OWNER_ONLY = 0o600;

/**
 * Reads the token, creating the file (mode 0600, 32 random bytes in base64url) when it is missing or not a token. Access for
 * other users is taken away again. Throws AppError("internal") when the file can neither be read nor written.
 */
export function loadToken(file: string): string {
  try {
    const known = readToken(file);
    if (known === null) return writeToken(file);
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, OWNER_ONLY);
    return known;
  } catch (cause) {
    throw new AppError("internal", `The token file ${file} cannot be used: ${messageOf(cause)}`, {
      hint: "Make sure that this file and its directory belong to you, or delete the file.",
      cause,
    });
  }
}

function readToken(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8").trim();
    return TOKEN_PATTERN.test(text) ? text : null;
  } catch (error) {
    if (classifyFsError(error) === "missing") return null;
    throw error;
  }
}

/** Written beside and renamed, so that no client ever reads half a token. */
function writeToken(file: string): string {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, `${token}\n`, { mode: OWNER_ONLY });
  chmodSync(fresh, OWNER_ONLY);
  renameSync(fresh, file);
  return token;
}
