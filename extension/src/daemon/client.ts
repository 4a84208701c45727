// The API in verbs. Knows nothing of Raycast: the places come from the caller, so that tests can drive it alone.
import type {
  AddPictureAnswer,
  ExportAnswer,
  ExportFormat,
  Failure,
  FailureList,
  Folder,
  FolderList,
  Image,
  ImageDetails,
  Link,
  MarkRequest,
  PageQuery,
  RandomQuery,
  RestoreAnswer,
  RetryAnswer,
  SearchAnswer,
  SearchQuery,
  Status,
  TagList,
  TrashAnswer,
  UseAnswer,
  UseRequest,
} from "../contract";
import { createConnector } from "./connect";
import type { Places } from "./places";
import { type Request, type RouteName, send } from "./request";

/** What the daemon answers from memory. */
const QUICK_MS = 5_000;
const NOTE_MS = 1_000;

export type Client = ReturnType<typeof createClient>;

/** Every verb throws DaemonError, or an AbortError when its signal is aborted. `findPlaces` is asked each time. */
export function createClient(findPlaces: () => Places) {
  const connect = createConnector();
  async function ask<T>(name: RouteName, request: Request = {}): Promise<T> {
    const places = findPlaces();
    return (await send(await connect(places), places, name, request)) as T;
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
    random: (query: RandomQuery = {}) => ask<Image>("random", { query }),
    /** A file that any program of this user can read. */
    exportFile: (id: number, as: ExportFormat) => ask<ExportAnswer>("exportImage", { id, body: { as } }),
    /** A person waits for the window to close: what takes longer is given up. */
    recordUse: (id: number, body: UseRequest) => ask<UseAnswer>("recordUse", { id, body, timeoutMs: NOTE_MS }),
    mark: (id: number, body: MarkRequest) => ask<ImageDetails>("mark", { id, body }),
    tags: async (signal?: AbortSignal) => (await ask<TagList>("tags", { signal, timeoutMs: QUICK_MS })).tags,
    /** All files of the picture. */
    trash: (id: number) => ask<TrashAnswer>("trash", { id, body: {} }),
    restore: (trashedId: number) => ask<RestoreAnswer>("restore", { id: trashedId }),
    /** @param name without extension; one with the date when left out */
    addPicture: (folderId: number, picture: Uint8Array, name?: string) =>
      ask<AddPictureAnswer>("addPicture", { id: folderId, picture, query: { name } }),
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
