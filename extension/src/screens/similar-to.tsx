// Looks for a picture to start from; shows what looks like it, or offers other ways to choose one.
import { Action, ActionPanel, Form, Grid, Icon } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { useState } from "react";
import { SimilarPictures } from "./similar-pictures";

interface Props {
  /** Absolute path of the picture, or null. */
  readonly find: () => Promise<string | null>;
  readonly missing: { readonly title: string; readonly description: string };
}

export function SimilarTo({ find, missing }: Props) {
  const { data: path, isLoading, revalidate } = usePromise(find, [], { onError: () => {} });
  if (path) return <SimilarPictures wanted={{ kind: "like-file", path }} />;
  return (
    <Grid isLoading={isLoading} searchBarPlaceholder="Filter by name">
      {!isLoading && (
        <Grid.EmptyView
          icon={Icon.Image}
          title={missing.title}
          description={missing.description}
          actions={
            <ActionPanel>
              <Action.Push icon={Icon.Document} title="Choose Picture" target={<ChoosePicture />} />
              <Action icon={Icon.ArrowClockwise} title="Look Again" onAction={revalidate} />
            </ActionPanel>
          }
        />
      )}
    </Grid>
  );
}

function ChoosePicture() {
  const [path, setPath] = useState<string | null>(null);
  if (path !== null) return <SimilarPictures wanted={{ kind: "like-file", path }} />;
  return (
    <Form
      navigationTitle="Choose Picture"
      actions={
        <ActionPanel>
          <Action.SubmitForm
            icon={Icon.MagnifyingGlass}
            title="Find Similar"
            onSubmit={({ files }: { files: string[] }) => setPath(files[0] ?? null)}
          />
        </ActionPanel>
      }
    >
      <Form.FilePicker id="files" title="Picture" allowMultipleSelection={false} />
    </Form>
  );
}
