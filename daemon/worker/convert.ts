// Writes a picture in a format that every program reads. Upright, sRGB, without the original's metadata (places, cameras).
import sharp from "sharp";
import { decode, fromPixels } from "./decode.ts";

const JPEG_QUALITY = 92;

/**
 * Writes `bytes` to `target`: the first frame as PNG (transparency kept) or JPEG (on white), all frames as GIF.
 * `path` of the original, for its extension. Throws PictureProblem when the picture cannot be decoded.
 */
export async function convertPicture(
  bytes: Uint8Array,
  to: "png" | "jpeg" | "gif",
  target: string,
  maxPixels: number,
  path = "",
): Promise<void> {
  if (to === "gif") {
    await sharp(bytes, { animated: true, limitInputPixels: maxPixels }).gif().toFile(target);
    return;
  }
  const image = fromPixels(await decode(bytes, maxPixels, path));
  await (to === "png" ? image.png() : image.flatten({ background: "#fff" }).jpeg({ quality: JPEG_QUALITY })).toFile(
    target,
  );
}
