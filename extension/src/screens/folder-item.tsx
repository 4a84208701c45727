// A watched folder in the library's list.
import { Action, Alert, Color, confirmAlert, Icon, Keyboard, List } from "@raycast/api";
import { tell } from "../actions/tell";
import type { Folder, FolderState } from "../contract";
import type { Library } from "../hooks/use-library";
import { rememe } from "../rememe";
import { count, folderName, folderState, number, parentPath } from "../words";
import { LibraryActions } from "./library-actions";

const LOOKS: Record<FolderState, { icon: Icon; color: Color }> = {
  online: { icon: Icon.Folder, color: Color.Blue },
  scanning: { icon: Icon.MagnifyingGlass, color: Color.Blue },
  offline: { icon: Icon.HardDrive, color: Color.SecondaryText },
  denied: { icon: Icon.Lock, color: Color.Red },
  undecided: { icon: Icon.Lock, color: Color.Orange },
};

export function FolderItem({ folder, library }: { folder: Folder; library: Library }) {
  const { id, path, state, permission } = folder;
  const { icon, color } = LOOKS[state];
  const rescan = (): Promise<boolean> =>
    tell(
      "Looking…",
      () => rememe.rescan(id),
      () => `Looking through ${folderName(path)}`,
    ).finally(library.refresh);
  return (
    <List.Item
      icon={{ source: icon, tintColor: color }}
      title={folderName(path)}
      subtitle={parentPath(path)}
      accessories={accessories(folder)}
      actions={
        <LibraryActions library={library} title={folderName(path)}>
          {permission?.settingsUrl && (
            <Action.Open icon={Icon.Gear} title="Open Privacy Settings" target={permission.settingsUrl} />
          )}
          <Action.ShowInFinder path={path} />
          <Action
            icon={Icon.ArrowClockwise}
            title="Look Through It Now"
            shortcut={Keyboard.Shortcut.Common.Refresh}
            onAction={rescan}
          />
          <Action
            icon={Icon.MinusCircle}
            title="Stop Watching"
            style={Action.Style.Destructive}
            shortcut={Keyboard.Shortcut.Common.Remove}
            onAction={() => remove(folder, library)}
          />
        </LibraryActions>
      }
    />
  );
}

function accessories(folder: Folder): List.Item.Accessory[] {
  const { state, files, pending, failed } = folder;
  return [
    ...(failed > 0
      ? [{ text: number(failed), icon: Icon.Warning, tooltip: `${count(failed, "file")} could not be read` }]
      : []),
    ...(pending > 0
      ? [{ text: number(pending), icon: Icon.Hourglass, tooltip: `${count(pending, "file")} waiting` }]
      : []),
    { text: count(files, "file") },
    ...(state === "online" ? [] : [{ tag: folderState(folder), tooltip: folder.permission?.advice ?? null }]),
  ];
}

async function remove({ id, path, files }: Folder, library: Library): Promise<void> {
  const isSure = await confirmAlert({
    title: `Stop watching ${folderName(path)}?`,
    message: `Its ${count(files, "picture")} will not be found any more. The files stay where they are.`,
    primaryAction: { title: "Stop Watching", style: Alert.ActionStyle.Destructive },
  });
  if (!isSure) return;
  await tell(
    "Removing…",
    () => rememe.removeFolder(id),
    () => `${folderName(path)} is not watched any more`,
  );
  library.refresh();
}
