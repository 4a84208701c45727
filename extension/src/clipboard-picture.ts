// Finds the picture in the clipboard. macOS hands over copied files and copied pixels alike as a file.
import { Clipboard } from "@raycast/api";
import { stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the file in the clipboard, be it a copied file or copied pixels in a temporary one; null when there is none. */
export async function clipboardPicture(): Promise<string | null> {
  const { file, text } = await Clipboard.read();
  for (const candidate of [file, text]) {
    const path = candidate === undefined ? null : asPath(candidate.trim());
    if (path !== null && (await isFile(path))) return path;
  }
  return null;
}

/** Raycast gives a path or a file URL, depending on its version; people copy paths as text. */
function asPath(value: string): string | null {
  if (value.startsWith("file://")) {
    try {
      return fileURLToPath(value);
    } catch {
      return null;
    }
  }
  return isAbsolute(value) && !value.includes("\n") ? value : null;
}

export const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() ?? false;
