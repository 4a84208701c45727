// Indexing Status: how far reading the pictures is, in the menu bar. Beside the icon stands only what is left to read.
import { Icon, MenuBarExtra, open } from "@raycast/api";
import { usePromise } from "@raycast/utils";
import { openCommand } from "./actions/open-command";
import { openPage } from "./actions/open-page";
import { tellFailure } from "./actions/tell";
import type { Status } from "./contract";
import { DaemonError } from "./daemon/errors";
import { startDaemon } from "./daemon/start";
import { places, rememe } from "./rememe";
import { count, isWorking, number, progress, upgradeProgress } from "./words";

export default function IndexingStatus() {
  const { data: status, error, isLoading, revalidate } = usePromise(() => rememe.status(), [], { onError: () => {} });
  const run = (work: () => Promise<unknown>) => async (): Promise<void> => {
    await work().catch(tellFailure);
    revalidate();
  };
  if (error) return <Problem error={error} isLoading={isLoading} run={run} />;
  if (!status) return <MenuBarExtra isLoading={isLoading} icon={Icon.Image} />;
  const { paused, counts, upgrade } = status;
  return (
    <MenuBarExtra isLoading={isLoading} icon={Icon.Image} title={title(status)} tooltip={progress(status)}>
      <MenuBarExtra.Item title={progress(status)} />
      {upgrade && <MenuBarExtra.Item title={upgradeProgress(upgrade)} />}
      {counts.failed > 0 && (
        <MenuBarExtra.Item title={`${count(counts.failed, "file")} could not be read`} onAction={launch("library")} />
      )}
      <MenuBarExtra.Section>
        <MenuBarExtra.Item icon={Icon.MagnifyingGlass} title="Search Memes" onAction={launch("search-memes")} />
        <MenuBarExtra.Item icon={Icon.Folder} title="Manage Picture Library" onAction={launch("library")} />
        <MenuBarExtra.Item icon={Icon.Globe} title="Open Web Page" onAction={openPage} />
      </MenuBarExtra.Section>
      <MenuBarExtra.Section>
        {paused ? (
          <MenuBarExtra.Item icon={Icon.Play} title="Resume Reading" onAction={run(() => rememe.resume())} />
        ) : (
          <MenuBarExtra.Item icon={Icon.Pause} title="Pause Reading" onAction={run(() => rememe.pause())} />
        )}
      </MenuBarExtra.Section>
    </MenuBarExtra>
  );
}

interface ProblemProps {
  readonly error: Error;
  readonly isLoading: boolean;
  run(work: () => Promise<unknown>): () => Promise<void>;
}

function Problem({ error, isLoading, run }: ProblemProps) {
  const isStopped = error instanceof DaemonError && error.code === "stopped";
  return (
    <MenuBarExtra isLoading={isLoading} icon={Icon.Warning} tooltip={error.message}>
      <MenuBarExtra.Item title={error.message} />
      {isStopped && (
        <MenuBarExtra.Item icon={Icon.Play} title="Start Rememe" onAction={run(() => startDaemon(places()))} />
      )}
      <MenuBarExtra.Item icon={Icon.MagnifyingGlass} title="Show What to Do" onAction={launch("search-memes")} />
      <MenuBarExtra.Item icon={Icon.Terminal} title="Open Log" onAction={() => open(places().log)} />
    </MenuBarExtra>
  );
}

/** Only what changes is worth the space: what is left to read. */
function title(status: Status): string {
  return isWorking(status) && status.counts.pending > 0 ? number(status.counts.pending) : "";
}

const launch = (name: "search-memes" | "library") => (): Promise<void> => openCommand(name);
