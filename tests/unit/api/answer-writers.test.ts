import assert from "node:assert/strict";
import { test } from "node:test";
import { createAnswerWriters } from "../../../daemon/api/answer-writers.ts";
import { SHAPES } from "../../../daemon/api/schemas.ts";
import type { SearchAnswer } from "../../../shared/api.ts";
import { ANSWER as FOUND } from "../../contract/api-fixture.ts";

type Route = Parameters<ReturnType<typeof createAnswerWriters>>[0];

const write = (shape: string, answer: unknown): unknown =>
  JSON.parse(createAnswerWriters(SHAPES)({ schema: { $ref: `${shape}#` } } as Route)(answer));

const ANSWER: SearchAnswer = {
  ...FOUND,
  hits: FOUND.hits.map((hit) => ({
    ...hit,
    scene: { frame: null, atMs: 1_500 },
    why: [...hit.why, { kind: "use", rank: 3 }],
  })),
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
