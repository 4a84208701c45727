// Pasting and copying a picture, wherever it is shown.
import { Action, Icon } from "@raycast/api";
import type { Picture } from "../picture";
import { preferences } from "../rememe";
import { deliver } from "./deliver";

interface Props {
  readonly picture: Picture;
  /** The words that led to it; "" when there were none. */
  readonly words: string;
}

/** Enter and Command-Enter, in the order the user chose. */
export function Deliver({ picture, words }: Props) {
  const paste = (
    <Action
      key="paste"
      icon={Icon.Clipboard}
      title="Paste to Active App"
      onAction={() => deliver(picture, "paste", { words })}
    />
  );
  const copy = (
    <Action
      key="copy"
      icon={Icon.CopyClipboard}
      title="Copy to Clipboard"
      onAction={() => deliver(picture, "copy", { words })}
    />
  );
  return preferences().primaryAction === "copy" ? [copy, paste] : [paste, copy];
}
