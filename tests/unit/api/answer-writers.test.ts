import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnswerWriters } from "../../../daemon/api/answer-writers.ts";
import { SHAPES } from "../../../daemon/api/schemas.ts";
import type { SearchAnswer } from "../../../shared/api.ts";

type Route = Parameters<ReturnType<typeof createAnswerWriters>>[0];

const write = (shape: string, answer: unknown): unknown =>
  JSON.parse(createAnswerWriters(SHAPES)({ schema: { $ref: `${shape}#` } } as Route)(answer));

const ANSWER: SearchAnswer = {
  hits: [
    {
      image: {
        id: 7,
        path: "/pictures/dog.jpg",
        name: "dog.jpg",
        folderId: 1,
        format: "jpeg",
        width: 640,
        height: 480,
        frames: 1,
        sizeBytes: 1_234,
        modifiedAtMs: 5,
        offline: false,
        copies: 1,
        favourite: false,
        hidden: false,
        tags: ["dog"],
        thumbnailUrl: "/v1/images/7/thumbnail",
        thumbnailPath: null,
      },
      scene: { frame: null, atMs: 1_500 },
      section: "match",
      similarCopies: 0,
      score: 0.5,
      strong: true,
      why: [
        { kind: "visual", rank: 1, similarity: 0.25 },
        {
          kind: "text",
          field: "ocr",
          rank: 2,
          words: ["dog"],
          snippet: "… dog",
          marks: [{ word: "dog", start: 2, end: 5 }],
          boxes: [{ word: "dog", x: 0, y: 0.5, width: 1, height: 0.25 }],
        },
        { kind: "use", rank: 3 },
      ],
    },
  ],
  nextOffset: null,
  tookMs: 1.5,
  q: "dog",
  visual: true,
  reading: [],
  notices: ["one"],
};

test("what may be null and what is of several kinds is written as it is", () => {
  assert.deepEqual(write("SearchAnswer", ANSWER), ANSWER);
  const others: SearchAnswer = {
    ...ANSWER,
    q: null,
    nextOffset: 30,
    hits: ANSWER.hits.map((hit) => ({ ...hit, scene: null })),
  };
  assert.deepEqual(write("SearchAnswer", others), others);
});

test("nothing gets out that the contract does not name, however deep", () => {
  const secret = { token: "secret" };
  const leaking = {
    ...ANSWER,
    ...secret,
    hits: ANSWER.hits.map((hit) => ({
      ...hit,
      ...secret,
      image: { ...hit.image, ...secret },
      scene: { ...hit.scene, ...secret },
      why: hit.why.map((reason) => ({ ...reason, ...secret })),
    })),
  };
  assert.deepEqual(write("SearchAnswer", leaking), ANSWER);
});

test("an answer that lacks what the contract promises is an error", () => {
  const { hits: _, ...rest } = ANSWER;
  assert.throws(() => write("SearchAnswer", rest), /hits/);
});

test("every shape can be written", () => {
  for (const shape of SHAPES) {
    const writer = createAnswerWriters(SHAPES)({ schema: shape } as Route);
    // Compiled before it finds that there is nothing to write.
    assert.throws(
      () => writer(undefined),
      (error: Error) => !/schema/.test(error.message),
    );
  }
  assert.ok(SHAPES.length > 20);
});
