// Requests whose body is a picture: only in the scope of the routes that take one.
import { AppError } from "../../errors.ts";
import type { ApiServer } from "./route.ts";

/** Photographs are a few megabytes; nobody sends more than this. */
const PICTURE_LIMIT_BYTES = 64 * 1024 * 1024;
/** In OpenAPI 3.1 a body of bytes has a schema that says nothing. */
const THE_PICTURE = { description: "The picture itself." };

/** The content types, for a route's schema. */
export const PICTURE_CONTENT = {
  "application/octet-stream": { schema: THE_PICTURE },
  "image/*": { schema: THE_PICTURE },
};

export function takePictures(scope: ApiServer): void {
  scope.addContentTypeParser(
    /^(?:image\/[a-z0-9.+-]+|application\/octet-stream)/i,
    { parseAs: "buffer", bodyLimit: PICTURE_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  );
}

/** The bytes of a body that has some, else null. */
export function bytesOf(body: unknown): Uint8Array | null {
  return body instanceof Uint8Array && body.length > 0 ? body : null;
}

export function noPicture(hint: string): AppError {
  return new AppError("bad-request", "There is no picture in this request.", { hint });
}
