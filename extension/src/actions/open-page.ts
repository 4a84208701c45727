// Opens Rememe's own page in the browser, by a link that works once.
import { open } from "@raycast/api";
import { rememe } from "../rememe";
import { tellFailure } from "./tell";

export async function openPage(): Promise<void> {
  try {
    await open((await rememe.link()).url);
  } catch (error) {
    await tellFailure(error);
  }
}
