// Favorites, hidden pictures and the Trash. What hides a picture can be taken back from the toast that tells it.
import { Alert, confirmAlert } from "@raycast/api";
import type { Picture } from "../picture";
import { rememe } from "../rememe";
import { count } from "../words";
import { tell } from "./tell";

export async function toggleFavorite({ id, favorite, name }: Picture, again: () => void): Promise<void> {
  await tell(
    favorite ? "Removing…" : "Adding…",
    () => rememe.mark(id, { favourite: !favorite }),
    () => (favorite ? `${name} is no favorite any more` : `${name} is a favorite`),
  );
  again();
}

export async function toggleHidden({ id, hidden, name }: Picture, again: () => void): Promise<void> {
  const set = (value: boolean) => rememe.mark(id, { hidden: value });
  const undo = (): Promise<unknown> =>
    tell(
      "Taking back…",
      () => set(hidden),
      () => "Taken back",
    ).finally(again);
  await tell(
    hidden ? "Showing…" : "Hiding…",
    () => set(!hidden),
    () => ({ title: hidden ? `${name} can be found again` : `${name} is hidden`, undo }),
  );
  again();
}

/** Asks first: every file that holds the picture goes. */
export async function moveToTrash({ id, name }: Picture, again: () => void): Promise<void> {
  const { paths } = await rememe.details(id).catch(() => ({ paths: [] }));
  const files = paths.length > 1 ? `All ${count(paths.length, "file")} that hold this picture go` : "The file goes";
  const isSure = await confirmAlert({
    title: `Move ${name} to the Trash?`,
    message: `${files} to the Trash, from where you can put ${paths.length > 1 ? "them" : "it"} back.`,
    primaryAction: { title: "Move to Trash", style: Alert.ActionStyle.Destructive },
  });
  if (!isSure) return;
  await tell(
    "Moving…",
    () => rememe.trash(id),
    ({ moved, failed }) => ({
      title:
        failed.length > 0 ? `${count(failed.length, "file")} stayed: ${failed[0]?.message}` : `${name} is in the Trash`,
      undo: () => restore(moved.map((file) => file.id)).finally(again),
    }),
  );
  again();
}

const restore = (ids: readonly number[]): Promise<boolean> =>
  tell(
    "Putting back…",
    async () => {
      for (const id of ids) await rememe.restore(id);
    },
    () => "Put back",
  );
