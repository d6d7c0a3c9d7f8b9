/** What `lazy-translation.ts` loads: both ways between a client's format and a provider's other one. */
export { translateForProvider } from './translate-request.ts';
export { Translated } from './translated.ts';
