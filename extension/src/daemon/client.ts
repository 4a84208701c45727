// The API in verbs. Knows nothing of Raycast: the places come from the caller, so that tests can drive it alone.
import type {
  Failure,
  FailureList,
  Folder,
  FolderList,
  ImageDetails,
  Link,
  PageQuery,
  RetryAnswer,
  SearchAnswer,
  SearchQuery,
  Status,
} from "../contract";
import { createConnector } from "./connect";
import type { Places } from "./places";
import { type Request, type RouteName, send } from "./request";

/** What the daemon answers from memory. */
const QUICK_MS = 5_000;

export type Client = ReturnType<typeof createClient>;

/** Every verb throws DaemonError, or an AbortError when its signal is aborted. `findPlaces` is asked each time. */
export function createClient(findPlaces: () => Places) {
  const connect = createConnector();
  async function ask<T>(name: RouteName, request: Request = {}): Promise<T> {
    const places = findPlaces();
    return (await send(await connect(places, request.signal), places, name, request)) as T;
  }
  return {
    status: (signal?: AbortSignal) => ask<Status>("status", { signal, timeoutMs: QUICK_MS }),
    search: (query: SearchQuery, signal?: AbortSignal) => ask<SearchAnswer>("search", { query, signal }),
    similarToImage: (id: number, query: PageQuery, signal?: AbortSignal) =>
      ask<SearchAnswer>("similarToImage", { id, query, signal }),
    /** @param path absolute; need not be in a watched folder */
    similarToFile: (path: string, query: PageQuery, signal?: AbortSignal) =>
      ask<SearchAnswer>("similar", { body: { path }, query, signal }),
    similarToPicture: (picture: Uint8Array, query: PageQuery, signal?: AbortSignal) =>
      ask<SearchAnswer>("similar", { picture, query, signal }),
    details: (id: number, signal?: AbortSignal) => ask<ImageDetails>("image", { id, signal }),
    folders: async (signal?: AbortSignal) =>
      (await ask<FolderList>("folders", { signal, timeoutMs: QUICK_MS })).folders,
    /** @param path absolute */
    addFolder: (path: string) => ask<Folder>("addFolder", { body: { path } }),
    removeFolder: (id: number) => ask<FolderList>("removeFolder", { id }),
    rescan: (folderId?: number) => ask<Status>("rescan", { body: folderId === undefined ? {} : { folderId } }),
    pause: () => ask<Status>("pause"),
    resume: () => ask<Status>("resume"),
    failures: (query: PageQuery, signal?: AbortSignal) => ask<FailureList>("failures", { query, signal }),
    /** Every failed file when left out. */
    retry: (failures?: readonly Failure[]) =>
      ask<RetryAnswer>("retryFailures", { body: failures ? { fileIds: failures.map(({ fileId }) => fileId) } : {} }),
    link: () => ask<Link>("link"),
  };
}
