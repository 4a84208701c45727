// Brings a picture into the clipboard or the active app. The order matters: first a file that can be read, then the clipboard, then
// the use is recorded and the window closes; what fails leaves the window open, with the reason.
import { Clipboard, PopToRootType, showHUD } from "@raycast/api";
import { access, constants } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { ExportFormat, ImageFormat } from "../contract";
import { DaemonError } from "../daemon/errors";
import type { Picture } from "../picture";
import { preferences, rememe } from "../rememe";
import { tellFailure } from "./tell";

export type Way = "paste" | "copy";

export interface Delivery {
  /** The words that led to the picture, so that it comes sooner next time. */
  readonly words?: string;
  /** Left out: as it is, or what every app understands, as the user prefers. */
  readonly as?: ExportFormat;
  /** Said after it is done. */
  readonly hint?: string;
}

/** Formats that chats, mail and office programs all take. */
const COMMON: readonly ImageFormat[] = ["jpeg", "png", "gif"];
/** What often has transparent parts, which JPEG does not know, or was never compressed. */
const LOSSLESS: readonly ImageFormat[] = ["webp", "avif", "svg", "psd", "jxl", "tiff", "bmp", "pdf"];

/** Whether some apps do not take the picture as it is. */
export const isRare = ({ format }: Picture): boolean => !COMMON.includes(format);

/** Pastes or copies the picture as a file and closes the window. Resolves with false when it did not work, having told so. */
export async function deliver(picture: Picture, way: Way, { words, as, hint }: Delivery = {}): Promise<boolean> {
  try {
    const { path } = await rememe.exportFile(picture.id, as ?? usualFormat(picture));
    await checkReadable(path);
    await (way === "paste" ? Clipboard.paste({ file: path }) : Clipboard.copy({ file: path }));
    await recordUse(picture, way, words);
    const done = `${way === "paste" ? "Pasted" : "Copied"} ${picture.name}`;
    await showHUD(hint ? `${done} · ${hint}` : done, {
      clearRootSearch: true,
      popToRootType: PopToRootType.Immediate,
    });
    return true;
  } catch (error) {
    await tellFailure(error);
    return false;
  }
}

/** That it was used is a help for the next search; that this failed is nobody's concern now. */
export async function recordUse({ id }: Picture, kind: Way | "open", words = ""): Promise<void> {
  await rememe.recordUse(id, words === "" ? { kind } : { kind, q: words }).catch(() => {});
}

function usualFormat(picture: Picture): ExportFormat {
  if (!preferences().convert || !isRare(picture)) return "original";
  return LOSSLESS.includes(picture.format) ? "png" : "jpeg";
}

/** The clipboard takes any string for a file: what cannot be read would be pasted as nothing at all. */
async function checkReadable(path: string): Promise<void> {
  if (!isAbsolute(path)) throw new DaemonError("internal", `${path} is not an absolute path.`);
  await access(path, constants.R_OK).catch((cause: unknown) => {
    const hint = "Allow it in System Settings, Privacy & Security, Files and Folders.";
    throw new DaemonError("folder-unreadable", "Raycast may not read this file.", hint, cause);
  });
}
