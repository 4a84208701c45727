// Looks for a picture to start from; shows what looks like it, or offers other ways to choose one.
import { Action, ActionPanel, Form, Grid, Icon } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { useState } from "react";
import { tellFailure } from "../actions/tell";
import { SimilarPictures } from "./similar-pictures";

interface Props {
  /** Absolute path of the picture, or null. */
  readonly find: () => Promise<string | null>;
  readonly missing: { readonly title: string; readonly description: string };
}

export function SimilarTo({ find, missing }: Props) {
  const { data: path, isLoading, revalidate } = usePromise(find, [], { onError: () => {} });
  if (path)
    return <SimilarPictures wanted={{ kind: "like-file", path }} otherwise={choose("Choose Another Picture")} />;
  return (
    <Grid isLoading={isLoading} searchBarPlaceholder="Filter by name">
      {!isLoading && (
        <Grid.EmptyView
          icon={Icon.Image}
          title={missing.title}
          description={missing.description}
          actions={
            <ActionPanel>
              {choose("Choose Picture")}
              <Action icon={Icon.ArrowClockwise} title="Look Again" onAction={revalidate} />
            </ActionPanel>
          }
        />
      )}
    </Grid>
  );
}

const choose = (title: string) => (
  <Action.Push key="choose" icon={Icon.Document} title={title} target={<ChoosePicture />} />
);

function ChoosePicture() {
  const [path, setPath] = useState<string | null>(null);
  if (path !== null) return <SimilarPictures wanted={{ kind: "like-file", path }} />;
  async function submit({ files }: { files: string[] }): Promise<void> {
    if (files[0] === undefined) await tellFailure(new Error("Choose a picture first."));
    else setPath(files[0]);
  }
  return (
    <Form
      navigationTitle="Choose Picture"
      actions={
        <ActionPanel>
          <Action.SubmitForm icon={Icon.MagnifyingGlass} title="Find Similar" onSubmit={submit} />
        </ActionPanel>
      }
    >
      <Form.FilePicker id="files" title="Picture" allowMultipleSelection={false} />
    </Form>
  );
}
