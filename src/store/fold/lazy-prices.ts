import type * as GenaiPrices from '@pydantic/genai-prices';
import { lazy, lazyModule } from '../../lib/lazy.ts';
import { genaiCatalogue } from '../../pricing/catalogue.ts';
import { createPriceBook } from '../../pricing/price-book.ts';
import type { Catalogue, PriceBook, PriceSettings } from '../../pricing/price-book.ts';

/** A price book whose catalogue (half a megabyte of code) is loaded with the first model that needs it. */
export function lazyPriceBook(settings: PriceSettings): PriceBook {
  return createPriceBook(settings, (query) => loadCatalogue()(query));
}

const loadPackage = lazyModule<typeof GenaiPrices>(import.meta.url, '@pydantic/genai-prices');
const loadCatalogue = lazy((): Catalogue => genaiCatalogue(loadPackage().calcPrice));
