// Searches as the user types: the request before is given up, the results before stay until new ones are there.
import { useCachedPromise } from "@raycast/utils";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Folder, OnlyMarked, PageQuery, QueryReading, SearchAnswer } from "../contract";
import { asDaemonError, DaemonError, isUnreachable } from "../daemon/errors";
import { type Picture, pictureOf } from "../picture";
import { readPicture } from "../read-picture";
import { rememe } from "../rememe";
import { isWorking } from "../words";
import type { Library } from "./use-library";

/** A multiple of the usual column counts, and few enough that a page is drawn at once. */
const PAGE_SIZE = 48;

/** What is searched for; JSON, because it is the key of the cache. */
export type Wanted =
  | { readonly kind: "words"; readonly q: string; readonly folderId?: number; readonly only?: OnlyMarked }
  | { readonly kind: "like-image"; readonly id: number }
  | { readonly kind: "like-file"; readonly path: string };

/** The search in words that stay true; "" for everything, and for likes of a picture, whose number may be another's one day. */
export function queryOf(wanted: Wanted, folders: readonly Folder[]): string {
  if (wanted.kind !== "words" || wanted.q.startsWith("similar:")) return "";
  const { q, folderId, only } = wanted;
  const folder = folders.find(({ id }) => id === folderId);
  if (folderId !== undefined && !folder) return "";
  return [only && MARKS[only], folder && `in:"${folder.path}"`, q].filter(Boolean).join(" ");
}

const MARKS: Record<OnlyMarked, string> = { favourite: "is:favorite", hidden: "is:hidden" };

export interface Found {
  readonly pictures: readonly Picture[];
  readonly isLoading: boolean;
  readonly error: DaemonError | null;
  readonly reading: readonly QueryReading[];
  readonly notices: readonly string[];
  readonly pagination: { pageSize: number; hasMore: boolean; onLoadMore: () => void } | undefined;
  /** Asks again, keeping what is shown until then. */
  again(): void;
}

interface About {
  readonly reading: readonly QueryReading[];
  readonly notices: readonly string[];
}

const NOTHING: About = { reading: [], notices: [] };

export function useSearch(wanted: Wanted): Found {
  const abortable = useRef<AbortController | null>(null);
  const [about, setAbout] = useState<About>(NOTHING);
  const { data, error, isLoading, pagination, revalidate } = useCachedPromise(
    (asked: Wanted) =>
      async ({ cursor }: { page: number; cursor?: number }) => {
        const answer = await search(asked, cursor ?? 0, abortable.current?.signal);
        if (!cursor) setAbout({ reading: answer.reading, notices: answer.notices });
        return {
          data: answer.hits.map(pictureOf),
          hasMore: answer.nextOffset !== null,
          cursor: answer.nextOffset ?? undefined,
        };
      },
    [wanted],
    { abortable, keepPreviousData: true, initialData: [], onError: keepForTheScreen },
  );
  const again = useCallback(() => void revalidate(), [revalidate]);
  return {
    pictures: data,
    isLoading,
    error: error ? asDaemonError(error) : null,
    ...about,
    pagination,
    again,
  };
}

/**
 * Asks again when the daemon is back; and when pictures came or went, but not while they come or under the hands of somebody who scrolls.
 *
 * @param isOverview the newest pictures are shown
 */
export function useFreshness(found: Found, { status, report }: Library, isOverview: boolean): void {
  const { again, error, isLoading, pictures } = found;
  const seen = useRef<number | null>(null);
  const isReachable = status !== null;
  const images = status?.counts.images ?? 0;
  const isBusy = status !== null && isWorking(status);
  useEffect(() => {
    if (error && isReachable && isUnreachable(error)) report(error);
  }, [error]);
  useEffect(() => {
    if (error && isReachable && !isLoading) again();
  }, [isReachable]);
  useEffect(() => {
    if (status === null || images === seen.current) return;
    const isFirstLook = seen.current === null;
    const isOld = pictures.length === 0 || (isOverview && !isFirstLook && !isBusy && pictures.length <= PAGE_SIZE);
    if (isFirstLook || isOld) seen.current = images;
    if (isOld && images > 0 && !isLoading) again();
  }, [images, isBusy, status === null]);
}

function search(wanted: Wanted, offset: number, signal: AbortSignal | undefined): Promise<SearchAnswer> {
  const page = { limit: PAGE_SIZE, offset };
  if (wanted.kind === "like-image") return rememe.similarToImage(wanted.id, page, signal);
  if (wanted.kind === "like-file") return likesOfFile(wanted.path, page, signal);
  const { q, folderId, only } = wanted;
  return rememe.search({ q, folderId, only, ...page }, signal);
}

/** Raycast may read folders that the daemon may not: then it gets the picture itself. */
async function likesOfFile(path: string, page: PageQuery, signal: AbortSignal | undefined): Promise<SearchAnswer> {
  try {
    return await rememe.similarToFile(path, page, signal);
  } catch (error) {
    if (!(error instanceof DaemonError) || error.code !== "folder-unreadable") throw error;
    const picture = await readPicture(path).catch(() => null);
    if (picture === null) throw error;
    return rememe.similarToPicture(picture, page, signal);
  }
}

/** The view shows a failure as a whole screen with the way out; a toast on top would be noise. */
function keepForTheScreen(): void {}
