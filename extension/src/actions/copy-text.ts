// Copies the text that was read in a picture.
import { Clipboard, showHUD, showToast, Toast } from "@raycast/api";
import { rememe } from "../rememe";
import { tellFailure } from "./tell";

export async function copyText(imageId: number): Promise<void> {
  try {
    const { text } = await rememe.details(imageId);
    if (text === "") {
      await showToast({ style: Toast.Style.Failure, title: "No text was found in this picture" });
      return;
    }
    await Clipboard.copy(text);
    await showHUD("Copied the text in the picture");
  } catch (error) {
    await tellFailure(error);
  }
}
