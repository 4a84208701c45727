// A screen in the place of a list's or grid's items.
import { ActionPanel, type Grid, type List } from "@raycast/api";
import type { Library } from "../hooks/use-library";
import { lookOf } from "./looks";
import type { Screen } from "./screen";

interface Props {
  /** The empty view of the list or grid it stands in. */
  readonly view: typeof Grid.EmptyView | typeof List.EmptyView;
  readonly screen: Screen;
  readonly library: Library;
  /** Asks again for what the screen stands in for. */
  again(): void;
}

export function ScreenView({ view: EmptyView, screen, library, again }: Props) {
  const { icon, title, description, actions } = lookOf(screen, {
    start: library.start,
    again: () => {
      library.refresh();
      again();
    },
  });
  return (
    <EmptyView icon={icon} title={title} description={description} actions={<ActionPanel>{actions}</ActionPanel>} />
  );
}
