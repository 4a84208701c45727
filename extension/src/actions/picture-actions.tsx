// Everything that can be done with a picture that was found.
import { Action, ActionPanel, Icon, Keyboard } from "@raycast/api";
import { createDeeplink } from "@raycast/utils";
import type { Picture } from "../picture";
import { preferences } from "../rememe";
import { PictureDetails } from "../screens/picture-details";
import { LikeThisBut, SimilarPictures } from "../screens/similar-pictures";
import { copyText } from "./copy-text";
import { deliver } from "./deliver";

interface Props {
  readonly picture: Picture;
  /** The words that led to it; "" when there were none. */
  readonly words: string;
  /** Looks for new results. */
  again(): void;
}

export function PictureActions({ picture, words, again }: Props) {
  const { id, name, path } = picture;
  return (
    <ActionPanel title={name}>
      <ActionPanel.Section>
        <Deliver {...{ picture, words }} />
        <Action.ToggleQuickLook shortcut={Keyboard.Shortcut.Common.ToggleQuickLook} />
        <Action.Push
          icon={Icon.Info}
          title="Show Details"
          shortcut={{ modifiers: ["cmd"], key: "i" }}
          target={<PictureDetails picture={picture} />}
        />
      </ActionPanel.Section>
      <ActionPanel.Section title="Find">
        <Action.Push
          icon={Icon.MagnifyingGlass}
          title="Find Similar"
          shortcut={{ modifiers: ["cmd"], key: "l" }}
          target={<SimilarPictures wanted={{ kind: "like-image", id }} />}
        />
        <Action.Push
          icon={Icon.Wand}
          title="More Like This with Words…"
          shortcut={{ modifiers: ["cmd", "shift"], key: "l" }}
          target={<LikeThisBut picture={picture} />}
        />
      </ActionPanel.Section>
      <ActionPanel.Section title="Copy As">
        <Action.CopyToClipboard
          icon={Icon.Link}
          title="Copy Path"
          content={path}
          shortcut={Keyboard.Shortcut.Common.CopyPath}
        />
        <Action
          icon={Icon.Text}
          title="Copy Text in Picture"
          shortcut={{ modifiers: ["cmd", "shift"], key: "t" }}
          onAction={() => copyText(id)}
        />
      </ActionPanel.Section>
      <ActionPanel.Section title="File">
        <Action.Open title="Open" target={path} shortcut={Keyboard.Shortcut.Common.Open} />
        <Action.OpenWith path={path} shortcut={Keyboard.Shortcut.Common.OpenWith} />
        <Action.ShowInFinder path={path} shortcut={{ modifiers: ["cmd", "shift"], key: "f" }} />
      </ActionPanel.Section>
      <ActionPanel.Section>
        {words !== "" && (
          <Action.CreateQuicklink
            title="Create Quicklink for This Search"
            quicklink={{
              name: `Memes: ${words}`,
              link: createDeeplink({ command: "search-memes", fallbackText: words }),
            }}
          />
        )}
        <Action
          icon={Icon.ArrowClockwise}
          title="Refresh"
          shortcut={Keyboard.Shortcut.Common.Refresh}
          onAction={again}
        />
      </ActionPanel.Section>
    </ActionPanel>
  );
}

/** What must work at once even where the rest of the actions is not there yet. */
export function FewActions(props: Pick<Props, "picture" | "words">) {
  return (
    <ActionPanel>
      <Deliver {...props} />
    </ActionPanel>
  );
}

/** Enter and Command-Enter, in the order the user chose. */
function Deliver({ picture }: Pick<Props, "picture" | "words">) {
  const paste = (
    <Action key="paste" icon={Icon.Clipboard} title="Paste to Active App" onAction={() => deliver(picture, "paste")} />
  );
  const copy = (
    <Action key="copy" icon={Icon.CopyClipboard} title="Copy to Clipboard" onAction={() => deliver(picture, "copy")} />
  );
  return preferences().primaryAction === "copy" ? [copy, paste] : [paste, copy];
}
