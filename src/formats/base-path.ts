/** What a provider's base path says about where the API version stands. */

const VERSION = /^v\d+(?:alpha|beta)?\d*$/;

/** Whether any segment is a version: `/api/v1`, `/api/coding/paas/v4`, `/v1beta/openai`. */
export function hasVersion(basePath: string): boolean {
  return basePath.split('/').some((segment) => VERSION.test(segment));
}
