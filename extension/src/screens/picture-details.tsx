// All that is known of one picture.
import { Action, ActionPanel, Detail, Icon } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { useRef } from "react";
import { pathToFileURL } from "node:url";
import { copyText } from "../actions/copy-text";
import { Deliver } from "../actions/deliver-actions";
import type { ImageDetails } from "../contract";
import type { Picture } from "../picture";
import { rememe } from "../rememe";
import { bytes, count, shortPath } from "../words";

export function PictureDetails({ picture, words }: { picture: Picture; words: string }) {
  const abortable = useRef<AbortController | null>(null);
  const { data, error, isLoading } = usePromise(
    (id: number) => rememe.details(id, abortable.current?.signal),
    [picture.id],
    {
      abortable,
      onError: () => {},
    },
  );
  return (
    <Detail
      navigationTitle={picture.name}
      isLoading={isLoading}
      markdown={error ? `# ${error.message}` : markdown(picture, data)}
      {...(data ? { metadata: <Facts details={data} picture={picture} /> } : {})}
      actions={
        <ActionPanel>
          <Deliver picture={picture} words={words} />
          <Action icon={Icon.Text} title="Copy Text in Picture" onAction={() => copyText(picture.id)} />
          <Action.ShowInFinder path={picture.path} />
        </ActionPanel>
      }
    />
  );
}

/** The thumbnail, because originals may be large and Raycast may not be allowed to read them. */
function markdown({ name, thumbnail }: Picture, details: ImageDetails | undefined): string {
  const image = thumbnail === null ? "" : `![${name.replace(/[[\]\\]/g, "\\$&")}](${pathToFileURL(thumbnail)})`;
  const text = details?.text.replace(/^/gm, "    ") ?? "";
  return text.trim() === "" ? image : `${image}\n\n${text}`;
}

function Facts({ details, picture: { why, copies } }: { details: ImageDetails; picture: Picture }) {
  const { format, frames, width, height, sizeBytes, modifiedAtMs, paths, offline, tags } = details;
  return (
    <Detail.Metadata>
      {why !== "" && <Detail.Metadata.Label title="Found By" text={why} />}
      <Detail.Metadata.Label
        title="Kind"
        text={frames > 1 ? `${format.toUpperCase()}, ${count(frames, "frame")}` : format.toUpperCase()}
      />
      <Detail.Metadata.Label title="Size" text={`${width} × ${height}, ${bytes(sizeBytes)}`} />
      <Detail.Metadata.Label title="Changed" text={new Date(modifiedAtMs).toLocaleString("en-US")} />
      {tags.length > 0 && (
        <Detail.Metadata.TagList title="Tags">
          {tags.map((tag) => (
            <Detail.Metadata.TagList.Item key={tag} text={tag} />
          ))}
        </Detail.Metadata.TagList>
      )}
      {copies > 0 && <Detail.Metadata.Label title="Nearly the Same" text={count(copies, "other picture")} />}
      <Detail.Metadata.Separator />
      {paths.map((path) => (
        <Detail.Metadata.Label key={path} title={offline ? "File (Not Connected)" : "File"} text={shortPath(path)} />
      ))}
    </Detail.Metadata>
  );
}
