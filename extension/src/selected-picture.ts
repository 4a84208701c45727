// Finds the picture that is selected in Finder.
import { getSelectedFinderItems } from "@raycast/api";
import { isFile } from "./clipboard-picture";

/** Absolute path of the first selected file; null when none is, or when Finder is not in front. Folders are passed over. */
export async function selectedPicture(): Promise<string | null> {
  try {
    for (const { path } of await getSelectedFinderItems()) if (await isFile(path)) return path;
  } catch {
    // Raycast rejects when Finder is not the frontmost app: the other ways of choosing are offered then.
  }
  return null;
}
