// Search Memes: words in, pictures out, one key away from the app in front.
import { Grid, Icon, type LaunchProps } from "@raycast/api";
import { useCachedPromise } from "@raycast/utils";
import { useState } from "react";
import type { Folder, OnlyMarked } from "./contract";
import type { Wanted } from "./hooks/use-search";
import { rememe } from "./rememe";
import { PictureGrid } from "./screens/picture-grid";
import { folderName, shortPath } from "./words";

interface Context {
  /** What another command wants to have searched. */
  readonly query?: string;
}

/** `folder:ID`, or the marks and kinds below. */
type Within = string;

const MARKED: Record<Within, OnlyMarked> = { favorites: "favourite", hidden: "hidden" };

/** Filters of the query language, which go in front: dates are understood at the end only. */
const KINDS = [
  { value: "type:gif", title: "GIFs", icon: Icon.Play },
  { value: "type:screenshot", title: "Screenshots", icon: Icon.Monitor },
  { value: "type:photo", title: "Photos", icon: Icon.Camera },
] as const;

export default function SearchMemes({ fallbackText, launchContext }: LaunchProps<{ launchContext?: Context }>) {
  const [text, setText] = useState(launchContext?.query ?? fallbackText ?? "");
  const [within, setWithin] = useState("");
  const words = text.trim();
  return (
    <PictureGrid
      wanted={wantedFor(words, within)}
      words={words}
      placeholder="What do you remember of it?"
      searchText={text}
      onSearchTextChange={setText}
      accessory={<WithinDropdown onChange={setWithin} />}
    />
  );
}

function wantedFor(words: string, within: Within): Wanted {
  if (within.startsWith("folder:"))
    return { kind: "words", q: words, folderId: Number(within.slice("folder:".length)) };
  const only = MARKED[within];
  if (only) return { kind: "words", q: words, only };
  return { kind: "words", q: [within, words].filter((part) => part !== "").join(" ") };
}

function WithinDropdown({ onChange }: { onChange: (value: string) => void }) {
  const { data: folders } = useCachedPromise(() => rememe.folders(), [], {
    initialData: [] as readonly Folder[],
    onError: () => {},
  });
  return (
    <Grid.Dropdown tooltip="Where to Search" onChange={onChange}>
      <Grid.Dropdown.Item title="All Pictures" value="" icon={Icon.Image} />
      <Grid.Dropdown.Item title="Favorites" value="favorites" icon={Icon.Star} />
      <Grid.Dropdown.Section title="Kinds">
        {KINDS.map((kind) => (
          <Grid.Dropdown.Item key={kind.value} {...kind} />
        ))}
      </Grid.Dropdown.Section>
      <Grid.Dropdown.Section title="Folders">
        {folders.map(({ id, path }) => (
          <Grid.Dropdown.Item
            key={id}
            title={folderName(path)}
            value={`folder:${id}`}
            icon={Icon.Folder}
            keywords={[shortPath(path)]}
          />
        ))}
      </Grid.Dropdown.Section>
      <Grid.Dropdown.Section>
        <Grid.Dropdown.Item title="Hidden Pictures" value="hidden" icon={Icon.EyeDisabled} />
      </Grid.Dropdown.Section>
    </Grid.Dropdown>
  );
}
