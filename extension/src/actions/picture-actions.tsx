// Everything that can be done with a picture that was found.
import { Action, ActionPanel, Icon, Keyboard } from "@raycast/api";
import { createDeeplink } from "@raycast/utils";
import type { Picture } from "../picture";
import { preferences } from "../rememe";
import { EditTags } from "../screens/edit-tags";
import { PictureDetails } from "../screens/picture-details";
import { LikeThisBut, SimilarPictures } from "../screens/similar-pictures";
import { copyText } from "./copy-text";
import { deliver, isRare, recordUse } from "./deliver";
import { moveToTrash, toggleFavorite, toggleHidden } from "./marks";

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
      <ActionPanel.Section title="Mark">
        <Action
          icon={picture.favorite ? Icon.StarDisabled : Icon.Star}
          title={picture.favorite ? "Remove from Favorites" : "Add to Favorites"}
          shortcut={{ modifiers: ["cmd"], key: "f" }}
          onAction={() => toggleFavorite(picture, again)}
        />
        <Action.Push
          icon={Icon.Tag}
          title="Edit Tags"
          shortcut={{ modifiers: ["cmd"], key: "t" }}
          target={<EditTags picture={picture} again={again} />}
        />
        <Action
          icon={picture.hidden ? Icon.Eye : Icon.EyeDisabled}
          title={picture.hidden ? "Show Again in Searches" : "Hide from Searches"}
          shortcut={{ modifiers: ["cmd", "shift"], key: "h" }}
          onAction={() => toggleHidden(picture, again)}
        />
      </ActionPanel.Section>
      <ActionPanel.Section title="Copy As">
        <CopyAs picture={picture} words={words} />
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
        <Action.Open
          title="Open"
          target={path}
          shortcut={Keyboard.Shortcut.Common.Open}
          onOpen={() => recordUse(picture, "open", words)}
        />
        <Action.OpenWith path={path} shortcut={Keyboard.Shortcut.Common.OpenWith} />
        <Action.ShowInFinder path={path} shortcut={{ modifiers: ["cmd", "shift"], key: "f" }} />
        <Action
          icon={Icon.Trash}
          title="Move to Trash"
          style={Action.Style.Destructive}
          shortcut={Keyboard.Shortcut.Common.Remove}
          onAction={() => moveToTrash(picture, again)}
        />
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
function Deliver({ picture, words }: Pick<Props, "picture" | "words">) {
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

/** The forms that the picture does not have already. */
function CopyAs({ picture, words }: Pick<Props, "picture" | "words">) {
  const { format } = picture;
  return (
    <>
      {isRare(picture) && (
        <Action
          icon={Icon.CopyClipboard}
          title="Copy Original File"
          shortcut={{ modifiers: ["cmd", "ctrl"], key: "o" }}
          onAction={() => deliver(picture, "copy", { words, as: "original" })}
        />
      )}
      {format !== "png" && format !== "gif" && (
        <Action
          icon={Icon.Image}
          title={picture.isAnimated ? "Copy as GIF" : "Copy as PNG"}
          shortcut={{ modifiers: ["cmd", "shift"], key: "p" }}
          onAction={() => deliver(picture, "copy", { words, as: "png" })}
        />
      )}
    </>
  );
}
