// Brings a picture into the clipboard or the active app. The order matters: first a file that can be read, then the clipboard, then
// the window closes; what fails leaves the window open, with the reason.
import { Clipboard, PopToRootType, showHUD } from "@raycast/api";
import { access, constants } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { DaemonError, systemCode } from "../daemon/errors";
import type { Picture } from "../picture";
import { tellFailure } from "./tell";

export type Way = "paste" | "copy";

/**
 * Pastes or copies the picture as a file and closes the window. Resolves with false when it did not work, having told so.
 * @param hint said after it
 */
export async function deliver(picture: Picture, way: Way, hint?: string): Promise<boolean> {
  try {
    const file = await readableFile(picture.path);
    await (way === "paste" ? Clipboard.paste({ file }) : Clipboard.copy({ file }));
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

/** The clipboard takes any string for a file: what is not there would be pasted as nothing at all. */
export async function readableFile(path: string): Promise<string> {
  if (!isAbsolute(path)) throw new DaemonError("internal", `${path} is not an absolute path.`);
  try {
    await access(path, constants.R_OK);
    return path;
  } catch (cause) {
    throw systemCode(cause) === "ENOENT"
      ? new DaemonError(
          "file-missing",
          "The file is gone.",
          "It was moved or deleted a moment ago: search again.",
          cause,
        )
      : new DaemonError(
          "folder-unreadable",
          "Raycast may not read this file.",
          "Allow it in System Settings, Privacy & Security, Files and Folders.",
          cause,
        );
  }
}
