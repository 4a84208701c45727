// A track of AV1 pictures in an AVIF file, as its tables tell: where each sample is, and when it is shown.
import { boxesIn, inside } from "./boxes.ts";

export interface Sample {
  readonly at: number;
  readonly bytes: number;
  /** Decoding can begin here. */
  readonly isSync: boolean;
  /** Since the beginning. */
  readonly atMs: number;
}

export interface Track {
  /** "pict" or "vide": colours; "auxv": something beside them, such as transparency. */
  readonly handler: string;
  readonly width: number;
  readonly height: number;
  readonly samples: readonly Sample[];
  /** Boxes that say how the samples are decoded (av1C) and which colours they mean (colr). */
  readonly configuration: Buffer;
  readonly colours: readonly Buffer[];
}

/** Version and flags, and how many entries follow. */
const TABLE_HEAD_BYTES = 8;
/** Of a sample entry: its own head, and what stands in it before its boxes. */
const ENTRY_HEAD_BYTES = 8;
const VISUAL_ENTRY_BYTES = 78;
/** More than anybody looks at. */
const MAX_SAMPLES = 10_000;

/** Throws RangeError when the tables are damaged; null when these are no AV1 pictures. */
export function readTrack(track: Buffer): Track | null {
  const media = inside(track, "mdia");
  const description = inside(media, "minf", "stbl", "stsd").subarray(TABLE_HEAD_BYTES);
  const entry = boxesIn(description).find(({ type }) => type === "av01");
  if (!entry) return null;
  const details = boxesIn(entry.whole.subarray(ENTRY_HEAD_BYTES + VISUAL_ENTRY_BYTES));
  const configuration = details.find(({ type }) => type === "av1C");
  if (!configuration) return null;
  return {
    handler: inside(media, "hdlr").toString("latin1", 8, 12),
    width: entry.data.readUInt16BE(24),
    height: entry.data.readUInt16BE(26),
    samples: readSamples(inside(media, "minf", "stbl"), timescaleOf(inside(media, "mdhd"))),
    configuration: configuration.whole,
    colours: details.filter(({ type }) => type === "colr").map(({ whole }) => whole),
  };
}

/** Units a second. */
function timescaleOf(header: Buffer): number {
  return header.readUInt32BE(header[0] === 1 ? 20 : 12) || 1;
}

function readSamples(tables: Buffer, timescale: number): readonly Sample[] {
  const types = new Set(boxesIn(tables).map(({ type }) => type));
  const sizes = sizesOf(inside(tables, "stsz"));
  const chunks = types.has("co64")
    ? tableOf(inside(tables, "co64"), 8, (row) => Number(row.readBigUInt64BE(0)))
    : tableOf(inside(tables, "stco"), 4, (row) => row.readUInt32BE(0));
  const runs = tableOf(inside(tables, "stsc"), 12, (row) => [row.readUInt32BE(0), row.readUInt32BE(4)] as const);
  const times = tableOf(inside(tables, "stts"), 8, (row) => [row.readUInt32BE(0), row.readUInt32BE(4)] as const);
  const syncs = types.has("stss") ? new Set(tableOf(inside(tables, "stss"), 4, (row) => row.readUInt32BE(0))) : null;
  const samples: Sample[] = [];
  const clock = clockOf(times);
  let run = 0;
  for (const [index, start] of chunks.entries()) {
    while ((runs[run + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= index + 1) run++;
    let at = start;
    for (let left = runs[run]?.[1] ?? 0; left > 0; left--) {
      const bytes = sizes[samples.length];
      if (bytes === undefined) return samples;
      const isSync = syncs?.has(samples.length + 1) ?? true;
      samples.push({ at, bytes, isSync, atMs: (clock.next().value * 1_000) / timescale });
      at += bytes;
    }
  }
  return samples;
}

function sizesOf(table: Buffer): readonly number[] {
  const [each, count] = [table.readUInt32BE(4), table.readUInt32BE(8)];
  if (each > 0) return Array.from({ length: Math.min(count, MAX_SAMPLES) }, () => each);
  return tableOf(table.subarray(4), 4, (row) => row.readUInt32BE(0));
}

/** No more than is there, whatever the table says. */
function tableOf<T>(table: Buffer, rowBytes: number, read: (row: Buffer) => T): readonly T[] {
  const room = Math.floor((table.length - TABLE_HEAD_BYTES) / rowBytes);
  const count = Math.min(table.readUInt32BE(4), room, MAX_SAMPLES);
  return Array.from({ length: count }, (_, index) => read(table.subarray(TABLE_HEAD_BYTES + index * rowBytes)));
}

/** When one sample after the other is shown, in units of the track. */
function* clockOf(times: readonly (readonly [count: number, duration: number])[]): Generator<number, number> {
  let now = 0;
  for (const [count, duration] of times) {
    for (let left = count; left > 0; left--, now += duration) yield now;
  }
  for (;;) yield now;
}
