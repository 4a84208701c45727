// A form that adds a folder to the library.
import { Action, ActionPanel, Form, Icon, useNavigation } from "@raycast/api";
import { tell } from "../actions/tell";
import type { Folder } from "../contract";
import { rememe } from "../rememe";
import { folderName, shortPath } from "../words";

interface Values {
  readonly folders: string[];
}

export function ChooseFolder({ onAdded }: { onAdded?: () => void }) {
  const { pop } = useNavigation();
  async function add({ folders }: Values): Promise<void> {
    const isAdded = await tell("Adding…", () => addAll(folders), summary);
    onAdded?.();
    if (isAdded) pop();
  }
  return (
    <Form
      navigationTitle="Choose Folder"
      actions={
        <ActionPanel>
          <Action.SubmitForm icon={Icon.NewFolder} title="Watch Folder" onSubmit={add} />
        </ActionPanel>
      }
    >
      <Form.FilePicker
        id="folders"
        title="Folders"
        info="Everything below them is read, too. Your files are only ever read, never changed."
        allowMultipleSelection
        canChooseDirectories
        canChooseFiles={false}
      />
    </Form>
  );
}

async function addAll(paths: readonly string[]): Promise<readonly Folder[]> {
  if (paths.length === 0) throw new Error("Choose a folder first.");
  const added: Folder[] = [];
  for (const path of paths) added.push(await rememe.addFolder(path));
  return added;
}

const summary = (folders: readonly Folder[]): string =>
  folders.length === 1 && folders[0]
    ? `Watching ${folderName(folders[0].path)}`
    : `Watching ${folders.map(({ path }) => shortPath(path)).join(", ")}`;
