// Writes answers as JSON by their schemas, so that nothing else gets out. A writer is compiled when the first answer of its shape is
// written: all of them together take 0.1 s, which the first search after a start would wait for.
import fastJsonStringify, { type Schema } from "fast-json-stringify";
import type { FastifySerializerCompiler } from "fastify";
import type { TSchema } from "typebox";

type Write = (answer: unknown) => string;

/** Fastify's serializer. `shapes`: the named ones that schemas refer to. */
export function createAnswerWriters(shapes: readonly TSchema[]): FastifySerializerCompiler<unknown> {
  const named = new Map(shapes.map((shape) => [`${(shape as Node).$id}#`, shape as Node]));
  const writers = new Map<string, Write>();
  return ({ schema }) => {
    const key = JSON.stringify(schema);
    return (answer: unknown) => {
      const write = writers.get(key) ?? (fastJsonStringify(plain(schema as Node, named) as Schema) as Write);
      writers.set(key, write);
      return write(answer);
    };
  };
}

/** What is looked at of a JSON schema. */
interface Node {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
}

/**
 * The same shape without alternatives, which a writer would tell apart by validators that take the event loop 10 ms to compile: what may be
 * null is nullable, and objects of several kinds are one with the properties of all of them. References are written out.
 */
function plain(schema: Node, named: ReadonlyMap<string, Node>): Node & { readonly nullable?: boolean } {
  const { $id, $ref, anyOf, ...rest } = schema;
  if ($ref !== undefined) return plain(named.get($ref) ?? { $ref }, named);
  if (anyOf) {
    const kinds = anyOf.filter(({ type }) => type !== "null").map((kind) => plain(kind, named));
    return { ...kinds.reduce(both), ...(kinds.length < anyOf.length ? { nullable: true } : {}) };
  }
  const { properties, items } = rest;
  return {
    ...rest,
    ...(properties && { properties: mapped(properties, (property) => plain(property, named)) }),
    ...(items && { items: plain(items, named) }),
  };
}

/** An object of either kind. What they both have is of one type, the name of the kind foremost. */
function both(a: Node, b: Node): Node {
  const shared = new Set(Object.keys(a.properties ?? {}).filter((name) => b.properties?.[name]));
  const typeAlone = ({ type }: Node): Node => (type === undefined ? {} : { type });
  const properties = mapped({ ...a.properties, ...b.properties }, (property, name) =>
    shared.has(name) ? typeAlone(property) : property,
  );
  const required = (a.required ?? []).filter((name) => b.required?.includes(name));
  return { type: "object", properties, required };
}

function mapped(
  properties: Readonly<Record<string, Node>>,
  change: (property: Node, name: string) => Node,
): Readonly<Record<string, Node>> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, change(property, name)]));
}
