// Add Clipboard Picture to Library: saves it into a watched folder, under a name of one's own or with the date.
import { Action, ActionPanel, Form, Icon, List, PopToRootType, showHUD } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { tmpdir } from "node:os";
import { basename, extname } from "node:path";
import { clipboardPicture } from "./clipboard-picture";
import { tellFailure } from "./actions/tell";
import type { Folder } from "./contract";
import { useLibrary } from "./hooks/use-library";
import { readPicture } from "./read-picture";
import { rememe } from "./rememe";
import { screenFor } from "./screens/screen";
import { ScreenView } from "./screens/screen-view";
import { folderName, shortPath } from "./words";

interface Values {
  readonly folder: string;
  readonly name: string;
}

export default function AddClipboardPicture() {
  const library = useLibrary();
  const { data: picture, isLoading, revalidate } = usePromise(clipboardPicture, [], { onError: () => {} });
  const folders = library.folders.filter(({ state }) => state === "online" || state === "scanning");
  const screen = screenFor(library, {
    count: library.folders.length,
    isLoading,
    error: null,
    reading: [],
    by: "words",
  });
  if (picture && !screen && folders.length > 0) return <Save picture={picture} folders={folders} />;
  return (
    <List isLoading={!screen && (isLoading || library.status === null)} searchBarPlaceholder="">
      {screen ? (
        <ScreenView view={List.EmptyView} screen={screen} library={library} again={revalidate} />
      ) : (
        !isLoading && (
          <List.EmptyView
            icon={Icon.Image}
            title={picture ? "No Folder to Save It Into" : "No Picture in the Clipboard"}
            description={picture ? "None of your folders is connected." : "Copy a picture or a picture file first."}
            actions={
              <ActionPanel>
                <Action icon={Icon.ArrowClockwise} title="Look Again" onAction={revalidate} />
              </ActionPanel>
            }
          />
        )
      )}
    </List>
  );
}

/** The name of a file that was copied; "" for copied pixels, which come in a temporary file with a name that says nothing. */
function nameOf(picture: string): string {
  const isTemporary =
    [tmpdir(), `/private${tmpdir()}`].some((directory) => picture.startsWith(`${directory}/`)) ||
    /\/com\.raycast/i.test(picture);
  return isTemporary ? "" : basename(picture, extname(picture));
}

function Save({ picture, folders }: { picture: string; folders: readonly Folder[] }) {
  async function save({ folder, name }: Values): Promise<void> {
    try {
      const answer = await rememe.addPicture(Number(folder), await readPicture(picture), name.trim() || undefined);
      const saved = basename(answer.path);
      await showHUD(answer.added ? `Saved ${saved}` : `It is there already: ${saved}`, {
        popToRootType: PopToRootType.Immediate,
      });
    } catch (error) {
      await tellFailure(error);
    }
  }
  return (
    <Form
      actions={
        <ActionPanel>
          <Action.SubmitForm icon={Icon.SaveDocument} title="Save Picture" onSubmit={save} />
        </ActionPanel>
      }
    >
      <Form.Dropdown id="folder" title="Folder" storeValue>
        {folders.map(({ id, path }) => (
          <Form.Dropdown.Item
            key={id}
            value={String(id)}
            title={folderName(path)}
            keywords={[shortPath(path)]}
            icon={Icon.Folder}
          />
        ))}
      </Form.Dropdown>
      <Form.TextField
        id="name"
        title="Name"
        defaultValue={nameOf(picture)}
        placeholder="Clipboard, with date and time"
        info="Words you will remember: it is found by its name, too."
      />
    </Form>
  );
}
