// The grid that all searches share: sections, tiles, pages, or the screen that takes their place.
import { Color, Grid, Icon } from "@raycast/api";
import { type ComponentProps, memo, type ReactElement, useState } from "react";
import { FewActions, PictureActions } from "../actions/picture-actions";
import { type Library, useLibrary } from "../hooks/use-library";
import { type Found, queryOf, useFreshness, useSearch, type Wanted } from "../hooks/use-search";
import type { Section as SectionName } from "../contract";
import type { Picture } from "../picture";
import { preferences } from "../rememe";
import { count, isWorking, progress } from "../words";
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
  /** What to do instead where this search fails or finds nothing. */
  readonly otherwise?: ReactElement;
}

export function PictureGrid({ wanted, words, placeholder, accessory, otherwise, ...bar }: Props) {
  const library = useLibrary();
  const found = useSearch(wanted);
  useFreshness(found, library, wanted.kind === "words" && wanted.q === "");
  const [selected, setSelected] = useState<string | null>(null);
  // Before anything is selected, Raycast has the first one selected.
  const current = found.pictures.some(({ id }) => String(id) === selected) ? selected : String(found.pictures[0]?.id);
  const screen = screenFor(library, {
    ...found,
    count: found.pictures.length,
    by: wanted.kind === "words" ? "words" : "picture",
  });
  const query = queryOf(wanted, library.folders);
  const { columns, fill } = preferences();
  return (
    <Grid
      columns={Number(columns) || 5}
      fit={fill ? Grid.Fit.Fill : Grid.Fit.Contain}
      // Raycast shows no empty view while it loads with nothing typed.
      isLoading={screen === null && (found.isLoading || library.status === null)}
      searchBarPlaceholder={placeholder}
      onSelectionChange={setSelected}
      {...bar}
      filtering={!bar.onSearchTextChange}
      {...(bar.onSearchTextChange ? { throttle: true } : {})}
      {...(accessory ? { searchBarAccessory: accessory } : {})}
      {...(screen === null && found.pagination ? { pagination: found.pagination } : {})}
    >
      {screen ? (
        <ScreenView view={Grid.EmptyView} screen={screen} library={library} again={found.again} otherwise={otherwise} />
      ) : (
        sections(found, wanted.kind, words, workOf(library)).map(({ title, subtitle, pictures }) => (
          <Grid.Section key={title} title={title} subtitle={subtitle}>
            {pictures.map((picture) => (
              <Tile
                key={picture.id}
                picture={picture}
                words={words}
                query={query}
                again={found.again}
                isSelected={String(picture.id) === current}
              />
            ))}
          </Grid.Section>
        ))
      )}
    </Grid>
  );
}

interface Section {
  readonly title: string;
  readonly subtitle: string;
  readonly pictures: readonly Picture[];
}

/** What an answer to no words consists of. */
const OVERVIEW: readonly [SectionName, string][] = [
  ["recent", "Recent"],
  ["favourite", "Favorites"],
  ["newest", "Newest"],
  ["match", "Pictures"],
];

function sections(found: Found, kind: Wanted["kind"], words: string, work: string): readonly Section[] {
  const { pictures, notices, reading } = found;
  const corrections = reading.filter((part) => part.kind === "spelling").map(({ meaning }) => meaning);
  const subtitle = [...corrections, ...notices, work].filter((text) => text !== "").join(" · ");
  return partsOf(pictures, kind, words)
    .filter((part) => part.pictures.length > 0)
    .map((part, index) => ({ ...part, subtitle: index === 0 ? subtitle : "" }));
}

function partsOf(
  pictures: readonly Picture[],
  kind: Wanted["kind"],
  words: string,
): readonly Omit<Section, "subtitle">[] {
  if (kind !== "words") return [{ title: "Similar", pictures }];
  if (words !== "") return matches(pictures);
  return OVERVIEW.map(([name, title]) => ({ title, pictures: pictures.filter(({ section }) => section === name) }));
}

/** What is going on, while something is. */
const workOf = ({ status }: Library): string => (status && isWorking(status) ? progress(status) : "");

function matches(pictures: readonly Picture[]): readonly Omit<Section, "subtitle">[] {
  // Filters alone: nothing fits better than the rest.
  if (pictures.every(({ why }) => why === "")) return [{ title: "Pictures", pictures }];
  const best = pictures.filter(({ strong }) => strong);
  const more = pictures.filter(({ strong }) => !strong);
  return [
    { title: "Best Matches", pictures: best },
    { title: best.length > 0 ? "More" : "Guesses", pictures: more },
  ];
}

interface TileProps {
  readonly picture: Picture;
  readonly words: string;
  readonly query: string;
  readonly isSelected: boolean;
  again(): void;
}

/** Only the selected tile has all actions: two dozen of them for each of a thousand pictures would be 30 MB. */
const Tile = memo(function Tile({ picture, words, query, isSelected, again }: TileProps) {
  const { id, name, path, thumbnail } = picture;
  const accessory = mark(picture);
  return (
    <Grid.Item
      id={String(id)}
      content={{
        value: thumbnail === null ? { source: Icon.Image } : { source: thumbnail, fallback: Icon.Image },
        tooltip: tooltip(picture),
      }}
      {...(preferences().showNames ? { title: name } : {})}
      keywords={[name]}
      quickLook={{ path, name }}
      {...(accessory ? { accessory } : {})}
      actions={
        isSelected ? (
          <PictureActions picture={picture} words={words} query={query} again={again} />
        ) : (
          <FewActions picture={picture} words={words} />
        )
      }
    />
  );
});

const tooltip = ({ name, why, copies }: Picture): string =>
  [name, why, copies > 0 ? `${count(copies, "other")} nearly the same` : ""].filter((line) => line !== "").join("\n");

/** Raycast has room for one. */
function mark({ offline, hidden, favorite, isAnimated }: Picture): Grid.Item.Accessory | null {
  const tintColor = Color.SecondaryText;
  if (offline) return { icon: { source: Icon.HardDrive, tintColor }, tooltip: "Not connected" };
  if (hidden) return { icon: { source: Icon.EyeDisabled, tintColor }, tooltip: "Hidden from other searches" };
  if (favorite) return { icon: { source: Icon.Star, tintColor: Color.Yellow }, tooltip: "Favorite" };
  return isAnimated ? { icon: { source: Icon.Play, tintColor }, tooltip: "Animated" } : null;
}
