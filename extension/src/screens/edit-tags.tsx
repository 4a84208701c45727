// A form for the tags of a picture: known ones to pick, new ones to type.
import { Action, ActionPanel, Form, Icon, useNavigation } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { useState } from "react";
import { tell } from "../actions/tell";
import type { Picture } from "../picture";
import { rememe } from "../rememe";

interface Props {
  readonly picture: Picture;
  again(): void;
}

interface Values {
  readonly added: string;
}

export function EditTags({ picture, again }: Props) {
  const { pop } = useNavigation();
  const [chosen, setChosen] = useState([...picture.tags]);
  const { data: known = [], isLoading } = usePromise(() => rememe.tags(), [], { onError: () => {} });
  const names = [...new Set([...picture.tags, ...known.map(({ tag }) => tag)])];
  async function save({ added }: Values): Promise<void> {
    const tags = [...chosen, ...added.split(",")].map((tag) => tag.trim()).filter((tag) => tag !== "");
    const isSaved = await tell(
      "Saving…",
      () => rememe.mark(picture.id, { tags }),
      (saved) => (saved.tags.length > 0 ? `Tagged ${saved.tags.join(", ")}` : "No tags any more"),
    );
    if (!isSaved) return;
    again();
    pop();
  }
  return (
    <Form
      navigationTitle={`Tags of ${picture.name}`}
      isLoading={isLoading}
      actions={
        <ActionPanel>
          <Action.SubmitForm icon={Icon.Tag} title="Save Tags" onSubmit={save} />
        </ActionPanel>
      }
    >
      <Form.TagPicker id="chosen" title="Tags" placeholder="Pick tags" value={chosen} onChange={setChosen}>
        {names.map((tag) => (
          <Form.TagPicker.Item key={tag} value={tag} title={tag} icon={Icon.Tag} />
        ))}
      </Form.TagPicker>
      <Form.TextField id="added" title="New Tags" placeholder="work, mondays" info="Separated by commas" />
    </Form>
  );
}
