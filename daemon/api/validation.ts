// Checks requests against their schemas and words what is wrong with them. Numbers in URLs must be plain decimal integers.
import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";

interface Problem {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/**
 * Fastify's validator. Only digits in a query or path become numbers: TypeBox's own conversion would take "5.7", "true" and ""
 * for integers. JSON bodies are taken as they are. A check is compiled when it is used first: a start need not wait for all of them.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let compiled: ReturnType<typeof Compile> | undefined;
  const properties: Readonly<Record<string, TSchema>> = ("properties" in schema && Object(schema.properties)) || {};
  const integers = Object.keys(properties).filter((name) => Object(properties[name]).type === "integer");
  return (input: unknown) => {
    compiled ??= Compile(schema);
    const check = compiled;
    const value = httpPart === "body" ? input : withIntegers(input, integers);
    if (check.Check(value)) return { value };
    return { error: new Error(describeProblem(check.Errors(value), httpPart ?? "request")) };
  };
};

function withIntegers(input: unknown, names: readonly string[]): Record<string, unknown> {
  const value: Record<string, unknown> = { ...Object(input) };
  for (const name of names) {
    const text = value[name];
    if (typeof text === "string" && /^-?\d{1,16}$/.test(text)) value[name] = Number(text);
  }
  return value;
}

/** The first problem in words, such as `limit must be <= 60` or `Unknown parameter "limt"`. */
function describeProblem(problems: readonly Problem[], part: string): string {
  const noun = part === "body" ? "property" : "parameter";
  const unknown = problems.find(({ keyword }) => keyword === "additionalProperties");
  if (unknown) return `Unknown ${noun} ${names(unknown.params.additionalProperties)}.`;
  const missing = problems.find(({ keyword }) => keyword === "required");
  if (missing) return `Missing ${noun} ${names(missing.params.requiredProperties)}.`;
  const [first] = problems;
  const place = first?.instancePath.slice(1).replaceAll("/", ".") || `The ${part}`;
  return `${place} ${first?.message ?? "is not valid"}.`;
}

function names(list: unknown): string {
  return Array.isArray(list) ? list.map((name) => JSON.stringify(name)).join(", ") : "";
}
