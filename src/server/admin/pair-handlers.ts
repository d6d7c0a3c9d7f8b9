import type { EndpointHandlers } from '../../contract/endpoints.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Ledger } from '../../domain/ledger.ts';
import { PAIR_FILTERS, type PairFilter, type PairFilterName } from '../../domain/pair.ts';
import { pairBody, pairDetailBody, pairGroupBody } from './pair-bodies.ts';

type PairEndpoint = 'pairs' | 'pair' | 'pairStats' | 'judgePair';

/** The part of the admin API that shows compared answers and lets them be judged. */
export function createPairHandlers(
  ledger: Pick<Ledger, 'query'>,
  now: () => number,
): Pick<EndpointHandlers<unknown>, PairEndpoint> {
  return {
    pairs: async (_, { query }) => {
      const { since, until, limit, cursor } = query;
      const filter = filterOf(query);
      const { pairs, next } = await ledger.query('pairs', { since, until, limit, cursor, filter });
      return { status: 200, body: { pairs: pairs.map(pairBody), next: next ?? null } };
    },
    pair: async (_, { parameters: { id } }) => {
      const detail = await ledger.query('pair', { id });
      if (detail === undefined) throw notKept(id);
      return { status: 200, body: pairDetailBody(detail) };
    },
    pairStats: async (_, { query }) => {
      const { since, until, by } = query;
      const rows = await ledger.query('pairStats', { since, until, by, filter: filterOf(query) });
      return { status: 200, body: { by, groups: rows.map(pairGroupBody) } };
    },
    judgePair: async (_, { parameters: { id }, body }) => {
      const judgement = body.judgement ?? undefined;
      if (!(await ledger.query('judgePair', { id, judgement, at: now() }))) throw notKept(id);
      return { status: 200, body: { id, judgement: body.judgement } };
    },
  };
}

function notKept(id: string): GatewayError {
  return new GatewayError('no_such_pair', `No pair of answers is kept for the request ${id}.`);
}

/** An empty value asks for what has none. */
function filterOf(query: { readonly [Name in PairFilterName]?: string | undefined }): PairFilter {
  const wanted = PAIR_FILTERS.flatMap((name) => {
    const value = query[name];
    return value === undefined ? [] : [[name, value === '' ? null : value] as const];
  });
  return Object.fromEntries(wanted);
}
