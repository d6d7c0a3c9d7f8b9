/**
 * What is made when it is first asked for, and kept. Most often a module: what a start does not need is loaded by
 * `lazy(() => import('./x.ts'))` when somebody does.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
