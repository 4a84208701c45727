// Perceptual hash: near-equal pictures get near-equal hashes.
import { type DecodedImage, fromPixels } from "./decode.ts";

/**
 * 64-bit difference hash, 16 hex digits: the picture as 9×8 grey pixels, one bit for each pair of neighbours in a row (left darker
 * than right). The Hamming distance of two hashes tells how different the pictures are. Source: N. Krawetz, "Kind of Like That", 2013.
 */
export async function differenceHash(image: DecodedImage): Promise<string> {
  const grey = await fromPixels(image)
    .flatten({ background: "#fff" })
    .resize(9, 8, { fit: "fill" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  let hash = 0n;
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      const left = grey[y * 9 + x] ?? 0;
      const right = grey[y * 9 + x + 1] ?? 0;
      hash = (hash << 1n) | (left < right ? 1n : 0n);
    }
  }
  return hash.toString(16).padStart(16, "0");
}
