// Videos, as a few of their frames: ffmpeg (not part of rememe) decodes them, one process a frame. Nothing else of a video is looked at.
import { execFile } from "node:child_process";
import type { VideoPrograms } from "../video-programs.ts";
import { type DecodedImage, decode } from "./decode.ts";
import { PictureProblem } from "./problem.ts";
import type { Frame } from "./scenes.ts";

/** The container, by extension: ffmpeg is told, so that no file can pass for a playlist and lead it elsewhere. */
const CONTAINERS: Readonly<Record<string, string>> = {
  ".mp4": "mov",
  ".m4v": "mov",
  ".mov": "mov",
  ".webm": "matroska",
};

export interface VideoFacts {
  /** Pixels as shown, turned as the camera says. */
  readonly width: number;
  readonly height: number;
  /** Null when the file does not say. */
  readonly durationMs: number | null;
}

interface VideoFile {
  readonly path: string;
  readonly container: string;
}

export interface Video {
  readonly facts: VideoFacts;
  /** One tenth into it, because many begin in the dark. */
  first(): Promise<DecodedImage>;
  /** Further frames, evenly spread. */
  frames(): AsyncGenerator<Frame>;
}

/** Where the frames are taken, as parts of the whole. */
const MOMENTS = [0.1, 0.3, 0.5, 0.7, 0.9] as const;
/** Frames are made no larger: enough for every model and for most texts. */
const LONG_SIDE = 1_920;
const PROBE_LIMIT_MS = 10_000;
const FRAME_LIMIT_MS = 15_000;
const MAX_FRAME_BYTES = 64e6;
/** A single piece of memory; a frame of 8K takes some 130 MB. */
const MAX_ALLOCATION_BYTES = 400_000_000;

export function isVideoPath(path: string): boolean {
  return containerOf(path) !== undefined;
}

function containerOf(path: string): string | undefined {
  return CONTAINERS[(/\.[^./]+$/.exec(path)?.[0] ?? "").toLowerCase()];
}

/**
 * Throws PictureProblem("decode"): "no-video" when there is only sound, "too-many-pixels", "broken-video" with ffmpeg's words, and
 * "video-timeout".
 */
export async function openVideo(
  path: string,
  programs: VideoPrograms,
  maxPixels: number,
  container = containerOf(path) ?? "mov",
): Promise<Video> {
  const file = { path, container };
  const facts = await probe(file, programs);
  if (facts.width * facts.height > maxPixels) {
    throw new PictureProblem(
      "decode",
      "too-many-pixels",
      "The video has more pixels than the limit (setting maxMegapixels).",
    );
  }
  const frameAt = (moment: number): Promise<DecodedImage> =>
    grab(file, programs, { ...facts, atMs: Math.round((facts.durationMs ?? 0) * moment) });

  return {
    facts,
    // A damaged end may hide the rest, but hardly the beginning.
    first: () => frameAt(MOMENTS[0]).catch(() => frameAt(0)),
    async *frames() {
      const { durationMs } = facts;
      if (durationMs === null) return;
      for (const moment of MOMENTS.slice(1)) {
        const image = await frameAt(moment).catch(() => null);
        if (image) yield { frame: null, atMs: Math.round(durationMs * moment), image };
      }
    },
  };
}

interface Probed {
  readonly streams?: readonly {
    readonly width?: number;
    readonly height?: number;
    readonly duration?: string;
    readonly side_data_list?: readonly { readonly rotation?: number }[];
  }[];
  readonly format?: { readonly duration?: string };
}

async function probe(file: VideoFile, { ffprobe }: VideoPrograms): Promise<VideoFacts> {
  const entries = "stream=width,height,duration:stream_side_data=rotation:format=duration";
  const wanted = ["-select_streams", "V:0", "-show_entries", entries, "-of", "json"];
  const answer = await run(ffprobe, [...wanted, ...input(file)], PROBE_LIMIT_MS);
  const { streams, format } = parse(answer);
  const [stream] = streams ?? [];
  if (!stream?.width || !stream.height) {
    throw new PictureProblem("decode", "no-video", "There is no picture in this video file.");
  }
  const isTurned = Math.abs(stream.side_data_list?.find(({ rotation }) => rotation)?.rotation ?? 0) % 180 === 90;
  const seconds = Number(stream.duration ?? format?.duration);
  return {
    width: isTurned ? stream.height : stream.width,
    height: isTurned ? stream.width : stream.height,
    durationMs: seconds > 0 ? seconds * 1_000 : null,
  };
}

function parse(answer: Buffer): Probed {
  try {
    return JSON.parse(answer.toString()) as Probed;
  } catch {
    return {};
  }
}

async function grab(
  file: VideoFile,
  { ffmpeg }: VideoPrograms,
  { width, height, atMs }: Omit<VideoFacts, "durationMs"> & { readonly atMs: number },
): Promise<DecodedImage> {
  const scale = `scale='min(iw,${LONG_SIDE})':'min(ih,${LONG_SIDE})':force_original_aspect_ratio=decrease`;
  const png = await run(
    ffmpeg,
    [
      ...["-nostdin", "-threads", "1", "-ss", (atMs / 1_000).toFixed(3)],
      ...["-max_alloc", String(MAX_ALLOCATION_BYTES)],
      ...[...input(file), "-map", "0:V:0", "-frames:v", "1", "-vf", scale],
      ...["-f", "image2pipe", "-c:v", "png", "-"],
    ],
    FRAME_LIMIT_MS,
  );
  // Nothing is written for a moment behind the last frame.
  if (png.length === 0) throw new PictureProblem("decode", "broken-video", "The video has no frame where it should.");
  return { ...(await decode(png, LONG_SIDE ** 2)), format: "video", width, height, frames: 1 };
}

/** Only this file, whatever it refers to; a colon in its name is no protocol. */
function input({ path, container }: VideoFile): readonly string[] {
  return ["-v", "error", "-protocol_whitelist", "file,pipe", "-f", container, "-i", `file:${path}`];
}

function run(program: string, args: readonly string[], timeoutMs: number): Promise<Buffer> {
  const options = {
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: MAX_FRAME_BYTES,
    encoding: "buffer",
  } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout);
      else if (error.killed)
        reject(new PictureProblem("decode", "video-timeout", "Reading this video takes too long."));
      else reject(problem(stderr.toString(), error));
    });
  });
}

function problem(stderr: string, error: Error & { code?: unknown }): PictureProblem {
  if (error.code === "ENOENT" || error.code === "EACCES") {
    return new PictureProblem("decode", "no-ffmpeg", "ffmpeg is gone, which reads videos. Install it again.", true);
  }
  const said = stderr.trim().split("\n")[0]?.slice(0, 200) ?? "";
  return new PictureProblem(
    "decode",
    "broken-video",
    `The video cannot be read. (${said || error.message.slice(0, 200)})`,
  );
}
