import { createRequire } from 'node:module';
import type * as GenaiPrices from '@pydantic/genai-prices';
import { genaiCatalogue } from '../../pricing/catalogue.ts';
import { createPriceBook } from '../../pricing/price-book.ts';
import type { Catalogue, PriceBook, PriceSettings } from '../../pricing/price-book.ts';

/** A price book whose catalogue (half a megabyte of code) is loaded with the first model that needs it. */
export function lazyPriceBook(settings: PriceSettings): PriceBook {
  return createPriceBook(settings, (query) => (loaded ??= loadCatalogue())(query));
}

let loaded: Catalogue | undefined;

function loadCatalogue(): Catalogue {
  const require = createRequire(import.meta.url);
  // What the package exports is fixed by the lockfile.
  const { calcPrice } = require('@pydantic/genai-prices') as typeof GenaiPrices;
  return genaiCatalogue(calcPrice);
}
