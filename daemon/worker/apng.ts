// Frames of animated PNG files (PNG, third edition; before that the APNG specification 1.0). Each frame is taken out as a PNG of its own,
// which sharp decodes, and drawn over what came before.
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { createCanvas, type Part } from "./apng-canvas.ts";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** Length, type and checksum of a chunk. */
const CHUNK_FRAME_BYTES = 12;
/** A file of 200 MB whose chunks are empty would have 17 million of them. */
const MAX_CHUNKS = 500_000;
/** What decides about the pixels of every frame. */
const SHARED_CHUNKS: ReadonlySet<string> = new Set(["PLTE", "tRNS", "iCCP", "sRGB", "cICP"]);
/** Copied into every frame; colour profiles take some kilobytes. */
const MAX_SHARED_BYTES = 65_536;
const FRAME_CONTROL_BYTES = 26;
/** Canvas, frame and what is put back are in memory at the same time, four bytes a pixel. */
const MAX_CANVAS_PIXELS = 24e6;

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Where the next one begins. */
  readonly end: number;
}

interface FrameControl extends Part {
  readonly delayMs: number;
}

/** What stands before the pixels, and where each frame's control chunk ends. */
interface Apng {
  readonly file: Buffer;
  readonly header: Buffer;
  readonly width: number;
  readonly height: number;
  readonly shared: readonly Chunk[];
  readonly controls: readonly (FrameControl & { readonly end: number })[];
  /** 1 when the picture that other viewers show is no frame of the animation. */
  readonly stills: 0 | 1;
}

export interface ApngFrame {
  /** From 0; where a still picture comes before the animation, that is 0. */
  readonly frame: number;
  readonly atMs: number;
  /** RGBA, the whole picture. */
  readonly rgba: Buffer;
  readonly width: number;
  readonly height: number;
}

/** How many pictures a PNG file holds, the still one included; more than 1 only of an animation. What it says itself is not believed. */
export function countApngFrames(bytes: Uint8Array): number {
  const apng = open(bytes);
  return apng ? Math.max(1, apng.stills + apng.controls.length) : 1;
}

/** The frames with these numbers (ascending), as they are seen. A frame that is damaged or does not fit into the picture ends it. */
export async function* apngFrames(bytes: Uint8Array, numbers: readonly number[]): AsyncGenerator<ApngFrame> {
  const apng = open(bytes);
  if (!apng || apng.width * apng.height > MAX_CANVAS_PIXELS) return;
  const { width, height } = apng;
  const canvas = createCanvas(width, height);
  const last = Math.max(...numbers);
  let atMs = 0;
  for (const [index, control] of apng.controls.entries()) {
    const frame = apng.stills + index;
    const part = frame <= last && fits(control, apng) ? await pixelsOf(apng, control) : null;
    if (!part) return;
    canvas.draw(part, control);
    if (numbers.includes(frame)) yield { frame, atMs, rgba: canvas.copy(), width, height };
    atMs += control.delayMs;
  }
}

function open(bytes: Uint8Array): Apng | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return null;
  let [header, isAnimated, isDrawn, stills]: [Buffer | null, boolean, boolean, 0 | 1] = [null, false, false, 0];
  // Of each type there may be one.
  const shared = new Map<string, Chunk>();
  const controls: Apng["controls"][number][] = [];
  for (const chunk of chunksFrom(file, SIGNATURE.length)) {
    const { type, data, end } = chunk;
    if (type === "IHDR" && data.length >= 13) header ??= data;
    else if (type === "acTL" && !isDrawn) isAnimated = true;
    else if (type === "IDAT") {
      if (!isAnimated) return null;
      if (!isDrawn && controls.length === 0) stills = 1;
      isDrawn = true;
    } else if (type === "fcTL" && data.length >= FRAME_CONTROL_BYTES) controls.push({ ...controlOf(data), end });
    else if (!isDrawn && SHARED_CHUNKS.has(type) && data.length <= MAX_SHARED_BYTES) shared.set(type, chunk);
  }
  if (!header || !isDrawn) return null;
  return {
    file,
    header,
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    shared: [...shared.values()],
    controls,
    stills,
  };
}

/** The last one may be cut off. */
function* chunksFrom(file: Buffer, start: number): Generator<Chunk> {
  let at = start;
  for (let count = 0; count < MAX_CHUNKS && at + CHUNK_FRAME_BYTES <= file.length; count++) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const end = at + CHUNK_FRAME_BYTES + length;
    yield { type, data: file.subarray(at + 8, end - 4), end };
    at = end;
  }
}

function controlOf(data: Buffer): FrameControl {
  return {
    width: data.readUInt32BE(4),
    height: data.readUInt32BE(8),
    x: data.readUInt32BE(12),
    y: data.readUInt32BE(16),
    // A denominator of 0 stands for hundredths of a second.
    delayMs: (data.readUInt16BE(20) * 1_000) / (data.readUInt16BE(22) || 100),
    disposal: data.readUInt8(24),
    blending: data.readUInt8(25),
  };
}

function fits({ x, y, width, height }: FrameControl, canvas: Apng): boolean {
  return width > 0 && height > 0 && x + width <= canvas.width && y + height <= canvas.height;
}

/** RGBA of the part of the picture that a frame changes; null when it cannot be decoded. */
async function pixelsOf({ file, header, shared }: Apng, control: Apng["controls"][number]): Promise<Buffer | null> {
  const { width, height } = control;
  const size = Buffer.from(header);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const compressed: Buffer[] = [];
  for (const { type, data } of chunksFrom(file, control.end)) {
    if (type === "fcTL") break;
    if (type === "IDAT") compressed.push(data);
    // Before the data stands a number, by which the order could be told.
    else if (type === "fdAT") compressed.push(data.subarray(4));
  }
  const png = Buffer.concat([
    ...[SIGNATURE, ...chunk("IHDR", [size]), ...shared.flatMap(({ type, data }) => chunk(type, [data]))],
    ...[...chunk("IDAT", compressed), ...chunk("IEND", [])],
  ]);
  const image = sharp(png, { limitInputPixels: false, failOn: "truncated" }).toColourspace("srgb").ensureAlpha();
  const rgba = await image
    .raw({ depth: "uchar" })
    .toBuffer()
    .catch(() => null);
  return rgba?.length === width * height * 4 ? rgba : null;
}

function chunk(type: string, data: readonly Buffer[]): readonly Buffer[] {
  const [length, name, checksum] = [Buffer.alloc(4), Buffer.from(type, "latin1"), Buffer.alloc(4)];
  length.writeUInt32BE(data.reduce((sum, { length }) => sum + length, 0));
  checksum.writeUInt32BE(data.reduce((sum, part) => crc32(part, sum), crc32(name)));
  return [length, name, ...data, checksum];
}
