// Animated PNG and AVIF files that tests make for themselves: sharp encodes each frame, the containers are put together here.
import sharp from "sharp";
import { box, boxesIn, fullBox, inside, u16, u32 } from "../../daemon/worker/boxes.ts";
import { chunk, SIGNATURE } from "./png-chunks.ts";

export interface ApngPart {
  readonly colour: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly disposal?: number;
  readonly blending?: number;
  /** Takes the place of what was encoded. */
  readonly data?: Buffer;
}

const [WIDTH, HEIGHT] = [64, 48];

/** An APNG of 64 × 48 pixels, each part shown for 100 ms. */
export async function apng(
  parts: readonly ApngPart[],
  { still, told = parts.length }: { readonly still?: string; readonly told?: number } = {},
): Promise<Buffer> {
  let number = 0;
  const chunks: Buffer[] = [];
  if (still !== undefined) chunks.push(chunk("IDAT", (await encoded(still, WIDTH, HEIGHT)).pixels));
  for (const [index, part] of parts.entries()) {
    const { x = 0, y = 0, width = WIDTH, height = HEIGHT, disposal = 0, blending = 0 } = part;
    const control = Buffer.concat([
      u32(number++, width, height, x, y),
      u16(10, 100),
      Buffer.from([disposal, blending]),
    ]);
    const data = part.data ?? (await encoded(part.colour, width || WIDTH, height)).pixels;
    const isFirst = index === 0 && still === undefined;
    chunks.push(
      chunk("fcTL", control),
      isFirst ? chunk("IDAT", data) : chunk("fdAT", Buffer.concat([u32(number++), data])),
    );
  }
  const { header } = await encoded("black", WIDTH, HEIGHT);
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("acTL", u32(told, 0)), ...chunks, chunk("IEND")]);
}

async function encoded(background: string, width: number, height: number) {
  const png = await sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer();
  const found: Record<string, Buffer> = {};
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    found[png.toString("latin1", at + 4, at + 8)] = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
  }
  return { header: found.IHDR ?? Buffer.alloc(0), pixels: found.IDAT ?? Buffer.alloc(0) };
}

/** A moving AVIF of 64 × 48 pixels, ten frames a second, without a still picture beside. `syncs` are the frames (from 1) that the decoder may begin with. */
export async function avifSequence(
  colours: readonly string[],
  { syncs = [1], count = colours.length }: { readonly syncs?: readonly number[]; readonly count?: number } = {},
): Promise<Buffer> {
  const stills = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } })
        .avif()
        .toBuffer(),
    ),
  );
  const [first = Buffer.alloc(0)] = stills;
  const samples = stills.map((still) => inside(still, "mdat"));
  const type = box("ftyp", Buffer.from("avis"), u32(0), Buffer.from("avifavismsf1mif1miaf"));
  const meta = inside(first, "meta").subarray(4);
  const configuration = boxesIn(inside(meta, "iprp", "ipco")).find((each) => each.type === "av1C")?.whole;
  const visual = Buffer.alloc(78);
  visual.writeUInt16BE(WIDTH, 24);
  visual.writeUInt16BE(HEIGHT, 26);
  const moov = (at: number): Buffer => {
    const tables = box(
      "stbl",
      fullBox("stsd", 0, u32(1), box("av01", visual, configuration ?? Buffer.alloc(0))),
      fullBox("stts", 0, u32(1, count, 1)),
      fullBox("stss", 0, u32(syncs.length, ...syncs)),
      fullBox("stsc", 0, u32(1, 1, count, 1)),
      fullBox("stsz", 0, u32(0, count, ...samples.map(({ length }) => length))),
      fullBox("stco", 0, u32(1, at)),
    );
    const handler = fullBox("hdlr", 0, u32(0), Buffer.from("pict"), Buffer.alloc(13));
    return box(
      "moov",
      box("trak", box("mdia", fullBox("mdhd", 0, u32(0, 0, 10, count, 0)), handler, box("minf", tables))),
    );
  };
  return Buffer.concat([type, moov(type.length + moov(0).length + 8), box("mdat", ...samples)]);
}
