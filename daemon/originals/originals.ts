// All that is ever done with originals besides reading them: to the Trash and back, a new picture in a folder, a file to paste. Each only
// when a person asks for it (invariant 10).
import { lstat } from "node:fs/promises";
import { dirname } from "node:path";
import type {
  AddPictureAnswer,
  ExportAnswer,
  ExportFormat,
  FolderState,
  ImageDetails,
  ImageFormat,
  RestoreAnswer,
  RevealAnswer,
  TrashAnswer,
  TrashedFile,
} from "../../shared/api.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Exports } from "./exports.ts";
import type { FileManager } from "./file-manager.ts";
import { writeNewPicture } from "./new-picture.ts";
import type { Trash } from "./trash.ts";

interface PictureFile {
  readonly fileId: number;
  readonly folderId: number;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
  readonly online: boolean;
}

/** What originals need of the store. */
export interface OriginalsLibrary {
  filesOf(imageId: number): readonly PictureFile[];
  imageOfContent(contentHash: string): number | null;
  folders(): readonly { readonly id: number; readonly path: string; readonly state: FolderState }[];
  applyChanges(changes: {
    folderId: number;
    directory: string;
    seen: readonly never[];
    returned: readonly number[];
    gone: readonly number[];
  }): void;
  recordTrashed(path: string, trashPath: string | null): TrashedFile;
  trashedFile(id: number): TrashedFile | null;
  forgetTrashed(id: number): void;
}

export interface OriginalsDeps {
  readonly library: OriginalsLibrary;
  readonly trash: Trash;
  readonly fileManager: FileManager;
  readonly exports: Exports;
  /** What a picture is, looked at in another process. Throws AppError when it is none. */
  probe(bytes: Uint8Array): Promise<{ readonly format: ImageFormat; readonly contentHash: string }>;
  /** Something changed at this path. */
  hint(path: string): void;
  now?(): number;
}

export interface Originals {
  reveal(image: ImageDetails, path: string | undefined): Promise<RevealAnswer>;
  trash(image: ImageDetails, paths: readonly string[] | undefined): Promise<TrashAnswer>;
  restore(id: number): Promise<RestoreAnswer>;
  export(image: ImageDetails, as: ExportFormat): Promise<ExportAnswer>;
  add(folderId: number, name: string | undefined, bytes: Uint8Array): Promise<AddPictureAnswer>;
}

export function createOriginals(deps: OriginalsDeps): Originals {
  const { library, now = Date.now } = deps;

  async function moveToTrash(file: PictureFile): Promise<TrashedFile> {
    await assertMovable(file);
    const trashPath = await deps.trash.move(file.path);
    const moved = library.recordTrashed(file.path, trashPath);
    const { folderId, path } = file;
    // At once, not with the next scan: it must not be found any more.
    library.applyChanges({ folderId, directory: dirname(path), seen: [], returned: [], gone: [file.fileId] });
    deps.hint(path);
    return moved;
  }

  return {
    async reveal(image, path) {
      const files = library.filesOf(image.id).filter((file) => path === undefined || file.path === path);
      if (files.length === 0 && path !== undefined) {
        throw new AppError("bad-request", `${path} is not a file of picture ${image.id}.`);
      }
      for (const file of files) {
        if (!file.online || !(await isThere(file))) continue;
        try {
          await deps.fileManager.show(file.path);
        } catch (cause) {
          throw new AppError("reveal-failed", `${file.path} cannot be shown: ${messageOf(cause)}`, { cause });
        }
        return { path: file.path };
      }
      throw goneOrOffline(path ?? image.path, files);
    },

    async trash(image, paths) {
      const files = library.filesOf(image.id);
      const unknown = paths?.find((path) => !files.some((file) => file.path === path));
      if (unknown !== undefined) throw new AppError("bad-request", `${unknown} is not a file of picture ${image.id}.`);
      const moved: TrashedFile[] = [];
      const failed: { path: string; message: string }[] = [];
      for (const file of files) {
        if (paths && !paths.includes(file.path)) continue;
        try {
          moved.push(await moveToTrash(file));
        } catch (error) {
          failed.push({ path: file.path, message: messageOf(error) });
        }
      }
      if (moved.length > 0) return { moved, failed };
      const [first] = failed;
      throw new AppError("trash-failed", first ? `${first.path} was not moved: ${first.message}` : "There is no file.");
    },

    async restore(id) {
      const file = library.trashedFile(id);
      if (!file) throw new AppError("trashed-not-found", `Nothing that was moved to the Trash has the id ${id}.`);
      const { path, trashPath } = file;
      const hint = `Open the Trash and put it back from there; it was at ${path}.`;
      if (trashPath === null) throw new AppError("trash-failed", "Where it lies in the Trash is not known.", { hint });
      try {
        await deps.trash.restore(trashPath, path);
      } catch (cause) {
        throw new AppError("trash-failed", `${path} was not brought back: ${messageOf(cause)}`, { hint, cause });
      }
      library.forgetTrashed(id);
      deps.hint(path);
      return { path };
    },

    async export(image, as) {
      const { contentHash, format, frames } = image;
      const files = library.filesOf(image.id);
      for (const file of files) {
        if (!(await isAsIndexed(file))) continue;
        const version = `${contentHash.slice(0, 32)}-${file.sizeBytes}-${file.modifiedNs}`;
        return deps.exports.file({ path: file.path, version, format, frames }, as);
      }
      const isOffline = files.every(({ online }) => !online);
      if (!isOffline && (await Promise.all(files.map(isThere))).includes(true)) {
        throw new AppError("file-changed", `${image.path} is not the picture any more that was indexed.`);
      }
      throw goneOrOffline(image.path, files);
    },

    async add(folderId, name, bytes) {
      const folder = library.folders().find(({ id }) => id === folderId);
      if (!folder) throw new AppError("folder-not-found", `There is no watched folder ${folderId}.`);
      if (folder.state === "offline") throw new AppError("folder-offline", `${folder.path} is not connected.`);
      const { format, contentHash } = await deps.probe(bytes);
      const imageId = library.imageOfContent(contentHash);
      const known = imageId === null ? [] : library.filesOf(imageId).filter((file) => file.folderId === folderId);
      for (const file of known) if (await isAsIndexed(file)) return { path: file.path, added: false };
      const path = await writeNewPicture(folder.path, name, format, bytes, new Date(now()));
      deps.hint(path);
      return { path, added: true };
    },
  };
}

function goneOrOffline(path: string, files: readonly PictureFile[]): AppError {
  const isOffline = files.every(({ online }) => !online);
  return isOffline
    ? new AppError("folder-offline", `${path} is on a disk that is not connected.`)
    : new AppError("file-missing", `${path} is gone.`);
}

async function isThere({ path }: PictureFile): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** Pictures that a program keeps in a package of its own; moving one would break its library. */
const PACKAGE = /\.(?:photoslibrary|photolibrary|aplibrary|lrdata|lrlibrary)\//i;

/** Only what was indexed is moved: the file may have become another picture meanwhile. */
async function assertMovable(file: PictureFile): Promise<void> {
  if (!file.online) throw new Error("it is on a disk that is not connected");
  if (PACKAGE.test(file.path)) throw new Error("it belongs to the library of another program; delete it there");
  if (!(await isAsIndexed(file))) throw new Error("it is gone, or not the picture any more that was indexed");
}

async function isAsIndexed({ path, sizeBytes, modifiedNs }: PictureFile): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  return found?.isFile() === true && found.size === BigInt(sizeBytes) && found.mtimeNs === modifiedNs;
}
