// Leads from one command of this extension to another, and to the extension itself.
import { environment, LaunchType, launchCommand } from "@raycast/api";
import { tellFailure } from "./tell";

type Target = "search-memes" | "library";

const TITLES: Record<Target, string> = { "search-memes": "Search Memes", library: "Manage Picture Library" };

/** Opens a command in the place of the one that runs. What cannot be opened is named, so that the person can. */
export async function openCommand(name: Target, context?: { readonly query: string }): Promise<void> {
  try {
    await launchCommand({ name, type: LaunchType.UserInitiated, ...(context ? { context } : {}) });
  } catch {
    await tellFailure(new Error(`Open ${TITLES[name]} to go on`));
  }
}

/** @param path a command with parameters, or "" for the extension's page */
export function extensionLink(path = ""): string {
  const { ownerOrAuthorName, extensionName } = environment;
  return `raycast://extensions/${ownerOrAuthorName}/${extensionName}${path}`;
}
