// A screen in the place of a list's or grid's items.
import { ActionPanel, type Grid, type List } from "@raycast/api";
import type { ReactElement } from "react";
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
  /** Another way to what is looked for, where there is one. */
  readonly otherwise?: ReactElement | undefined;
}

export function ScreenView({ view: EmptyView, screen, library, again, otherwise }: Props) {
  const { icon, title, description, actions } = lookOf(screen, {
    start: library.start,
    otherwise,
    again: () => {
      library.refresh();
      again();
    },
  });
  return (
    <EmptyView icon={icon} title={title} description={description} actions={<ActionPanel>{actions}</ActionPanel>} />
  );
}
