/** An id that looks as clients expect, made of the provider's where there is one. */
export function completionId(providerId: string, newId: () => string): string {
  if (providerId.startsWith('chatcmpl-')) return providerId;
  return `chatcmpl-${providerId === '' ? newId() : providerId}`;
}
