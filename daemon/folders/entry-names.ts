// Which files and directories are looked at, as far as their names tell. What a .rememeignore says is decided in
// ignore-rules.ts.
import { homedir } from "node:os";
import { basename, dirname, extname, join } from "node:path";

/** A file of rules in gitignore syntax, for its directory and everything below. */
export const RULES_FILE = ".rememeignore";

/** A directory that holds one of these is left out, as Android's gallery and Spotlight do. */
export const MARKER_FILES: readonly string[] = [".nomedia", ".metadata_never_index"];

/** What the decoder reads. */
const PICTURE_EXTENSIONS: ReadonlySet<string> = new Set([
  ...[".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif", ".avifs", ".tif", ".tiff", ".svg"],
  ...[".heic", ".heif", ".hif", ".jxl", ".psd", ".bmp", ".dib"],
  ...[
    ".arw",
    ".cr2",
    ".cr3",
    ".crw",
    ".dng",
    ".erf",
    ".nef",
    ".nrw",
    ".orf",
    ".pef",
    ".raf",
    ".rw2",
    ".sr2",
    ".srf",
    ".srw",
  ],
]);

/**
 * Directories that are one thing to their owner (a library, an application, an unfinished download), by extension.
 * Pictures inside are previews, caches or proxies: Lightroom's *.lrdata alone can hold as many as the library itself.
 */
const PACKAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  ...[".photoslibrary", ".photolibrary", ".migratedphotolibrary", ".aplibrary", ".imovielibrary", ".fcpbundle"],
  ...[".lrdata", ".lrcat-data", ".lrlibrary", ".cocatalog", ".app", ".bundle", ".framework", ".noindex", ".download"],
]);

/** Lower case. Directories that systems and tools make for themselves. */
const SYSTEM_DIRECTORIES: ReadonlySet<string> = new Set([
  ...["@eadir", "#recycle", "#snapshot", "$recycle.bin", "recycler", "system volume information", "lost+found"],
  ...["network trash folder", "temporary items", "__macosx", "node_modules"],
]);

const VIDEO_EXTENSIONS: ReadonlySet<string> = new Set([".mp4", ".m4v", ".mov", ".webm"]);
const PDF_EXTENSION = ".pdf";

/** What counts as a picture only where something can read it and it is wanted. */
export interface WantedKinds {
  readonly videos: boolean;
  readonly pdfs: boolean;
}

const PICTURES_ONLY: WantedKinds = { videos: false, pdfs: false };

/** A picture by its name: a known extension, not hidden. `photo.jpg.part` and `photo.jpg.crdownload` are none yet. */
export function isPictureName(name: string, wanted = PICTURES_ONLY): boolean {
  if (name.startsWith(".")) return false;
  const extension = extname(name).toLowerCase();
  if (extension === PDF_EXTENSION) return wanted.pdfs;
  return PICTURE_EXTENSIONS.has(extension) || (wanted.videos && VIDEO_EXTENSIONS.has(extension));
}

/**
 * A directory that is never entered: hidden, a package, or a system's own. A watched root is exempt: someone chose it.
 */
export function isIgnoredDirectoryName(name: string): boolean {
  const lower = name.toLowerCase();
  return name.startsWith(".") || SYSTEM_DIRECTORIES.has(lower) || PACKAGE_EXTENSIONS.has(extname(lower));
}

/** A file whose coming, going or changing decides about the whole directory around it. */
export function isRuleFileName(name: string): boolean {
  return name === RULES_FILE || MARKER_FILES.includes(name);
}

/**
 * Absolute directories that are never entered from above: rememe's own (its thumbnails are pictures, too), and on macOS
 * ~/Library, where caches live and every other directory would open a permission dialog. A root inside ~/Library is
 * entered: someone chose it.
 */
export function excludedDirectories(
  ownDirectory: string,
  platform: NodeJS.Platform = process.platform,
  home = homedir(),
): ReadonlySet<string> {
  return new Set(platform === "darwin" ? [ownDirectory, join(home, "Library")] : [ownDirectory]);
}

/** True when `path` is `directory` or below it. Both absolute, without a trailing slash. */
export function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

/**
 * Says of a path below a root whether a watcher may leave it out. `stats` is missing while nothing is known but the
 * name.
 */
export type WatchFilter = (root: string, path: string, stats?: { isDirectory(): boolean }) => boolean;

/** For a WatchFilter: what something would be if it were one. */
export const A_DIRECTORY = { isDirectory: () => true } as const;
export const A_FILE = { isDirectory: () => false } as const;

/** The filter for the watcher: by names only, reads nothing. Rule files pass, so that a change of rules is seen. */
export function createWatchFilter(ownDirectory: string, wanted = PICTURES_ONLY): WatchFilter {
  const excluded = excludedDirectories(ownDirectory);

  function entersDirectory(root: string, path: string): boolean {
    for (let at = path; at !== root && at.length > root.length; at = dirname(at)) {
      if (excluded.has(at) || isIgnoredDirectoryName(basename(at))) return false;
    }
    return true;
  }

  return (root, path, stats) => {
    if (!path.startsWith(`${root}/`)) return false;
    const name = basename(path);
    if (!entersDirectory(root, dirname(path))) return true;
    if (isRuleFileName(name)) return false;
    if (stats === undefined) return !isPictureName(name, wanted) && !entersDirectory(root, path);
    return stats.isDirectory() ? !entersDirectory(root, path) : !isPictureName(name, wanted);
  };
}
