import { createRequire } from 'node:module';

/** What is made when it is first asked for, and kept. */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * A module that a start can do without, loaded when it is first asked for: at once, for those who cannot wait. Who can
 * writes `await import(path)`.
 * @typeParam Module `typeof` the very module that `path` names
 * @param from `import.meta.url` of the caller
 */
// oxlint-disable-next-line no-unnecessary-type-parameters -- No compiler can tie a text to a type: each caller does.
export function lazyModule<Module>(from: string, path: string): () => Module {
  return lazy(() => createRequire(from)(path) as Module); // As the caller says.
}
