/** Whether a URL leads to this machine and to no other. */
export function isLoopbackUrl(text: string): boolean {
  const host = URL.parse(text)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
