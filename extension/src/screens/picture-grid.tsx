// The grid that all searches share: sections, tiles, pages, or the screen that takes their place.
import { Color, Grid, Icon } from "@raycast/api";
import type { ComponentProps, ReactElement } from "react";
import { PictureActions } from "../actions/picture-actions";
import { useLibrary } from "../hooks/use-library";
import { type Found, useFreshness, useSearch, type Wanted } from "../hooks/use-search";
import type { Picture } from "../picture";
import { preferences } from "../rememe";
import { isWorking, progress } from "../words";
import { screenFor } from "./screen";
import { ScreenView } from "./screen-view";

interface Props {
  readonly wanted: Wanted;
  /** What the user typed; "" when the search is not by words. */
  readonly words: string;
  readonly placeholder: string;
  readonly searchText?: string;
  readonly onSearchTextChange?: (text: string) => void;
  readonly accessory?: ReactElement<ComponentProps<typeof Grid.Dropdown>>;
  readonly navigationTitle?: string;
}

export function PictureGrid({ wanted, words, placeholder, accessory, ...bar }: Props) {
  const library = useLibrary();
  const found = useSearch(wanted);
  const isReachable = library.status !== null;
  useFreshness(found, isReachable, library.status?.counts.images ?? 0);
  const screen = screenFor(library, { ...found, count: found.pictures.length });
  const { columns, fill } = preferences();
  return (
    <Grid
      columns={Number(columns) || 5}
      fit={fill ? Grid.Fit.Fill : Grid.Fit.Contain}
      isLoading={screen === null ? found.isLoading || !isReachable : screen.kind === "starting"}
      searchBarPlaceholder={placeholder}
      {...bar}
      filtering={!bar.onSearchTextChange}
      {...(bar.onSearchTextChange ? { throttle: true } : {})}
      {...(accessory ? { searchBarAccessory: accessory } : {})}
      {...(screen === null && found.pagination ? { pagination: found.pagination } : {})}
    >
      {screen ? (
        <ScreenView view={Grid.EmptyView} screen={screen} library={library} again={found.again} />
      ) : (
        sections(found, words, library.status && isWorking(library.status) ? progress(library.status) : "").map(
          ({ title, subtitle, pictures }) => (
            <Grid.Section key={title} title={title} subtitle={subtitle}>
              {pictures.map((picture) => (
                <Tile key={picture.id} picture={picture} words={words} again={found.again} />
              ))}
            </Grid.Section>
          ),
        )
      )}
    </Grid>
  );
}

interface Section {
  readonly title: string;
  readonly subtitle: string;
  readonly pictures: readonly Picture[];
}

function sections({ pictures, notices }: Found, words: string, working: string): readonly Section[] {
  const subtitle = working || notices.join(" ");
  if (words === "") return pictures.length > 0 ? [{ title: "Newest", subtitle: working, pictures }] : [];
  const best = pictures.filter(({ strong }) => strong);
  const more = pictures.filter(({ strong }) => !strong);
  return [
    { title: "Best Matches", subtitle, pictures: best },
    { title: best.length > 0 ? "More" : "Guesses", subtitle: best.length > 0 ? "" : subtitle, pictures: more },
  ].filter((section) => section.pictures.length > 0);
}

function Tile({ picture, words, again }: { picture: Picture; words: string; again: () => void }) {
  const { id, name, path, thumbnail, why } = picture;
  const accessory = mark(picture);
  return (
    <Grid.Item
      id={String(id)}
      content={{
        value: thumbnail === null ? { source: Icon.Image } : { source: thumbnail, fallback: Icon.Image },
        tooltip: why === "" ? name : `${name}\n${why}`,
      }}
      {...(preferences().showNames ? { title: name } : {})}
      quickLook={{ path, name }}
      {...(accessory ? { accessory } : {})}
      actions={<PictureActions picture={picture} words={words} again={again} />}
    />
  );
}

function mark({ offline, isAnimated }: Picture): Grid.Item.Accessory | null {
  if (offline) return { icon: { source: Icon.HardDrive, tintColor: Color.SecondaryText }, tooltip: "Not connected" };
  return isAnimated ? { icon: { source: Icon.Play, tintColor: Color.SecondaryText }, tooltip: "Animated" } : null;
}
