import { z } from 'zod';
import { configSchema } from './config-schema.ts';

/** The part of JSON Schema that this configuration needs. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly required?: readonly string[];
  /** Not to be changed over HTTP. */
  readonly localOnly?: true;
}

/** The schema of the configuration file as editors read it. Built anew on each call; not for hot paths. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  // JSON Schema is the documented shape of that function's result; zod types it more widely.
  return { ...(renameKeys(schema) as JsonSchema), title: 'Switchyard configuration' };
}

const RENAMED: Readonly<Record<string, string>> = { writtenDefault: 'default', writtenExamples: 'examples' };

function renameKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [RENAMED[key] ?? key, renameKeys(child)]),
  );
}

/** The schemas of what may stand at a path: one, or several where alternatives are allowed. */
export function schemaAt(root: JsonSchema, path: readonly (string | number)[]): readonly JsonSchema[] {
  let candidates = alternatives(root);
  for (const step of path) {
    candidates = candidates.flatMap((schema) => childrenAt(schema, step)).flatMap(alternatives);
  }
  return candidates;
}

function childrenAt(schema: JsonSchema, step: string | number): readonly JsonSchema[] {
  if (typeof step === 'number') return schema.items === undefined ? [] : [schema.items];
  const properties = schema.properties ?? {};
  const named = Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (named !== undefined) return [named];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const branches = schema.anyOf ?? schema.oneOf;
  return branches === undefined ? [schema] : [schema, ...branches.flatMap(alternatives)];
}
