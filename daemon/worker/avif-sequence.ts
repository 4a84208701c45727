// Frames of moving AVIF files. sharp decodes AVIF files that hold a picture; the AV1 decoder in it (libaom) goes through all data of that
// picture and gives the last frame. So the samples up to the one that is wanted are handed to it as the data of one picture.
import { readTrack, type Sample, type Track } from "./avif-track.ts";
import { box, boxesIn, fullBox, inside, u16, u32 } from "./boxes.ts";

export interface AvifSequence {
  readonly frames: number;
  /** Since the beginning. */
  atMs(frame: number): number;
  /** An AVIF file with this one picture; null when the samples are not where they should be. */
  still(frame: number): Buffer | null;
}

/** A picture of a file: what it is made of. */
interface Item {
  readonly track: Track;
  readonly data: Buffer;
}

/** Colours, transparency and what else there is beside them. A track of 300 bytes may claim as many samples as are read of a long one. */
const MAX_TRACKS = 16;

const ALPHA = fullBox("auxC", 0, Buffer.from("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", "latin1"));

/** Null when the file holds no sequence of AV1 pictures. */
export function openAvifSequence(bytes: Uint8Array): AvifSequence | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tracks = tracksOf(file);
  const colour = tracks.find(({ handler }) => handler === "pict" || handler === "vide");
  if (!colour || colour.samples.length === 0) return null;
  const frames = colour.samples.length;
  const alpha = tracks.find(({ handler, samples }) => handler === "auxv" && samples.length === frames);
  return {
    frames,
    atMs: (frame) => colour.samples[frame]?.atMs ?? 0,
    still(frame) {
      const items: Item[] = [];
      for (const track of alpha ? [colour, alpha] : [colour]) {
        const data = dataUpTo(file, track.samples, frame);
        if (!data) return null;
        items.push({ track, data });
      }
      return pictureFile(items);
    },
  };
}

function tracksOf(file: Buffer): readonly Track[] {
  try {
    const tracks = boxesIn(inside(file, "moov")).filter(({ type }) => type === "trak");
    return tracks.slice(0, MAX_TRACKS).flatMap(({ data }) => readTrack(data) ?? []);
  } catch (error) {
    // Boxes that are not there, and numbers that point out of them.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

/** What the decoder needs for this frame, from the last one on that needs no others. */
function dataUpTo(file: Buffer, samples: readonly Sample[], frame: number): Buffer | null {
  const from = samples.findLastIndex(({ isSync }, index) => isSync && index <= frame);
  const needed = samples.slice(Math.max(0, from), frame + 1);
  // Samples may claim to lie over one another; then they are many times the file.
  if (needed.reduce((sum, { bytes }) => sum + bytes, 0) > file.length) return null;
  return Buffer.concat(needed.map(({ at, bytes }) => file.subarray(at, at + bytes)));
}

/** The smallest file that ISO/IEC 23008-12 allows: the first item is the picture, a second one its transparency. */
function pictureFile(items: readonly Item[]): Buffer {
  const type = box("ftyp", Buffer.from("avif"), u32(0), Buffer.from("avifmif1miaf"));
  const { properties, associations } = propertiesOf(items);
  const meta = (dataAt: number): Buffer => {
    const starts = items.map((_, index) => items.slice(0, index).reduce((sum, { data }) => sum + data.length, dataAt));
    const places = items.map(({ data }, index) =>
      Buffer.concat([u16(index + 1, 0, 1), u32(starts[index] ?? 0, data.length)]),
    );
    const infos = items.map((_, index) => fullBox("infe", 2, u16(index + 1, 0), Buffer.from("av01\0")));
    return fullBox(
      "meta",
      0,
      fullBox("hdlr", 0, u32(0), Buffer.from("pict"), Buffer.alloc(13)),
      fullBox("pitm", 0, u16(1)),
      fullBox("iloc", 0, Buffer.from([0x44, 0]), u16(items.length), ...places),
      fullBox("iinf", 0, u16(items.length), ...infos),
      ...(items.length > 1 ? [fullBox("iref", 0, box("auxl", u16(2, 1, 1)))] : []),
      box("iprp", box("ipco", ...properties), fullBox("ipma", 0, u32(items.length), ...associations)),
    );
  };
  const dataAt = type.length + meta(0).length + box("mdat").length;
  return Buffer.concat([type, meta(dataAt), box("mdat", ...items.map(({ data }) => data))]);
}

/** All properties of all items in a row, and for each item the numbers (from 1) of its own. */
function propertiesOf(items: readonly Item[]): { properties: readonly Buffer[]; associations: readonly Buffer[] } {
  const properties: Buffer[] = [];
  const associations = items.map(({ track }, index) => {
    const size = fullBox("ispe", 0, u32(track.width, track.height));
    const own = [size, track.configuration, ...(index === 0 ? track.colours : [ALPHA])];
    const numbers = own.map((property) => properties.push(property));
    return Buffer.concat([u16(index + 1), Buffer.from([numbers.length, ...numbers])]);
  });
  return { properties, associations };
}
