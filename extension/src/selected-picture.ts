// Finds the picture that is selected in Finder.
import { getSelectedFinderItems } from "@raycast/api";

/** Absolute path of the first selected item; null when nothing is, or when Finder is not in front. */
export async function selectedPicture(): Promise<string | null> {
  try {
    const [item] = await getSelectedFinderItems();
    return item?.path ?? null;
  } catch {
    // Raycast rejects when Finder is not the frontmost app: the other ways of choosing are offered then.
    return null;
  }
}
