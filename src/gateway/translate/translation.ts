/** What `lazy-translation.ts` loads: both ways between a client's format and a provider's other one. */
export { translateForProvider, translatedUpstream, translationOf } from './translate-request.ts';
export { translateRequest } from '../../formats/translate.ts';
export { Translated } from './translated.ts';
