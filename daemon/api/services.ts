// What the API asks of the rest of the daemon. Handlers validate, call one of these, and map errors; nothing else.
import type {
  AddPictureAnswer,
  CheckAnswer,
  DaemonEvent,
  DuplicateList,
  EmbedAnswer,
  ExportAnswer,
  ExportFormat,
  FailureList,
  Folder,
  Health,
  Image,
  ImageDetails,
  MarkRequest,
  ModelList,
  PageQuery,
  RandomQuery,
  RestoreAnswer,
  RevealAnswer,
  SearchAnswer,
  SearchQuery,
  SimilarQuery,
  Status,
  TagList,
  TrashAnswer,
  TrashedList,
  UseRequest,
} from "../../shared/api.ts";

/** What a vector can be had of. */
export type Embeddable = { readonly text: string } | { readonly path: string } | { readonly bytes: Uint8Array };

export interface Services {
  health(): Health;
  status(): Status;
  /** Calls back on every event until the returned function is called. */
  subscribe(listener: (event: DaemonEvent) => void): () => void;

  search(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer>;
  similarToImage(imageId: number, query: SimilarQuery, signal: AbortSignal): Promise<SearchAnswer>;
  /** A picture anywhere on this machine, or its bytes. */
  similarToPicture(
    picture: { path: string } | { bytes: Uint8Array },
    query: SimilarQuery,
    signal: AbortSignal,
  ): Promise<SearchAnswer>;

  image(imageId: number): ImageDetails;
  /** Absolute path of the thumbnail, or that of a scene (from 1); throws image-not-found. */
  thumbnail(imageId: number, scene?: number): string;
  /** Absolute path and type of the original; throws image-not-found, folder-offline, file-missing. */
  file(imageId: number): { path: string; mediaType: string };

  /** Throws image-not-found when there is none. */
  random(query: RandomQuery): Image;
  tags(): TagList["tags"];
  mark(imageId: number, marks: MarkRequest): ImageDetails;
  /** False when recording is switched off. */
  recordUse(imageId: number, use: UseRequest): boolean;
  forgetUses(): number;
  exportImage(imageId: number, as: ExportFormat): Promise<ExportAnswer>;
  duplicates(page: PageQuery): DuplicateList;
  reveal(imageId: number, path: string | undefined): Promise<RevealAnswer>;
  trash(imageId: number, paths: readonly string[] | undefined): Promise<TrashAnswer>;
  trashed(page: PageQuery): TrashedList;
  restore(id: number): Promise<RestoreAnswer>;

  addPicture(folderId: number, name: string | undefined, bytes: Uint8Array): Promise<AddPictureAnswer>;
  folders(): readonly Folder[];
  addFolder(path: string): Promise<Folder>;
  /** Resolves when none of its pictures is found any more. */
  removeFolder(folderId: number): Promise<void>;
  rescan(folderId: number | undefined): void;
  pause(): void;
  resume(): void;
  failures(page: PageQuery): FailureList;
  retryFailures(fileIds: readonly number[] | undefined): number;

  models(): ModelList;
  /** Throws model-unknown, model-invalid, no-network; nothing is changed then. */
  useModel(name: string): Promise<void>;
  embed(what: Embeddable): Promise<EmbedAnswer>;

  /** Looks through the library; mends what does not fit together when `repair`. */
  check(repair: boolean): Promise<CheckAnswer>;
  /** Path of a verified copy of the library, made for this call; whoever called removes it. */
  backup(): Promise<string>;
}
