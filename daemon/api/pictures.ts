// Owns how picture files go out: ranges, validators, a type a browser will not run, and names of any kind.
import { constants, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { send } from "@fastify/send";
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError, classifyFsError } from "../errors.ts";

/** An SVG opened by itself is a document: with this policy its scripts, frames and requests are dead. */
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
const SHOWN_TYPE = /^(image|video)\/[a-z0-9.+-]+$/;

export interface OutgoingPicture {
  /** Absolute path. */
  readonly path: string;
  readonly mediaType: string;
  readonly cacheControl: string;
}

/**
 * Sends a picture file: whole, a range, or 304. Throws file-missing when there is no such file, folder-unreadable when the
 * system refuses it.
 */
export async function sendPicture(
  request: FastifyRequest,
  reply: FastifyReply,
  picture: OutgoingPicture,
): Promise<FastifyReply> {
  const { path } = picture;
  const result = await send(request.raw, encodeURI(path.toWellFormed()), {
    dotfiles: "allow",
    index: false,
    cacheControl: false,
    contentType: false,
    onFile: checkReadable,
  });
  if (result.type !== "file") throw refusal(result.type, result.statusCode, path);
  const isShown = SHOWN_TYPE.test(picture.mediaType);
  return reply
    .code(result.statusCode)
    .headers({
      ...result.headers,
      "cache-control": picture.cacheControl,
      "content-security-policy": PICTURE_POLICY,
      "content-disposition": contentDisposition(
        isShown ? "inline" : "attachment",
        path.slice(path.lastIndexOf("/") + 1),
      ),
    })
    .type(isShown ? picture.mediaType : "application/octet-stream")
    .send(result.stream);
}

/** Before any header is out: a file that cannot be opened must become an error answer, not a broken connection. */
async function checkReadable(path: string, stat: Stats): Promise<void> {
  if (!stat.isFile()) throw new AppError("file-missing", `${path} is not a file any more.`);
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      // A file that lies in the cloud only can be opened, but not read.
      await file.read(Buffer.alloc(1), 0, 1, 0);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EDEADLK") {
      throw new AppError("folder-offline", `${path} lies in the cloud only.`, {
        cause,
        hint: "Open it in Finder, which downloads it.",
      });
    }
    if (classifyFsError(cause) === "missing") throw new AppError("file-missing", `${path} is gone.`, { cause });
    throw new AppError("folder-unreadable", `${path} cannot be read.`, { cause });
  }
}

function refusal(type: "directory" | "error", statusCode: number, path: string): AppError {
  if (type === "error" && statusCode === 416) return new AppError("bad-request", "The range lies outside of the file.");
  if (type === "error" && statusCode === 412)
    return new AppError("bad-request", "The file is not the one you asked for.");
  if (type === "error" && statusCode === 500) return new AppError("folder-unreadable", `${path} cannot be read.`);
  return new AppError("file-missing", `${path} is gone.`);
}

/** RFC 6266: a plain name for everybody, and the real one in UTF-8 (RFC 8187). */
function contentDisposition(type: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/gu, "_");
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
