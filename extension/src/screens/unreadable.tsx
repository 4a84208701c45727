// The files that could not be read, each with its reason.
import { Action, ActionPanel, Icon, Keyboard, List } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { useRef } from "react";
import { basename } from "node:path";
import { tell } from "../actions/tell";
import type { Failure } from "../contract";
import { rememe } from "../rememe";
import { count, parentPath } from "../words";

const PAGE_SIZE = 50;

export function Unreadable({ onRetry }: { onRetry: () => void }) {
  const abortable = useRef<AbortController | null>(null);
  const { data, error, isLoading, pagination, revalidate } = usePromise(
    () =>
      async ({ page }: { page: number }) => {
        const answer = await rememe.failures({ limit: PAGE_SIZE, offset: page * PAGE_SIZE }, abortable.current?.signal);
        return { data: [...answer.failures], hasMore: answer.nextOffset !== null };
      },
    [],
    { abortable, onError: () => {} },
  );
  const retry = async (failures?: readonly Failure[]): Promise<void> => {
    await tell(
      "Trying again…",
      () => rememe.retry(failures),
      ({ retried }) => `Reading ${count(retried, "file")} again`,
    );
    onRetry();
    revalidate();
  };
  return (
    <List
      navigationTitle="Files That Could Not Be Read"
      isLoading={isLoading}
      searchBarPlaceholder="Filter by name"
      {...(pagination ? { pagination } : {})}
    >
      <List.EmptyView
        icon={error ? Icon.Warning : Icon.CheckCircle}
        title={error ? error.message : "Every File Could Be Read"}
      />
      {(data ?? []).map((failure) => (
        <FailureItem key={failure.fileId} failure={failure} retry={retry} />
      ))}
    </List>
  );
}

function FailureItem({
  failure,
  retry,
}: {
  failure: Failure;
  retry: (failures?: readonly Failure[]) => Promise<void>;
}) {
  const { path, message, attempts, retryAtMs } = failure;
  return (
    <List.Item
      icon={Icon.Warning}
      title={basename(path)}
      subtitle={message}
      accessories={[
        { text: parentPath(path) },
        { text: count(attempts, "try").replace("trys", "tries") },
        ...(retryAtMs === null ? [] : [{ date: new Date(retryAtMs), tooltip: "Tried again by itself" }]),
      ]}
      actions={
        <ActionPanel>
          <Action
            icon={Icon.ArrowClockwise}
            title="Try Again"
            shortcut={Keyboard.Shortcut.Common.Refresh}
            onAction={() => retry([failure])}
          />
          <Action icon={Icon.Repeat} title="Try All Again" onAction={() => retry()} />
          <Action.ShowInFinder path={path} />
          <Action.CopyToClipboard title="Copy Reason" content={`${path}: ${message}`} />
        </ActionPanel>
      }
    />
  );
}
