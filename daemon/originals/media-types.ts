// What originals are called on the way to other programs.
import { extname } from "node:path";
import type { ImageFormat, PictureFormat } from "../../shared/api.ts";

const MEDIA_TYPES: Readonly<Record<PictureFormat, string>> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
  gif: "image/gif",
  avif: "image/avif",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  heic: "image/heic",
  jxl: "image/jxl",
  // Every maker has a type of its own, which no browser knows.
  raw: "application/octet-stream",
  psd: "image/vnd.adobe.photoshop",
  bmp: "image/bmp",
  pdf: "application/pdf",
};
const VIDEO_TYPES: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4v": "video/mp4",
  ".mov": "video/quicktime",
  ".webm": "video/webm",
};

/** Of videos the name tells which; `path` is for them only. */
export function mediaTypeOf(format: ImageFormat, path: string): string {
  if (format !== "video") return MEDIA_TYPES[format];
  return VIDEO_TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
}
