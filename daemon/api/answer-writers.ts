// Writes answers as JSON by their schemas, so that nothing else gets out. A writer is compiled when the first answer of its shape is
// written: all of them together take 0.14 s, which the first search after a start would wait for.
import fastJsonStringify, { type Schema } from "fast-json-stringify";
import type { FastifySerializerCompiler } from "fastify";
import type { TSchema } from "typebox";

type Write = (answer: unknown) => string;

/** Fastify's serializer. `shapes`: the named ones that schemas refer to. */
export function createAnswerWriters(shapes: readonly TSchema[]): FastifySerializerCompiler<unknown> {
  const named = Object.fromEntries(shapes.map((shape) => [(shape as { $id?: string }).$id ?? "", shape as Schema]));
  const writers = new Map<string, Write>();
  return ({ schema }) => {
    const key = JSON.stringify(schema);
    return (answer: unknown) => {
      const write = writers.get(key) ?? (fastJsonStringify(schema as Schema, { schema: named }) as Write);
      writers.set(key, write);
      return write(answer);
    };
  };
}
