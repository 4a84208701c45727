// Finds where text stands in a picture. The network's answer is turned into boxes by the paddleocr package.
import { type InferenceSession, Tensor } from "onnxruntime-node";
import { type Box, DetectionService, type Image, type OrtInferenceSession, type OrtModule } from "paddleocr";

/** Corners clockwise from the top left, in pixels. */
export type Quad = NonNullable<Box["points"]>;

export type Detect = (image: Image) => Promise<readonly Quad[]>;

/** PP-OCR's own settings for its detection network (PaddleOCR, `tools/infer/utility.py`), channels in the order of OpenCV. */
const PP_OCR_DETECTION = {
  channelOrder: "bgr",
  textPixelThreshold: 0.3,
  boxScoreThreshold: 0.6,
  unclipRatio: 1.5,
  limitType: "max",
} as const;

/** A detector that looks at the picture with its long side at most `maxSide` pixels. */
export function createDetector(session: InferenceSession, maxSide: number): Detect {
  // The package's own types for the runtime are narrower than the runtime's; it calls nothing but this constructor and `run`.
  const ort = { Tensor, InferenceSession: { create: async () => session } } as unknown as OrtModule;
  const service = new DetectionService(ort, session as OrtInferenceSession, {
    ...PP_OCR_DETECTION,
    maxSideLength: maxSide,
  });
  return async (image) =>
    (await service.run(image)).flatMap((box) => (box.points && isConvex(box.points) ? [box.points] : []));
}

/** Boxes cut off by the edge of the picture can collapse; cutting along those would throw. */
function isConvex(quad: Quad): boolean {
  return quad.every((corner, index) => {
    const next = quad[(index + 1) % 4] ?? corner;
    const after = quad[(index + 2) % 4] ?? corner;
    return (next.x - corner.x) * (after.y - next.y) - (next.y - corner.y) * (after.x - next.x) > 0;
  });
}
