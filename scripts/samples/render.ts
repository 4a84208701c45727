// Canvas → pixels → the bytes of a picture file.
import sharp, { type Sharp } from "sharp";
import type { Canvas } from "./canvas.ts";
import type { Encoding, Sample } from "./sample.ts";

/** The file of a sample. */
export async function encode(encoding: Encoding, canvases: readonly [Canvas, ...Canvas[]]): Promise<Buffer> {
  if (encoding.format === "svg") return Buffer.from(canvases[0].svg());
  return compress(await picture(canvases), encoding).toBuffer();
}

/** The canvases of a sample: one, or the frames of an animation. */
export function canvasesOf(sample: Sample): readonly [Canvas, ...Canvas[]] {
  const drawn = sample.draw();
  return "svg" in drawn ? [drawn] : drawn;
}

async function picture(canvases: readonly [Canvas, ...Canvas[]]): Promise<Sharp> {
  if (canvases.length === 1) return rendered(canvases[0]);
  const frames = await Promise.all(canvases.map((canvas) => rendered(canvas).png().toBuffer()));
  return sharp(frames, { join: { animated: true } });
}

function rendered({ svg, background }: Canvas): Sharp {
  const drawing = Buffer.from(svg());
  if (!background) return sharp(drawing);
  const { data, width, height } = background;
  return sharp(data, { raw: { width, height, channels: 3 } }).composite([{ input: drawing }]);
}

function compress(image: Sharp, encoding: Encoding): Sharp {
  switch (encoding.format) {
    case "jpeg":
      return jpeg(image, encoding);
    case "png":
      return encoding.colours
        ? image.png({ palette: true, colours: encoding.colours, effort: 10 })
        : image.png({ compressionLevel: 9, adaptiveFiltering: true });
    case "webp":
      return image.webp({
        quality: encoding.quality ?? 80,
        effort: 4,
        ...(encoding.frameMs ? { delay: encoding.frameMs, loop: 0 } : {}),
      });
    case "gif":
      return image.gif({ delay: encoding.frameMs, loop: 0, effort: 10, colours: 64 });
    case "avif":
      return image.flatten().avif({ quality: 60, effort: 6 });
    case "tiff":
      return image.flatten().greyscale().toColourspace("b-w").tiff({ compression: "deflate", predictor: "horizontal" });
    case "svg":
      throw new Error("An SVG needs no pixels");
  }
}

function jpeg(image: Sharp, { quality = 80, progressive, greyscale, sideways }: Encoding & { format: "jpeg" }): Sharp {
  const flat = image.flatten({ background: "#fff" });
  const grey = greyscale ? flat.greyscale().toColourspace("b-w") : flat;
  // EXIF orientation 6: the camera was turned, viewers turn the picture clockwise.
  const turned = sideways ? grey.rotate(270).withMetadata({ orientation: 6 }) : grey;
  return turned.jpeg({ quality, progressive: progressive ?? false, mozjpeg: false });
}
