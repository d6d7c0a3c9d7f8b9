import { placeOf } from '../../domain/provider-place.ts';
import type { Provider } from '../../domain/provider.ts';
import type { LimitField } from '../../domain/target-quirks.ts';
import { readMember, renameEdits } from '../../lib/json-merge.ts';
import { splice } from '../../lib/splice.ts';
import type { PreparedRequest } from './prepare.ts';

/** What is learnt about the output limit's name is kept by this. */
export function limitFieldKey(provider: Pick<Provider, 'name' | 'home' | 'origin'>, model: string): string {
  return `${placeOf(provider)} ${model}`;
}

export function otherLimitField(field: LimitField): LimitField {
  return field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
}

/** Whether a request carries its output limit under the other name than this. */
export function canRename({ provider, upstream }: PreparedRequest, field: LimitField): boolean {
  if (provider.format !== 'openai-chat' || upstream.body.length === 0) return false;
  return readMember(upstream.body, otherLimitField(field)) !== undefined;
}

/** The same request with its output limit under this name. */
export function withLimitField(prepared: PreparedRequest, field: LimitField): PreparedRequest {
  const { body } = prepared.upstream;
  const renamed = splice(body, renameEdits(body, otherLimitField(field), field));
  return { ...prepared, renamedTo: field, upstream: { ...prepared.upstream, body: renamed } };
}
